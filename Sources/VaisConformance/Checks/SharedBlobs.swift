internal import CVaisPlugin
internal import Synchronization

/// Objects that several threads store, read and remove at once: some their own, some shared.
final class SharedBlobs: @unchecked Sendable {
    private let blobs: RawBlobs
    private let found = Mutex<[String]>([])

    init(_ blobs: RawBlobs) { self.blobs = blobs }

    func faults() -> [String] { found.withLock { $0 } }

    func work(_ thread: Int) {
        for round in 0..<20 {
            let own = BlobID(UInt64(1000 * (thread + 1) + round))
            let shared = BlobID(UInt64(round))
            do {
                try expect(blobs.put(own, pattern(5000, UInt64(thread))), VAIS_OK, "storing")
                try expect(blobs.put(shared, pattern(70_000)), VAIS_OK, "storing the same as others")
            } catch { report("\(error)") }
            read(own, pattern(5000, UInt64(thread)))
            read(shared, pattern(70_000))
            expect(blobs.remove(own), VAIS_OK, "removing")
        }
    }

    private func read(_ id: BlobID, _ bytes: [UInt8]) {
        guard let reader = blobs.open(id).reader else { return report("\(id) is gone") }
        if reader.read(at: 0, bytes.count).bytes != bytes { report("\(id) has other bytes") }
        reader.close()
    }

    private func expect(_ answer: Answer, _ status: vais_status, _ what: String) {
        if answer.status != status { report("\(what): \(answer)") }
    }

    private func report(_ fault: String) { found.withLock { $0.append(fault) } }
}
