internal import CVaisPlugin
internal import Glibc

/// Stores an object of a little more than 4 GiB, zero but for a mark at the beginning of each MiB, and looks at the marks around every
/// border that a number too small would wrap at.
func tryLargeObject(_ bench: Bench) throws {
    guard bench.plugin.blobs != nil else { throw Inapplicable("vais.storage.blob/1 is not offered") }
    let pieces = 4097
    let piece = 1 << 20
    let folder = try bench.folder()
    let store = try bench.reopen(folder, Growth.first, ShapeBook())
    try requireRoom(UInt64(pieces * piece), folder, isDurable: store.capabilities.durable != VAIS_NONE)
    let blobs = try RawBlobs(store)
    let id = BlobID(1)
    let writer = try blobs.writer(hint: UInt64(pieces * piece))
    var bytes = [UInt8](repeating: 0, count: piece)
    for number in 0..<pieces {
        bytes.replaceSubrange(0..<8, with: mark(number))
        let answer = writer.write(bytes)
        guard answer.isOK else {
            writer.abort()
            return bench.found("put_write of MiB \(number)", expected: "OK", got: "\(answer)")
        }
    }
    bench.expect(writer.commit(id), VAIS_OK, "put_commit of \(pieces) MiB")
    let opened = blobs.open(id)
    guard let reader = opened.reader else {
        return bench.found("get_open of \(pieces) MiB", expected: "OK", got: "\(opened.answer)")
    }
    defer { reader.close() }
    bench.expect(reader.size == UInt64(pieces * piece), "its size is \(reader.size), not \(pieces * piece)")
    for number in [0, 1, 2047, 2048, 2049, 4095, 4096] {
        let offset = UInt64(number * piece)
        bench.expect(reader.read(at: offset, 8).bytes == mark(number), "the bytes at \(offset) differ")
        if number > 0 {
            let across = reader.read(at: offset - 4, 12).bytes
            bench.expect(across == [0, 0, 0, 0] + mark(number), "the bytes across \(offset) differ")
        }
    }
    let end = UInt64(pieces * piece)
    bench.expect(reader.read(at: end - 3, 10).bytes == [0, 0, 0], "reading across the end")
    bench.expect(blobs.remove(id), VAIS_OK, "removing it")
}

private func mark(_ number: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: UInt64(number &+ 1) &* 0x9E37_79B9_7F4A_7C15 >> UInt64(8 * $0)) }
}

/// The object takes its size on the disk, or, in a store that keeps nothing, in memory, where a buffer that grows needs twice as much for a
/// while.
private func requireRoom(_ size: UInt64, _ folder: String, isDurable: Bool) throws {
    var free: UInt64 = 0
    if isDurable {
        var status = statvfs()
        if statvfs(folder, &status) == 0 { free = UInt64(status.f_bavail) * UInt64(status.f_frsize) }
    } else {
        free = UInt64(max(0, sysconf(Int32(_SC_AVPHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
    }
    guard free > 3 * size else {
        throw Inapplicable(
            "\(isDurable ? "the disk" : "memory") has \(free >> 20) MiB left, and this takes \(3 * size >> 20)")
    }
}
