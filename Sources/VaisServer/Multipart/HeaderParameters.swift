/// A header value with parameters, such as `form-data; name="archive"; filename="a.tar.gz"` (RFC 9110 section 5.6.6).
struct HeaderParameters {
    /// What stands before the first semicolon, in lower case.
    let value: String
    private let parameters: [(name: String, value: String)]

    /// The parameter of that name, which is given in lower case.
    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// Nil when the text breaks the grammar or gives a parameter twice.
    init?(parsing text: some Sequence<UInt8>) {
        var scanner = Scanner(bytes: Array(text))
        scanner.skipSpace()
        value = lowercased(scanner.take { $0 != UInt8(ascii: ";") && $0 > 0x20 })
        guard !value.isEmpty else { return nil }
        var parameters: [(name: String, value: String)] = []
        scanner.skipSpace()
        while scanner.skip(UInt8(ascii: ";")) {
            scanner.skipSpace()
            if scanner.isAtEnd { break }
            let name = lowercased(scanner.take(isTokenByte))
            guard !name.isEmpty, scanner.skip(UInt8(ascii: "=")), let value = scanner.takeValue(),
                !parameters.contains(where: { $0.name == name })
            else { return nil }
            parameters.append((name, value))
            scanner.skipSpace()
        }
        guard scanner.isAtEnd else { return nil }
        self.parameters = parameters
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func skipSpace() { _ = take { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        mutating func take(_ belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
            let start = position
            while position < bytes.count, belongs(bytes[position]) { position += 1 }
            return bytes[start..<position]
        }

        /// A token or a quoted string; nil when it is neither, or not UTF-8.
        mutating func takeValue() -> String? {
            guard skip(UInt8(ascii: "\"")) else {
                let token = take(isTokenByte)
                return token.isEmpty ? nil : String(validating: token, as: UTF8.self)
            }
            var value: [UInt8] = []
            while position < bytes.count {
                var byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\"") { return String(validating: value, as: UTF8.self) }
                if byte == UInt8(ascii: "\\") {
                    guard position < bytes.count else { return nil }
                    byte = bytes[position]
                    position += 1
                }
                guard byte >= 0x20, byte != 0x7F else { return nil }
                value.append(byte)
            }
            return nil
        }
    }
}

/// Whether a byte may stand in a token (RFC 9110 section 5.6.2).
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

/// ASCII letters in lower case; everything else as it is.
func lowercased(_ bytes: some Sequence<UInt8>) -> String {
    String(
        decoding: bytes.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }, as: UTF8.self)
}
