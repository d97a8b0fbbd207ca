/// What a loaded plugin says of the settings it understands, and the settings it is opened with.
enum SettingMessages {
    static func described(_ schema: [SettingSchema]) -> [UInt8] {
        var writer = FrameWriter(.described)
        writer.number(UInt16(clamping: schema.count))
        for setting in schema {
            writer.text(setting.key)
            writer.number(setting.kind.rawValue)
            writer.flag(setting.isRequired)
            writer.flag(setting.isSecret)
            writer.value(setting.defaultValue)
            writer.text(setting.help)
        }
        return writer.bytes
    }

    static func schema(_ frame: inout FrameReader) throws(FrameFault) -> [SettingSchema] {
        var schema: [SettingSchema] = []
        for _ in 0..<(try frame.number(UInt16.self)) {
            let key = plainText(try frame.text(), limit: 64)
            guard let kind = SettingSchema.Kind(rawValue: try frame.number(UInt8.self)) else { throw FrameFault() }
            schema.append(
                SettingSchema(
                    key: key, kind: kind, isRequired: try frame.flag(), isSecret: try frame.flag(),
                    defaultValue: try frame.value(), help: plainText(try frame.text())))
        }
        try frame.end()
        return schema
    }

    /// The caller wipes it once it is sent, since settings may be secret.
    static func open(_ settings: [Setting]) -> FrameWriter {
        var writer = FrameWriter(.open)
        writer.number(UInt16(clamping: settings.count))
        for setting in settings {
            writer.text(setting.key)
            writer.value(setting.value)
        }
        return writer
    }

    static func settings(_ frame: inout FrameReader) throws(FrameFault) -> [Setting] {
        var settings: [Setting] = []
        for _ in 0..<(try frame.number(UInt16.self)) {
            settings.append(Setting(try frame.text(), try frame.value()))
        }
        try frame.end()
        return settings
    }
}

extension FrameWriter {
    /// A setting's value: of settings there are four types.
    fileprivate mutating func value(_ value: Value) {
        switch value {
        case .bool(let flag):
            number(UInt8(1))
            self.flag(flag)
        case .integer(let integer):
            number(UInt8(2))
            number(integer)
        case .double(let double):
            number(UInt8(3))
            number(double.bitPattern)
        case .text(let text):
            number(UInt8(4))
            self.text(text)
        case .null, .bytes, .time: number(UInt8(0))
        }
    }
}

extension FrameReader {
    fileprivate mutating func value() throws(FrameFault) -> Value {
        switch try number(UInt8.self) {
        case 0: return .null
        case 1: return .bool(try flag())
        case 2: return .integer(try number(Int64.self))
        case 3: return .double(Double(bitPattern: try number(UInt64.self)))
        case 4: return .text(try text())
        default: throw FrameFault()
        }
    }
}
