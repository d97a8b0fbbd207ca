internal import Logging

/// A line of a plugin's process for the host's log.
struct LogMessage {
    var level: Logger.Level
    /// "dev.vais.transport-x", where a plugin said it.
    var plugin: String
    var text: String

    /// As the log itself bounds lines: 8 KiB of text, 256 bytes of a plugin's name.
    private static let longest = (text: 8 << 10, plugin: 256)

    var message: [UInt8] {
        var writer = FrameWriter(.log)
        writer.text(level.rawValue)
        writer.text(String(decoding: plugin.utf8.prefix(Self.longest.plugin), as: UTF8.self))
        writer.text(String(decoding: text.utf8.prefix(Self.longest.text), as: UTF8.self))
        return writer.bytes
    }
}

extension LogMessage {
    init(_ frame: inout FrameReader) throws(FrameFault) {
        guard let level = Logger.Level(rawValue: try frame.text()) else { throw FrameFault() }
        self.level = level
        plugin = try frame.text()
        text = try frame.text()
        try frame.end()
        guard text.utf8.count <= Self.longest.text * 2, plugin.utf8.count <= Self.longest.plugin * 2 else {
            throw FrameFault()
        }
    }
}
