internal import CVaisPlugin

/// One key of a plugin's configuration.
package struct SettingSchema: Sendable {
    package enum Kind: UInt8, Sendable {
        case bool, integer, double, text

        /// "a string", as TOML calls it.
        var name: String {
            switch self {
            case .bool: "true or false"
            case .integer: "an integer"
            case .double: "a number"
            case .text: "a string"
            }
        }
    }

    package var key: String
    package var kind: Kind
    package var isRequired: Bool
    /// Never shown or logged.
    package var isSecret: Bool
    /// `.null`: none.
    package var defaultValue: Value
    package var help: String
}

/// One key and value to open a plugin with.
package struct Setting: Sendable {
    package var key: String
    package var value: Value

    package init(_ key: String, _ value: Value) {
        self.key = key
        self.value = value
    }
}

extension SettingSchema {
    /// Nil when the plugin's struct makes no sense.
    init?(_ setting: vais_setting_schema) {
        let key = setting.key.text(atMost: 64)
        guard !key.isEmpty, setting.key.size <= 64,
            key.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
        else { return nil }
        self.key = key
        isRequired = setting.flags & VAIS_SETTING_REQUIRED != 0
        isSecret = setting.flags & VAIS_SETTING_SECRET != 0
        help = plainText(setting.help.text(atMost: 1000))
        switch setting.type {
        case VAIS_BOOL: kind = .bool
        case VAIS_I64: kind = .integer
        case VAIS_F64: kind = .double
        case VAIS_TEXT: kind = .text
        default: return nil
        }
        let cell = setting.default_value
        switch (cell.type, kind) {
        case (VAIS_NULL, _): defaultValue = .null
        case (VAIS_BOOL, .bool): defaultValue = .bool(cell.value.i64 != 0)
        case (VAIS_I64, .integer): defaultValue = .integer(cell.value.i64)
        case (VAIS_F64, .double): defaultValue = .double(cell.value.f64)
        case (VAIS_TEXT, .text):
            defaultValue = .text(vais_span(data: cell.value.data, size: UInt64(cell.size)).text(atMost: 4096))
        default: return nil
        }
    }
}
