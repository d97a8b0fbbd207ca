internal import CVaisPlugin
internal import CVaisShim
internal import Glibc

extension Check {
    static let soak = [
        Check(.soak, "opening, using and closing stores again and again keeps neither memory nor descriptors") {
            bench in
            var window = Footprint()
            let rounds = 20 * bench.level.factor
            // The first rounds fill what is filled once: caches, pools of the allocator.
            for _ in 0..<max(5, rounds / 10) { try use(bench) }
            var growths: [Footprint] = []
            for _ in 0..<3 {
                window = Footprint()
                for _ in 0..<rounds { try use(bench) }
                growths.append(Footprint() - window)
            }
            // A leak grows every time; what grows once is a cache.
            if let heap = growths.map(\.heap).min(), heap > 64 * rounds {
                bench.found(
                    "\(rounds) times open, use, close, after a warm-up, three times over",
                    expected: "that the memory in use stays as it is",
                    got: "\(heap / rounds) bytes more for each, every time")
            }
            if let resident = growths.map(\.resident).min(), resident > max(4 << 20, 512 * rounds) {
                bench.found(
                    "\(rounds) times open, use, close, after a warm-up, three times over",
                    expected: "that the resident memory stays as it is", got: "\(resident) bytes more every time")
            }
            if let descriptors = growths.map(\.descriptors).min(), descriptors > 0 {
                bench.found(
                    "\(rounds) times open, use, close, after a warm-up, three times over",
                    expected: "that every descriptor is closed", got: "\(descriptors) more every time")
            }
        }
    ]
}

/// What a process takes up.
private struct Footprint {
    var heap = Int(clamping: vais_heap_in_use())
    var resident = residentBytes()
    var descriptors = descriptorCount()

    static func - (left: Footprint, right: Footprint) -> Footprint {
        var growth = left
        growth.heap -= right.heap
        growth.resident -= right.resident
        growth.descriptors -= right.descriptors
        return growth
    }
}

/// The second number of /proc/self/statm, in bytes.
private func residentBytes() -> Int {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    let words = fileBytes(descriptor, from: 0).split(separator: UInt8(ascii: " "))
    guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else { return 0 }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// One life of a store: calls that succeed, calls that fail, sessions, an object, a search.
private func use(_ bench: Bench) throws {
    let accounts = try Accounts(bench)
    // Failures on the way: a second opening where only one is allowed, and a schema that no store takes.
    if let second = try? RawStore(bench.plugin, folder: accounts.store.folder) { second.close() }
    _ = accounts.store.apply(nameless)
    let sessions = try (0..<3).map { _ in try accounts.store.session() }
    for session in sessions {
        _ = session.commit(Batch(stamp: accounts.stamp(), operations: [accounts.add("a", 1)]))
        _ = session.commit(
            Batch(
                stamp: accounts.stamp(),
                operations: [accounts.insert("x", "mail-x", 1), accounts.failing(.insertKey)]))
        _ = session.commit(
            Batch(stamp: accounts.stamp(), guards: [accounts.guardUse(VAIS_REQUIRE_EMPTY, holds: false)]))
        _ = session.get([accounts.get("a"), accounts.get("nobody")])
        _ = session.scan(accounts.scanAll(), limit: 2)
        _ = session.scan(accounts.scanAll(), .expired)
        _ = session.reset()
    }
    if bench.plugin.blobs != nil {
        let blobs = try RawBlobs(accounts.store)
        let id = BlobID(1)
        _ = try blobs.put(id, pattern(5000))
        let writer = try blobs.writer()
        _ = writer.write([1, 2, 3])
        writer.abort()
        if let reader = blobs.open(id).reader {
            _ = reader.read(at: 0, 100)
            reader.close()
        }
    }
    sessions.forEach { $0.close() }
    accounts.session.close()
    accounts.store.close()
    bench.removeFolders()
}

private let nameless = Schema(
    collections: [Collection(id: 90, name: "No Name", key: [1], columns: [Column(1, "id", VAIS_TEXT)])])
