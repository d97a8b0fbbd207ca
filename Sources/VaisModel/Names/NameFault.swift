/// The first rule of package names that a text breaks.
enum NameFault {
    case empty
    case tooLong(Int)
    case start(found: String)
    case character(found: String, position: Int, upperCase: Bool)
    case separators(position: Int)

    /// Judges bytes, not characters, so that no look-alike, combining mark or invisible character gets through.
    static func find(in bytes: Span<UInt8>) -> NameFault? {
        if bytes.isEmpty { return .empty }
        var previousWasSeparator = true
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                previousWasSeparator = false
            case UInt8(ascii: "-"), UInt8(ascii: "_"):
                if index == 0 { return .start(found: quotedScalar(bytes, at: 0)) }
                if previousWasSeparator { return .separators(position: index + 1) }
                previousWasSeparator = true
            case let byte:
                let upperCase = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                return .character(found: quotedScalar(bytes, at: index), position: index + 1, upperCase: upperCase)
            }
        }
        return bytes.count > PackageName.maximumLength ? .tooLong(bytes.count) : nil
    }

    func error(for text: String) -> ModelError {
        let subject = "\(quoted(text)) is not a package name"
        switch self {
        case .empty:
            return ModelError(.name, "a package name cannot be empty", hint: "names look like `left-pad`")
        case .tooLong(let length):
            return ModelError(
                .name, "\(subject): it has \(length) characters, and \(PackageName.maximumLength) are allowed",
                hint: "choose a shorter name")
        case .start(let found):
            return ModelError(
                .name, "\(subject): it begins with \(found), and a name begins with a letter or a digit",
                hint: "remove the leading \(found)")
        case .character(let found, let position, let upperCase):
            return ModelError(
                .name,
                "\(subject): \(found) at position \(position) is not one of the ASCII characters a-z, 0-9, `-` and `_`",
                hint: upperCase ? "write it in lower case: \(quoted(text.lowercased()))" : "names look like `left-pad`")
        case .separators(let position):
            return ModelError(
                .name, "\(subject): two separators stand in a row at position \(position)",
                hint: "keep one `-` or `_` between words")
        }
    }
}
