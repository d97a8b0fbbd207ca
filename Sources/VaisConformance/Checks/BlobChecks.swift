internal import CVaisPlugin
internal import Glibc

extension Check {
    static let blobs = [
        Check(.blobs, "objects of any size are read back as written, whole and in parts") { bench in
            let blobs = try openBlobs(bench)
            for size in [0, 1, 2, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 5_000_000] {
                let bytes = pattern(size)
                let id = BlobID(UInt64(size))
                // The hint may be right, absent or wrong.
                let hint: UInt64 = size % 2 == 0 ? UInt64(size) : size == 1 ? 0 : 100
                bench.expect(
                    try blobs.put(id, bytes, piece: max(1, size / 7), hint: hint), VAIS_OK, "storing \(size) bytes")
                expectObject(bench, blobs, id, bytes)
            }
        },
        Check(.blobs, "an object is visible only after put_commit, and never after put_abort") { bench in
            let blobs = try openBlobs(bench)
            let id = BlobID(1)
            let writer = try blobs.writer()
            bench.expect(writer.write(pattern(100_000)), VAIS_OK, "writing")
            bench.expect(blobs.open(id).answer, VAIS_NOT_FOUND, "opening before the commit")
            bench.expect(blobs.list(after: nil, 10).ids.isEmpty, "list before the commit is not empty")
            writer.abort()
            bench.expect(blobs.open(id).answer, VAIS_NOT_FOUND, "opening after the abort")
            try blobs.writer().abort()
            bench.expect(try blobs.put(id, [1, 2, 3]), VAIS_OK, "storing after an abort")
            expectObject(bench, blobs, id, [1, 2, 3])
        },
        Check(.blobs, "storing an object that exists is success, and leaves it as it is") { bench in
            let blobs = try openBlobs(bench)
            let id = BlobID(1), bytes = pattern(70_000)
            let first = try blobs.writer(), second = try blobs.writer()
            bench.expect(first.write(bytes), VAIS_OK, "writing")
            bench.expect(second.write(bytes), VAIS_OK, "writing the same at the same time")
            bench.expect(first.commit(id), VAIS_OK, "the first commit")
            bench.expect(second.commit(id), VAIS_OK, "the second commit")
            bench.expect(try blobs.put(id, bytes), VAIS_OK, "a third time")
            expectObject(bench, blobs, id, bytes)
            bench.expect(blobs.list(after: nil, 10).ids == [id], "list has it more than once")
        },
        Check(.blobs, "list gives every id in byte order, in pages of any size") { bench in
            let blobs = try openBlobs(bench)
            var random = bench.random()
            let numbers = (0..<37).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) } + [0, 1, .max]
            let sorted = Set(numbers).sorted().map { BlobID($0) }
            for id in sorted.shuffled(using: &random) {
                bench.expect(try blobs.put(id, Array(id.bytes.prefix(3))), VAIS_OK, "storing \(id)")
            }
            for capacity in [1, 2, 3, sorted.count - 1, sorted.count, sorted.count + 1] {
                expectList(bench, blobs, sorted, capacity)
            }
            for id in sorted.filter({ _ in random.once(in: 2) }) {
                bench.expect(blobs.remove(id), VAIS_OK, "removing \(id)")
            }
            // An id that is gone still marks a place.
            let left = blobs.list(after: nil, 100).ids
            for id in sorted {
                let behind = left.filter { id.bytes.lexicographicallyPrecedes($0.bytes) }
                bench.expect(blobs.list(after: id, 100).ids == behind, "list after \(id)")
            }
        },
        Check(.blobs, "removing what is not there is NOT_FOUND, and a reader outlives the removal") { bench in
            let blobs = try openBlobs(bench)
            let id = BlobID(9), bytes = pattern(300_000)
            bench.expect(blobs.remove(id), VAIS_NOT_FOUND, "removing before it exists")
            bench.expect(try blobs.put(id, bytes), VAIS_OK, "storing")
            guard let reader = blobs.open(id).reader else { throw Refusal("get_open failed") }
            bench.expect(reader.read(at: 0, 1000).bytes == Array(bytes[..<1000]), "the beginning differs")
            bench.expect(blobs.remove(id), VAIS_OK, "removing while it is read")
            bench.expect(blobs.open(id).answer, VAIS_NOT_FOUND, "opening after removing")
            bench.expect(
                reader.read(at: 200_000, 100_000).bytes == Array(bytes[200_000...]), "the end differs after removing")
            reader.close()
            bench.expect(blobs.remove(id), VAIS_NOT_FOUND, "removing again")
            bench.expect(try blobs.put(id, bytes), VAIS_OK, "storing again")
            expectObject(bench, blobs, id, bytes)
        },
        Check(.blobs, "many threads may store, read and remove at once") { bench in
            let blobs = try SharedBlobs(openBlobs(bench))
            onThreads(bench.plugin.mostThreads) { thread in blobs.work(thread) }
            for fault in blobs.faults() { bench.found(fault) }
        },
        Check(.blobs, "calls with unknown flags, a passed deadline or a cancelled flag leave nothing") { bench in
            let blobs = try openBlobs(bench)
            let id = BlobID(5)
            for (options, status) in [(CallOptions.unknownFlag, VAIS_UNSUPPORTED), (.expired, VAIS_TIMEOUT)] {
                bench.expect(blobs.open(id, options).answer, status, "get_open")
                bench.expect(blobs.remove(id, options), status, "remove")
                bench.expect(blobs.list(after: nil, 1, options).answer, status, "list")
                let writer = try blobs.writer()
                bench.expect(writer.write([1], options), status, "put_write")
                bench.expect(writer.commit(id, options), status, "put_commit")
                bench.expect(blobs.open(id).answer, VAIS_NOT_FOUND, "the object after that")
            }
        },
        Check(.blobs, "objects are there when the store is opened again, and unfinished ones are not") { bench in
            try bench.requireDurable()
            let folder = try bench.folder()
            let store = try bench.reopen(folder, Growth.first, ShapeBook())
            let blobs = try RawBlobs(store)
            bench.expect(try blobs.put(BlobID(1), pattern(200_000)), VAIS_OK, "storing")
            let writer = try blobs.writer()
            bench.expect(writer.write(pattern(100_000)), VAIS_OK, "writing another")
            writer.abort()
            store.close()
            let again = try RawBlobs(bench.reopen(folder, Growth.first, ShapeBook()))
            expectObject(bench, again, BlobID(1), pattern(200_000))
            bench.expect(again.list(after: nil, 10).ids == [BlobID(1)], "list after opening again")
        },
        Check(.blobs, "an object beyond 4 GiB is read back as written", from: .soak) { try tryLargeObject($0) },
    ]
}

private func openBlobs(_ bench: Bench) throws -> RawBlobs {
    guard bench.plugin.blobs != nil else { throw Inapplicable("vais.storage.blob/1 is not offered") }
    return try RawBlobs(bench.store(Growth.first, ShapeBook()))
}

/// Bytes in which every place looks different from its neighbours.
func pattern(_ size: Int, _ salt: UInt64 = 0) -> [UInt8] {
    var random = SeededGenerator(seed: UInt64(size) ^ salt)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 8)
    while bytes.count < size { withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) } }
    return Array(bytes.prefix(size))
}

private func expectObject(_ bench: Bench, _ blobs: RawBlobs, _ id: BlobID, _ bytes: [UInt8]) {
    let opened = blobs.open(id)
    guard let reader = opened.reader else {
        return bench.found("get_open of \(bytes.count) bytes answered \(opened.answer)")
    }
    defer { reader.close() }
    let end = UInt64(bytes.count)
    bench.expect(reader.size == end, "an object of \(end) bytes has size \(reader.size)")
    bench.expect(reader.read(at: 0, bytes.count + 10).bytes == bytes, "reading all \(end) bytes at once differs")
    bench.expect(reader.read(at: end, 10).bytes.isEmpty, "reading at the end of \(end) bytes answers some")
    bench.expect(reader.read(at: end + 1000, 10).bytes.isEmpty, "reading beyond the end of \(end) bytes answers some")
    for (offset, size) in [
        (0, 1), (bytes.count / 2, 1000), (max(0, bytes.count - 3), 100), (65_535, 2), (65_536, 65_536),
    ] {
        let expected = Array(bytes.dropFirst(offset).prefix(size))
        bench.expect(
            reader.read(at: UInt64(offset), size).bytes == expected, "\(size) bytes at \(offset) of \(end) differ")
    }
    let descriptor = reader.descriptor
    guard descriptor >= 0 else { return }
    var byte = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &byte, 16, off_t(bytes.count / 3))
    bench.expect(
        Array(byte[..<max(0, count)]) == Array(bytes.dropFirst(bytes.count / 3).prefix(16)),
        "its descriptor has other bytes")
}

private func expectList(_ bench: Bench, _ blobs: RawBlobs, _ expected: [BlobID], _ capacity: Int) {
    var seen: [BlobID] = []
    while true {
        let (answer, ids) = blobs.list(after: seen.last, capacity)
        seen += ids
        if answer.status == VAIS_DONE { break }
        guard answer.isOK, !ids.isEmpty, seen.count <= expected.count else {
            return bench.found("list in pages of \(capacity): \(answer) with \(ids.count) ids after \(seen.count)")
        }
    }
    bench.expect(seen == expected, "list in pages of \(capacity): \(seen.count) ids, expected \(expected.count)")
}
