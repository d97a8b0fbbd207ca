import VaisModel

/// Reads an index line by line. This is what a resolve spends its time on, so nothing is built that the document does not keep.
struct IndexReader {
    private var json: JSONReader
    private var document: IndexDocument
    private var dependencies = DependencyListReader()
    /// Where each version is in `document.releases`; filled as far as status lines needed it.
    private var positions: [Version: Int] = [:]
    private var positionsFilled = 0
    private var isAscending = true

    init(_ bytes: [UInt8], name: PackageName, limits: JSONLimits) throws(ProtocolError) {
        json = try JSONReader(bytes, limits: limits, framing: .lines)
        document = IndexDocument(name: name)
    }

    mutating func read() throws(ProtocolError) -> IndexDocument {
        if json.isAtEnd { throw ProtocolError(.malformed, "the index of \(quoted(document.name.text)) is empty") }
        try readHeader()
        while !json.isAtEnd { try readLine() }
        try refuseDuplicates()
        return document
    }

    // MARK: - Lines

    private mutating func readHeader() throws(ProtocolError) {
        var line = IndexLine()
        try line.read(&json, dependencies: &dependencies)
        guard line.kind == .header, let format = line.format, let name = line.name else {
            throw ProtocolError(
                .unexpected, "the index of \(quoted(document.name.text)) does not start with a header line")
        }
        guard format <= IndexDocument.format else {
            throw ProtocolError(
                .newerFormat, "the index of \(quoted(document.name.text)) has format \(format)",
                hint: "this program reads formats up to \(IndexDocument.format); install a newer one")
        }
        guard name == document.name.text else {
            throw ProtocolError(
                .wrongPackage, "the index of \(quoted(document.name.text)) is that of \(quoted(name))",
                hint: "the registry or something between gives wrong answers; nothing was changed")
        }
    }

    private mutating func readLine() throws(ProtocolError) {
        let start = json.position
        var line = IndexLine()
        try line.read(&json, dependencies: &dependencies)
        guard let kind = line.kind else { return }
        guard let serial = line.serial else { throw json.unexpected("the line has no serial", at: start) }
        document.serial = max(document.serial, serial)
        switch kind {
        case .header: throw json.unexpected("a second header", at: start)
        case .release: try append(line, serial, start)
        case .yank, .unyank, .deprecation, .endOfDeprecation: try apply(line, kind, start)
        }
    }

    private mutating func append(_ line: IndexLine, _ serial: UInt64, _ start: Int) throws(ProtocolError) {
        guard let version = line.version, let checksum = line.checksum, let size = line.size, let time = line.time
        else { throw json.unexpected("a release needs `v`, `c`, `z` and `t`", at: start) }
        if let last = document.releases.last, !last.version.precedes(version) { isAscending = false }
        if document.releases.isEmpty {
            // Lines are of similar length, so the first tells how many will come.
            document.releases.reserveCapacity(1 + json.remaining / (json.position - start))
        }
        document.releases.append(
            IndexRelease(
                version: version, checksum: checksum, size: size, published: Timestamp(microseconds: time),
                dependencies: line.dependencies, serial: serial))
    }

    /// Applies a status line. One for a release that is not here is skipped: the release's line may be of a newer kind.
    private mutating func apply(
        _ line: IndexLine, _ kind: IndexLine.Kind, _ start: Int
    ) throws(ProtocolError) {
        let deprecation: Deprecation? =
            kind == .deprecation ? Deprecation(message: line.message, replacement: try replacement(line, start)) : nil
        guard let version = line.version else {
            switch kind {
            case .deprecation, .endOfDeprecation: document.deprecation = deprecation
            default: throw json.unexpected("a yank needs `v`", at: start)
            }
            return
        }
        guard let position = position(of: version) else { return }
        switch kind {
        case .yank: document.releases[position].yank = Yank(reason: line.reason, message: line.message)
        case .unyank: document.releases[position].yank = nil
        default: document.releases[position].deprecation = deprecation
        }
    }

    /// The package that a deprecation names.
    private func replacement(_ line: IndexLine, _ start: Int) throws(ProtocolError) -> PackageName? {
        guard let name = line.name else { return nil }
        do { return try PackageName(parsing: name) } catch { throw json.unexpected(error.message, at: start) }
    }

    private mutating func position(of version: Version) -> Int? {
        while positionsFilled < document.releases.count {
            positions[document.releases[positionsFilled].version] = positionsFilled
            positionsFilled += 1
        }
        return positions[version]
    }

    /// `1.0.0+a` and `1.0.0+b` are the same release to a registry. Publication is nearly always in ascending order, which
    /// proves by itself that no two are the same.
    private func refuseDuplicates() throws(ProtocolError) {
        guard !isAscending else { return }
        let sorted = document.releases.map(\.version).sorted()
        for (lower, upper) in zip(sorted, sorted.dropFirst()) where lower.hasSamePrecedence(as: upper) {
            throw ProtocolError(
                .unexpected, "the index of \(quoted(document.name.text)) has version \(upper) twice",
                hint: "the registry gives wrong answers; nothing was changed")
        }
    }
}
