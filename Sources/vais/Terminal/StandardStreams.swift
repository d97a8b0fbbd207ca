internal import Glibc
internal import Synchronization

/// Standard output, gathered so that long lists cost few system calls.
enum StandardOutput {
    private static let pending = Mutex<[UInt8]>([])
    /// Why the first write that failed did; zero when none has.
    private static let failure = Atomic<Int32>(0)
    private static let limit = 64 << 10

    static func write(_ text: String) {
        let isFull = pending.withLock { pending in
            pending += text.utf8
            return pending.count >= limit
        }
        if isFull { flush() }
    }

    /// Nil when all that was ever written has gone out, else why not. A reader that went away has what it wanted.
    @discardableResult
    static func flush() -> Int32? {
        let bytes = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        if !bytes.withUnsafeBytes({ writeAll($0, to: STDOUT_FILENO) }), errno != EPIPE {
            _ = failure.compareExchange(expected: 0, desired: errno, ordering: .relaxed)
        }
        let code = failure.load(ordering: .relaxed)
        return code == 0 ? nil : code
    }
}

/// Standard error, written at once. What is on its way to standard output goes first, so that a terminal shows both in order.
enum StandardError {
    static func write(_ text: String) {
        StandardOutput.flush()
        _ = Array(text.utf8).withUnsafeBytes { writeAll($0, to: STDERR_FILENO) }
    }
}

private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
}
