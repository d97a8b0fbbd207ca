internal import VaisProtocol

/// The rules for user names: 1 to 64 ASCII letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
enum Username {
    static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= ProtocolLimits.usernameBytes, isAlphanumeric(first) else {
            return false
        }
        return bytes.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        }
    }

    static func check(_ name: String) throws(Problem) {
        guard isValid(name) else {
            throw Problem(
                .invalidUser, "The user name is not valid",
                hint:
                    "use 1 to \(ProtocolLimits.usernameBytes) ASCII letters, digits, `-`, `_` and `.`, beginning with a letter or digit"
            )
        }
    }

    /// What two names must not share.
    static func identity(_ name: String) -> String {
        String(
            decoding: name.utf8.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
