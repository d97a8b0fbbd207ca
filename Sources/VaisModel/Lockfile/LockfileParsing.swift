extension Lockfile {
    /// Reads a lockfile. `file` is how errors name it.
    ///
    /// - Throws: `.lockfile` with the line when it is damaged, `.conflict` when it holds conflict markers,
    ///   `.newerFormat` when a newer version wrote it, `.integrity` when an entry lacks its SHA-256.
    package init(parsing bytes: [UInt8], file: String) throws(ModelError) {
        self = try Lockfile.parse(bytes, file: file, isComplete: true)
    }

    /// - Parameter isComplete: Whether every package that is mentioned must be there, as it must in a whole file but not in
    ///   one side of a conflict.
    static func parse(_ bytes: [UInt8], file: String, isComplete: Bool) throws(ModelError) -> Lockfile {
        do throws(LockfileScanner.Fault) {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                throw LockfileScanner.Fault(
                    "the file begins with a byte order mark",
                    hint: "save it as plain UTF-8, or run `vais lock --update`",
                    line: 1)
            }
            var reader = LockfileReader()
            try reader.read(bytes.span)
            if isComplete { try reader.refuseMissing() }
            return Lockfile(sortedRequirements: reader.requirements.map(\.value), packages: reader.packages)
        } catch {
            throw ModelError(
                error.code, error.message, hint: error.hint ?? LockfileReader.remake, file: file, line: error.line)
        }
    }

    /// Orders what was read, which a hand or a merge may have put out of order.
    private init(sortedRequirements: [LockedRequirement], packages: [LockedPackage]) {
        requirements = sortedRequirements.sorted()
        let isSorted = zip(packages, packages.dropFirst()).allSatisfy { $0.name < $1.name }
        self.packages = isSorted ? packages : packages.sorted { $0.name < $1.name }
    }
}

/// Puts the statements of a lockfile together.
struct LockfileReader {
    private(set) var requirements: [(value: LockedRequirement, line: Int)] = []
    private(set) var packages: [LockedPackage] = []
    private var packageLines: [PackageName: Int] = [:]
    private var lists: Set<LockedRequirement.Kind> = []

    private enum Section { case header, root, package }

    mutating func read(_ bytes: Span<UInt8>) throws(LockfileScanner.Fault) {
        var scanner = LockfileScanner()
        var section = Section.header
        var header = LockfileHeader()
        var entry = LockedEntry(line: 0)
        while true {
            switch (section, try scanner.next(bytes)) {
            case (.header, .end):
                throw LockfileScanner.Fault(
                    "the file ends before its [root]: it is empty or cut off", hint: LockfileReader.remake,
                    line: max(scanner.line, 1))
            case (.root, .end): return try finishRoot(line: scanner.line)
            case (.package, .end):
                return try append(try entry.finish(bytes, isLast: true), line: entry.line)
            case (.header, .root):
                try header.finish(line: scanner.line)
                section = .root
            case (_, .root), (.header, .package):
                throw LockfileScanner.Fault("a table in the wrong place: [root] comes first, once", line: scanner.line)
            case (.root, .package):
                try finishRoot(line: scanner.line)
                section = .package
                entry = LockedEntry(line: scanner.line)
            case (.package, .package):
                try append(try entry.finish(bytes, isLast: false), line: entry.line)
                entry = LockedEntry(line: scanner.line)
            case (.header, let statement): try header.read(statement, bytes, scanner)
            case (.root, let statement): try readRoot(statement, bytes, scanner)
            case (.package, let statement): try entry.read(statement, bytes, scanner)
            }
        }
    }

    static let remake = "restore it from version control, or run `vais lock --update` to make it anew"

    /// In a whole file every package is asked for by the root or another package, so one that was lost is missed there.
    func refuseMissing() throws(LockfileScanner.Fault) {
        for (requirement, line) in requirements where packageLines[requirement.name] == nil {
            // An override may be about a package that nothing needs.
            if requirement.kind == .override { continue }
            throw LockfileReader.missing(requirement.name, neededBy: "the root", line: line)
        }
        for package in packages {
            for dependency in package.dependencies where packageLines[dependency] == nil {
                throw LockfileReader.missing(
                    dependency, neededBy: "`\(package.name)`", line: packageLines[package.name] ?? 1)
            }
        }
    }

    private static func missing(_ name: PackageName, neededBy: String, line: Int) -> LockfileScanner.Fault {
        LockfileScanner.Fault(
            "\(neededBy) needs `\(name)`, which has no entry: the file is cut off or was edited",
            hint: remake, line: line)
    }

    private mutating func append(_ package: LockedPackage, line: Int) throws(LockfileScanner.Fault) {
        if let other = packageLines.updateValue(line, forKey: package.name) {
            throw LockfileScanner.Fault(
                "`\(package.name)` has two entries; the other is in line \(other)", hint: LockfileReader.remake,
                line: line)
        }
        packages.append(package)
    }

    private func finishRoot(line: Int) throws(LockfileScanner.Fault) {
        if lists.contains(.normal) { return }
        throw LockfileScanner.Fault(
            "[root] has no `dependencies`: the file is cut off or was edited", hint: LockfileReader.remake, line: line)
    }

    private mutating func readRoot(
        _ statement: LockfileScanner.Statement, _ bytes: Span<UInt8>, _ scanner: borrowing LockfileScanner
    ) throws(LockfileScanner.Fault) {
        guard case .list(let key, let elements) = statement,
            let kind = LockedRequirement.Kind(rawValue: scanner.text(bytes, key))
        else { throw LockfileScanner.Fault("expected a list of requirements in [root]", line: scanner.line) }
        guard lists.insert(kind).inserted else {
            throw LockfileScanner.Fault("`\(kind.rawValue)` is given twice", line: scanner.line)
        }
        for (range, line) in elements {
            do throws(ModelError) {
                let requirement = try LockedRequirement(parsing: scanner.text(bytes, range), kind: kind)
                requirements.append((requirement, line))
            } catch {
                throw LockfileScanner.Fault(error.message, hint: error.hint, line: line)
            }
        }
    }
}

/// The lines before `[root]`.
private struct LockfileHeader {
    private var format: UInt64?
    private var minimumReader: UInt64?

    mutating func read(
        _ statement: LockfileScanner.Statement, _ bytes: Span<UInt8>, _ scanner: borrowing LockfileScanner
    ) throws(LockfileScanner.Fault) {
        if case .number(let key, let value) = statement {
            if scanner.equals(bytes, key, "format"), format == nil {
                format = value
                return try refuseNewer(value, line: scanner.line)
            }
            if scanner.equals(bytes, key, "minimum-reader"), minimumReader == nil {
                minimumReader = value
                return try refuseNewer(value, line: scanner.line)
            }
        }
        throw LockfileScanner.Fault(
            "expected `format` and `minimum-reader`, once each, before [root]", line: scanner.line)
    }

    func finish(line: Int) throws(LockfileScanner.Fault) {
        if let format, format > 0, minimumReader != nil { return }
        throw LockfileScanner.Fault("the header has no `format` or no `minimum-reader`", line: line)
    }

    private func refuseNewer(_ format: UInt64, line: Int) throws(LockfileScanner.Fault) {
        guard format > Lockfile.format else { return }
        throw LockfileScanner.Fault(
            .newerFormat, "the lockfile has format \(format), and this vais reads up to \(Lockfile.format)",
            hint: "install a newer vais; the file was left untouched", line: line)
    }
}
