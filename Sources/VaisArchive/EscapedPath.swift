/// Spells a path from outside so that it cannot move the cursor, hide letters or fill the screen.
enum EscapedPath {
    /// Longer paths are cut here; the message still tells enough to find the entry.
    static let longest = 160

    /// The path in double quotes: printable ASCII and well-formed letters as they are, every other byte as `\xNN`.
    static func quote(_ path: UnsafeRawBufferPointer) -> String {
        var text = "\""
        var rest = path.prefix(longest)
        while let byte = rest.first {
            if byte >= 0x20, byte < 0x7F {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append("\\") }
                text.unicodeScalars.append(Unicode.Scalar(byte))
                rest = rest.dropFirst()
            } else if let (scalar, length) = letter(rest) {
                text.unicodeScalars.append(scalar)
                rest = rest.dropFirst(length)
            } else {
                text += "\\x" + hex(byte)
                rest = rest.dropFirst()
            }
        }
        text += path.count > longest ? "…\"" : "\""
        return text
    }

    static func quote(_ path: some StringProtocol) -> String {
        var copy = String(path)
        return copy.withUTF8 { quote(UnsafeRawBufferPointer($0)) }
    }

    /// The multi-byte scalar at the front, when it is well-formed and draws something by itself.
    private static func letter(_ bytes: Slice<UnsafeRawBufferPointer>) -> (Unicode.Scalar, Int)? {
        guard let first = bytes.first, first >= 0xC2 else { return nil }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard let text = String(validating: bytes.prefix(length), as: UTF8.self),
            let scalar = text.unicodeScalars.first, text.utf8.count == length,
            !EntryPath.isInvisible(scalar)
        else { return nil }
        switch scalar.properties.generalCategory {
        case .unassigned, .privateUse, .surrogate, .control, .format: return nil
        default: return (scalar, length)
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }
}
