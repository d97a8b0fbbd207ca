extension Version {
    /// Reads a version by the grammar of SemVer 2.0.0, exactly: no `v`, no missing number, no space around it.
    ///
    /// - Throws: `.version`, with the rule broken and where.
    package init(parsing text: String) throws(ModelError) {
        do throws(VersionFault) {
            self = try Version.read(text.utf8.span)
        } catch {
            throw ModelError(
                .version, "\(quoted(text)) is not a version: \(error.reason(in: text))",
                hint: VersionHint.hint(for: text, fault: error))
        }
    }

    /// Reads a version that fills `bytes`; the fast path for index lines and lockfiles.
    static func read(_ bytes: Span<UInt8>) throws(VersionFault) -> Version {
        var position = 0
        let major = try VersionGrammar.number(bytes, &position, .major)
        try dot(bytes, &position, after: .major)
        let minor = try VersionGrammar.number(bytes, &position, .minor)
        try dot(bytes, &position, after: .minor)
        let patch = try VersionGrammar.number(bytes, &position, .patch)
        if position == bytes.count { return Version(major: major, minor: minor, patch: patch) }
        var last = VersionFault.Part.patch
        var prerelease: [Identifier] = []
        if bytes[position] == UInt8(ascii: "-") {
            position += 1
            last = .prerelease
            prerelease = try VersionGrammar.prerelease(bytes, &position)
        }
        var build = ""
        if position < bytes.count, bytes[position] == UInt8(ascii: "+") {
            position += 1
            last = .build
            build = try VersionGrammar.build(bytes, &position)
        }
        if position < bytes.count { throw VersionFault(.trailing(after: last), at: position) }
        return Version(major: major, minor: minor, patch: patch, prerelease: prerelease, build: build)
    }

    private static func dot(
        _ bytes: Span<UInt8>, _ position: inout Int, after part: VersionFault.Part
    ) throws(VersionFault) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else {
            throw VersionFault(.noDot(after: part), at: position)
        }
        position += 1
    }
}
