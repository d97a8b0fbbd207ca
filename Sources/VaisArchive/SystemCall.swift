import Glibc

/// System calls by their result, repeated when a signal interrupts them.
enum SystemCall {
    /// Calls `body` until it is not interrupted; its result, or nil with the reason in `errno`.
    @inline(__always)
    static func retry(_ body: () -> Int32) -> Int32? {
        while true {
            let result = body()
            if result >= 0 { return result }
            if errno != EINTR { return nil }
        }
    }

    /// Writes all of `bytes`; false with the reason in `errno` when that fails.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
        return true
    }

    /// Reads until `buffer` is full or the file ends; the number of bytes, or nil with the reason in `errno`.
    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var filled = 0
        while filled < buffer.count {
            let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    static let openFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC
}

extension ArchiveError {
    /// The system refused to do something; call before anything else can change `errno`.
    static func system(_ action: String, _ path: String) -> ArchiveError {
        let number = errno
        let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        let hint = number == ENOSPC || number == EDQUOT ? "free some space on the disk and try again" : nil
        return ArchiveError(.io, "cannot \(action) \(EscapedPath.quote(path)): \(reason)", hint: hint)
    }
}
