/// A page in the making. Text only gets in escaped: markup is what the program itself wrote.
struct HTML {
    private(set) var bytes: [UInt8] = []

    mutating func markup(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Text from outside, between tags or within a quoted attribute. What could turn the direction of writing or act on a terminal is
    /// replaced.
    mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup("&amp;")
            case "<": markup("&lt;")
            case ">": markup("&gt;")
            case "\"": markup("&quot;")
            case "'": markup("&#39;")
            case "\n", "\t": bytes.append(UInt8(ascii: " "))
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: markup("\u{FFFD}")
                default: bytes.append(contentsOf: String(scalar).utf8)
                }
            }
        }
    }

    /// A link if the address is a plain one on the web, otherwise its text.
    mutating func link(_ address: String) {
        let bytes = lowercased(address.utf8).utf8
        let isWeb = bytes.starts(with: "https://".utf8) || bytes.starts(with: "http://".utf8)
        guard isWeb, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            text(address)
            return
        }
        markup("<a rel=\"nofollow noopener\" href=\"")
        text(address)
        markup("\">")
        text(address)
        markup("</a>")
    }
}
