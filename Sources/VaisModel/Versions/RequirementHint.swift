/// The error for a text that is no requirement, with the habit of another tool it probably comes from.
enum RequirementHint {
    static func error(for text: String, fault: VersionFault) -> ModelError {
        if text.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) {
            return ModelError(.requirement, "a requirement cannot be empty", hint: "`*` admits every release")
        }
        return ModelError(
            .requirement, "\(quoted(text)) is not a requirement: \(fault.reason(in: text))",
            hint: hint(for: text, fault))
    }

    private static func hint(for text: String, _ fault: VersionFault) -> String {
        if text.utf8.contains(UInt8(ascii: "|")) {
            return "there is no OR; state one range, as in `>=1.2, <3`"
        }
        switch fault.rule {
        case .noComma: return "separate comparators with commas, as in `>=1.2, <3`"
        case .wildcardNotAlone: return "write `*` alone, or leave it out"
        case .wildcardAfterOperator: return "write `*` alone to admit every release"
        case .afterWildcard: return "write `1.*` for any 1.x, `1.2.*` for any 1.2.x"
        case .tooManyComparators: return "a range needs two comparators, as in `>=1.2, <3`"
        case .overflow: return "use a smaller number"
        case .end where text.utf8.last == UInt8(ascii: ","): return "remove the comma at the end"
        default: return "requirements look like `^1.2`, `~1.2.3`, `>=1.2, <3`, `=1.2.3` or `*`"
        }
    }
}
