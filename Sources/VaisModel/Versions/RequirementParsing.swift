extension Requirement {
    /// Reads a requirement. Spaces may stand around operators and commas; commas mean AND, and there is no OR.
    ///
    /// - Throws: `.requirement`, with the rule broken and where.
    package init(parsing text: String) throws(ModelError) {
        do throws(VersionFault) {
            self.init(text: text, comparators: try Requirement.read(text.utf8.span))
        } catch {
            throw RequirementHint.error(for: text, fault: error)
        }
    }

    private static func read(_ bytes: Span<UInt8>) throws(VersionFault) -> [Comparator] {
        var position = 0
        skipSpaces(bytes, &position)
        if isWildcard(bytes, position) {
            let wildcard = position
            position += 1
            skipSpaces(bytes, &position)
            if position == bytes.count { return [] }
            let isList = bytes[position] == UInt8(ascii: ",")
            throw isList ? VersionFault(.wildcardNotAlone, at: wildcard) : VersionFault(.afterWildcard, at: position)
        }
        var comparators: [Comparator] = []
        while true {
            if !comparators.isEmpty { try refuseLoneWildcard(bytes, position) }
            let last = try readComparator(bytes, &position, into: &comparators)
            if position == bytes.count { return comparators }
            guard bytes[position] == UInt8(ascii: ",") else {
                // `>=1 <2` misses a comma; `1.2.3.4` has too much.
                let isNext = bytes[position - 1] == UInt8(ascii: " ")
                throw VersionFault(isNext ? .noComma : .trailing(after: last), at: position)
            }
            if comparators.count == maximumComparators { throw VersionFault(.tooManyComparators, at: position) }
            position += 1
            skipSpaces(bytes, &position)
        }
    }

    /// Appends the comparator at `position` and returns the last part it has.
    private static func readComparator(
        _ bytes: Span<UInt8>, _ position: inout Int, into comparators: inout [Comparator]
    ) throws(VersionFault) -> VersionFault.Part {
        let written = readOperator(bytes, &position)
        skipSpaces(bytes, &position)
        if written != nil && isWildcard(bytes, position) { throw VersionFault(.wildcardAfterOperator, at: position) }
        var last = VersionFault.Part.major
        let major = try VersionGrammar.number(bytes, &position, .major)
        var minor: UInt64?
        var patch: UInt64?
        var hasWildcard = false
        if skipDot(bytes, &position) {
            last = .minor
            if isWildcard(bytes, position) {
                hasWildcard = true
                position += 1
            } else {
                minor = try VersionGrammar.number(bytes, &position, .minor)
            }
        }
        if last == .minor, skipDot(bytes, &position) {
            last = .patch
            if isWildcard(bytes, position) {
                hasWildcard = true
                position += 1
            } else if hasWildcard {
                throw VersionFault(.afterWildcard, at: position)
            } else {
                patch = try VersionGrammar.number(bytes, &position, .patch)
            }
        }
        var prerelease: [Version.Identifier] = []
        if patch != nil, position < bytes.count, bytes[position] == UInt8(ascii: "-") {
            last = .prerelease
            position += 1
            prerelease = try VersionGrammar.prerelease(bytes, &position)
        }
        if patch != nil, position < bytes.count, bytes[position] == UInt8(ascii: "+") {
            last = .build
            position += 1
            // Read for its grammar only: builds do not take part in matching.
            _ = try VersionGrammar.build(bytes, &position)
        }
        skipSpaces(bytes, &position)
        comparators.append(
            Comparator(
                operator: written ?? (hasWildcard ? .wildcard : .caret), major: major, minor: minor, patch: patch,
                prerelease: prerelease))
        return last
    }

    private static func readOperator(_ bytes: Span<UInt8>, _ position: inout Int) -> Comparator.Operator? {
        guard position < bytes.count else { return nil }
        let orEqual = position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "=")
        let found: Comparator.Operator
        switch bytes[position] {
        case UInt8(ascii: "="): found = .exact
        case UInt8(ascii: ">"): found = orEqual ? .greaterOrEqual : .greater
        case UInt8(ascii: "<"): found = orEqual ? .lessOrEqual : .less
        case UInt8(ascii: "~"): found = .tilde
        case UInt8(ascii: "^"): found = .caret
        default: return nil
        }
        position += found.rawValue.utf8.count
        return found
    }

    /// `1.0, *` is refused for its wildcard, not for a missing digit.
    private static func refuseLoneWildcard(_ bytes: Span<UInt8>, _ position: Int) throws(VersionFault) {
        guard isWildcard(bytes, position) else { return }
        var next = position + 1
        skipSpaces(bytes, &next)
        if next == bytes.count || bytes[next] == UInt8(ascii: ",") {
            throw VersionFault(.wildcardNotAlone, at: position)
        }
    }

    private static func isWildcard(_ bytes: Span<UInt8>, _ position: Int) -> Bool {
        guard position < bytes.count else { return false }
        return bytes[position] == UInt8(ascii: "*") || bytes[position] | 0x20 == UInt8(ascii: "x")
    }

    private static func skipDot(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return false }
        position += 1
        return true
    }

    private static func skipSpaces(_ bytes: Span<UInt8>, _ position: inout Int) {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    }
}
