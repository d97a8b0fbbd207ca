internal import Glibc
internal import Logging

/// The first message to a plugin's process: which file it is to load, and of what bytes.
struct HelloMessage {
    var kind: PluginKind
    /// Absolute, the folder without symbolic links.
    var path: String
    /// Of the file that the host checked, in hex.
    var sha256: String
    var identity: PluginFile.Identity
    /// The lowest level of lines that the host's log keeps.
    var logLevel: Logger.Level

    var message: [UInt8] {
        var writer = FrameWriter(.hello)
        writer.text(kind.rawValue)
        writer.text(path)
        writer.text(sha256)
        writer.number(UInt64(identity.device))
        writer.number(UInt64(identity.inode))
        writer.number(Int64(identity.size))
        writer.number(Int64(identity.modified))
        writer.number(Int64(identity.modifiedNanoseconds))
        writer.text(logLevel.rawValue)
        return writer.bytes
    }
}

extension HelloMessage {
    init(_ frame: inout FrameReader) throws(FrameFault) {
        guard let kind = PluginKind(rawValue: try frame.text()) else { throw FrameFault() }
        self.kind = kind
        path = try frame.text()
        sha256 = try frame.text()
        var status = stat()
        status.st_dev = dev_t(try frame.number(UInt64.self))
        status.st_ino = ino_t(try frame.number(UInt64.self))
        status.st_size = off_t(try frame.number(Int64.self))
        status.st_mtim.tv_sec = Int(try frame.number(Int64.self))
        status.st_mtim.tv_nsec = Int(try frame.number(Int64.self))
        identity = PluginFile.Identity(status)
        guard let level = Logger.Level(rawValue: try frame.text()) else { throw FrameFault() }
        logLevel = level
        try frame.end()
    }
}
