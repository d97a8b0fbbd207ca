/// One component of an ignore pattern: literal letters, `*`, `?` and `[a-z]`, matched against one path component.
///
/// Runs in time proportional to pattern times name, however many stars there are.
struct GlobPattern: Sendable, Hashable {
    private enum Token: Sendable, Hashable {
        case letter(Unicode.Scalar)
        case anyLetter
        case anyText
        case set(isNegated: Bool, [ClosedRange<Unicode.Scalar>])
    }

    private var tokens: [Token] = []

    /// Parses a component, which holds no slash. Throws `.pattern` for an unclosed `[` or a backslash at the end.
    init(_ text: Substring) throws(ArchiveError) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": if tokens.last != .anyText { tokens.append(.anyText) }
            case "?": tokens.append(.anyLetter)
            case "[": tokens.append(try Self.set(&rest, text))
            case "\\":
                guard let escaped = rest.popFirst() else { throw Self.malformed(text, "ends in a backslash") }
                tokens.append(.letter(escaped))
            default: tokens.append(.letter(scalar))
            }
        }
    }

    private static func set(
        _ rest: inout Substring.UnicodeScalarView, _ text: Substring
    ) throws(ArchiveError) -> Token {
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let scalar = rest.popFirst() {
            // A `]` in first place is a member, not the end.
            if scalar == "]", !ranges.isEmpty { return .set(isNegated: isNegated, ranges) }
            guard rest.first == "-", let last = rest.dropFirst().first, last != "]" else {
                ranges.append(scalar...scalar)
                continue
            }
            guard scalar <= last else { throw malformed(text, "has a range that runs backwards") }
            ranges.append(scalar...last)
            rest.removeFirst(2)
        }
        throw malformed(text, "has a \"[\" without \"]\"")
    }

    private static func malformed(_ text: Substring, _ reason: String) -> ArchiveError {
        ArchiveError(.pattern, "the ignore pattern \(EscapedPath.quote(text)) \(reason)")
    }

    func matches(_ name: Substring) -> Bool {
        let scalars = name.unicodeScalars
        var position = scalars.startIndex
        var token = 0
        // Where to go on when the text after the last star does not fit: one letter further.
        var retry: (token: Int, position: Substring.UnicodeScalarView.Index)?
        while position < scalars.endIndex {
            if token < tokens.count, tokens[token] == .anyText {
                token += 1
                retry = (token, position)
            } else if token < tokens.count, Self.matches(tokens[token], scalars[position]) {
                token += 1
                position = scalars.index(after: position)
            } else if let last = retry {
                let next = scalars.index(after: last.position)
                retry = (last.token, next)
                token = last.token
                position = next
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anyText }
    }

    private static func matches(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .letter(let letter): letter == scalar
        case .anyLetter: true
        case .anyText: false
        case .set(let isNegated, let ranges): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }
}
