/// A broken rule in a version or a requirement, and the byte at which it broke, from 0.
struct VersionFault: Error {
    enum Part: String {
        case major, minor, patch, prerelease, build

        var isNumber: Bool { self == .major || self == .minor || self == .patch }
    }

    enum Rule {
        case end(Part)
        case noDigit(Part)
        case leadingZero(Part)
        case overflow(Part)
        case noDot(after: Part)
        case emptyIdentifier(Part)
        case trailing(after: Part)
        // Requirements only.
        case noComma
        case wildcardNotAlone
        case afterWildcard
        case wildcardAfterOperator
        case tooManyComparators
    }

    let rule: Rule
    let position: Int

    init(_ rule: Rule, at position: Int) {
        self.rule = rule
        self.position = position
    }

    /// The rule in words, as the end of a sentence about `text`; positions count bytes from 1.
    func reason(in text: String) -> String {
        let bytes = text.utf8.span
        let here =
            position < bytes.count ? "\(quotedScalar(bytes, at: position)) at position \(position + 1)" : "the end"
        switch rule {
        case .end(let part), .noDigit(let part):
            return "expected a digit of the \(part.rawValue) number, found \(here)"
        case .leadingZero(let part):
            let what = part.isNumber ? "the \(part.rawValue) number" : "a numeric \(part.rawValue) identifier"
            return "\(what) has a leading zero at position \(position + 1)"
        case .overflow(let part):
            return "the \(part.rawValue) number is greater than \(UInt64.max), the greatest supported"
        case .noDot(let part):
            return "expected `.` after the \(part.rawValue) number, found \(here)"
        case .emptyIdentifier(let part):
            return "expected a \(part.rawValue) identifier of `0-9 A-Z a-z -`, found \(here)"
        case .trailing(let part):
            return "unexpected \(here) after the \(part.rawValue)\(part.isNumber ? " number" : "")"
        case .noComma:
            return "expected `,` between comparators, found \(here)"
        case .wildcardNotAlone:
            return "the wildcard at position \(position + 1) admits everything, so it must stand alone"
        case .afterWildcard:
            return "unexpected \(here) after a wildcard"
        case .wildcardAfterOperator:
            return "a wildcard cannot follow an operator, at position \(position + 1)"
        case .tooManyComparators:
            return "it has more than \(Requirement.maximumComparators) comparators"
        }
    }
}
