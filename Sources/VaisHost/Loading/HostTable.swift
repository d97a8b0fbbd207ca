internal import CVaisPlugin
internal import Logging

/// The table every plugin is given. Lives as long as the process.
enum HostTable {
    nonisolated(unsafe) static let pointer: UnsafePointer<vais_host> = immortal(
        vais_host(
            struct_size: size(vais_host.self), abi_major: VAIS_ABI_MAJOR, abi_minor: VAIS_ABI_MINOR, reserved: 0,
            name: immortalSpan(HostIdentity.name), version: immortalSpan(HostIdentity.version),
            get_interface: { name, size in
                guard let name, isEqual(name, size, HostLog.name) else { return nil }
                return UnsafeRawPointer(HostLog.table)
            }))

    private static func isEqual(_ name: UnsafePointer<CChar>, _ size: UInt64, _ other: StaticString) -> Bool {
        UInt64(other.utf8CodeUnitCount) == size
            && UnsafeRawBufferPointer(start: name, count: other.utf8CodeUnitCount).elementsEqual(
                UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }
}

/// "vais.host.log/1": what plugins say goes to swift-log, on one line and without control characters.
enum HostLog {
    static let name: StaticString = "vais.host.log/1"

    nonisolated(unsafe) static let table: UnsafePointer<vais_host_log> = immortal(
        vais_host_log(
            struct_size: size(vais_host_log.self), reserved: 0,
            log: { level, plugin, message in HostLog.write(level, plugin, message) },
            enabled: { HostLog.logger.logLevel <= HostLog.level($0) ? 1 : 0 }))

    private static let logger = Logger(label: "vais.plugin")
    private static let longest: UInt64 = 8 << 10

    static func level(_ level: UInt32) -> Logger.Level {
        switch level {
        case VAIS_LOG_TRACE: .trace
        case VAIS_LOG_DEBUG: .debug
        case VAIS_LOG_INFO: .info
        case VAIS_LOG_WARNING: .warning
        default: .error
        }
    }

    private static func write(_ level: UInt32, _ plugin: vais_span, _ message: vais_span) {
        let level = Self.level(level)
        guard logger.logLevel <= level else { return }
        write(level, plugin: plugin.text(atMost: 256), message.text(atMost: longest))
    }

    private static func write(_ level: Logger.Level, plugin: String, _ text: String) {
        let text = plainText(text)
        logger.log(level: level, "\(text)", metadata: ["plugin": "\(plainText(plugin))"])
    }

    /// What a plugin in a process of its own has said, or that process for it.
    static func write(_ message: LogMessage) {
        guard logger.logLevel <= message.level else { return }
        write(message.level, plugin: message.plugin, message.text)
    }

    static var lowestLevel: Logger.Level { logger.logLevel }
}

extension vais_span {
    /// The bytes as text, repaired where they are not UTF-8; at most `limit` of them.
    func text(atMost limit: UInt64) -> String {
        guard let data else { return "" }
        return String(decoding: UnsafeBufferPointer(start: data, count: Int(min(size, limit))), as: UTF8.self)
    }
}

/// A value that stays where it is until the process ends.
private func immortal<T>(_ value: T) -> UnsafePointer<T> {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
    pointer.initialize(to: value)
    return UnsafePointer(pointer)
}

private func immortalSpan(_ text: String) -> vais_span {
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    return vais_span(data: bytes.baseAddress, size: UInt64(bytes.count))
}
