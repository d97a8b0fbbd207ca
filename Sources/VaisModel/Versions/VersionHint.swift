/// One step that turns a text into the version its author probably meant.
enum VersionHint {
    static func hint(for text: String, fault: VersionFault) -> String {
        // The corrected text is offered only when it really is a version.
        for candidate in corrections(of: text) where (try? Version.read(candidate.utf8.span)) != nil {
            return "did you mean `\(candidate)`?"
        }
        if case .overflow = fault.rule { return "use a smaller number" }
        return "versions are three numbers with dots, as in `1.4.0` or `2.0.0-rc.1`"
    }

    private static func corrections(of text: String) -> [String] {
        guard text.utf8.count <= Version.maximumPublishedLength else { return [] }
        var bare = text.utf8.filter { $0 > UInt8(ascii: " ") }[...]
        while let first = bare.first, "vV=^~+".utf8.contains(first) { bare.removeFirst() }
        let cleaned = String(decoding: bare, as: UTF8.self)
        let numbers = cleaned.split(separator: ".", omittingEmptySubsequences: false)
        var withoutZeros: [String] = []
        for number in numbers {
            let trimmed = number.drop { $0 == "0" }
            withoutZeros.append(
                trimmed.isEmpty || !trimmed.utf8.allSatisfy(VersionGrammar.isDigit) ? "0" : String(trimmed))
        }
        var candidates = [cleaned, cleaned + ".0", cleaned + ".0.0"]
        if numbers.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(VersionGrammar.isDigit) }) {
            candidates.append(withoutZeros.prefix(3).joined(separator: "."))
        }
        return candidates
    }
}
