import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// The exclusive lock on a database: `flock` on a file beside it that names the process holding it. SQLite's own locks
/// let several processes in; its versions before 3.51.3 can then damage the file when two of them checkpoint at once
/// (the "WAL-reset bug"), so there is only ever one.
struct LockFile: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock, or fails at once with VAIS_BUSY.
    init(besides database: String) throws(Failure) {
        let path = database + ".lock"
        let opened = vais_sqlite_open_private(path)
        guard opened >= 0 else {
            throw Failure(systemStatus(-opened), "cannot open the lock file " + path + ": " + systemMessage(-opened))
        }
        let locked = vais_sqlite_try_lock(opened)
        guard locked == 0 else {
            let holder = Self.holder(of: opened)
            close(opened)
            guard locked == -EWOULDBLOCK else {
                throw Failure(systemStatus(-locked), "cannot lock " + path + ": " + systemMessage(-locked))
            }
            throw Failure(VAIS_BUSY, database + " is open in " + holder + "; only one process at a time may open it")
        }
        descriptor = opened
        let identity = String(getpid()) + "\n"
        // For people only: the lock holds without it, so a full disk does not matter here.
        _ = ftruncate(opened, 0)
        _ = identity.withCString { text in pwrite(opened, text, strlen(text), 0) }
    }

    deinit { close(descriptor) }

    private static func holder(of descriptor: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            let digits = buffer.prefix(max(0, count)).prefix { $0 >= 0x30 && $0 <= 0x39 }
            return digits.isEmpty ? "another process" : "process " + String(decoding: digits, as: UTF8.self)
        }
    }
}

/// What an `errno` means to the caller.
func systemStatus(_ code: Int32) -> vais_status {
    switch code {
    case ENOSPC, EDQUOT: return VAIS_NO_SPACE
    case EACCES, EPERM, EROFS: return VAIS_DENIED
    default: return VAIS_UNAVAILABLE
    }
}

func systemMessage(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard let base = buffer.baseAddress else { return "error " + String(code) }
        vais_sqlite_describe_errno(code, base, buffer.count)
        return String(cString: base)
    }
}
