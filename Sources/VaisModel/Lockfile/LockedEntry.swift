/// The lines of one `[[package]]`, gathered until the next one begins.
struct LockedEntry {
    let line: Int
    private var name: PackageName?
    private var version: Version?
    private var registry: String?
    private var checksum: Checksum?
    private var size: UInt64?
    private var published: Timestamp?
    private var dependencies: [PackageName]?

    init(line: Int) { self.line = line }

    /// Keys that name another hash than SHA-256, or none that is known.
    private static let otherHashes = [
        "md5", "sha1", "sha224", "sha384", "sha512", "blake2", "blake3", "checksum", "hash",
    ]

    mutating func read(
        _ statement: LockfileScanner.Statement, _ bytes: Span<UInt8>, _ scanner: borrowing LockfileScanner
    ) throws(LockfileScanner.Fault) {
        switch statement {
        case .string(let key, let value): try readString(key, value, bytes, scanner)
        case .number(let key, let value) where scanner.equals(bytes, key, "size"):
            try set(&size, to: value, "size", scanner.line)
        case .list(let key, let elements) where scanner.equals(bytes, key, "dependencies"):
            var names: [PackageName] = []
            names.reserveCapacity(elements.count)
            for (range, line) in elements { names.append(try packageName(bytes, range, line: line)) }
            try set(&dependencies, to: names, "dependencies", scanner.line)
        case .number(let key, _), .list(let key, _): throw unknown(key, bytes, scanner)
        case .root, .package, .end: break
        }
    }

    /// The package, once all of its lines were read.
    ///
    /// - Parameter isLast: Whether the file ends here, perhaps too early.
    func finish(_ bytes: Span<UInt8>, isLast: Bool) throws(LockfileScanner.Fault) -> LockedPackage {
        guard let name, let version, let registry else {
            throw fault("the entry has no \(name == nil ? "name" : version == nil ? "version" : "registry")", isLast)
        }
        // A file that was cut off lacks what follows, too; an entry that only lacks its hash was tampered with.
        guard checksum != nil || (isLast && size == nil) else {
            throw LockfileScanner.Fault(
                .integrity, "the entry of `\(name)` has no `sha256`, so its archive cannot be verified",
                hint: LockfileReader.remake, line: line)
        }
        guard let checksum, let size, let dependencies else {
            let missing = checksum == nil ? "sha256" : size == nil ? "size" : "dependencies"
            throw fault("the entry of `\(name)` has no \(missing)", isLast)
        }
        return LockedPackage(
            name: name, version: version, registry: registry, checksum: checksum, size: size, published: published,
            dependencies: dependencies)
    }

    private func fault(_ message: String, _ isLast: Bool) -> LockfileScanner.Fault {
        LockfileScanner.Fault(
            isLast ? message + ": the file is cut off or was edited" : message, hint: LockfileReader.remake, line: line)
    }

    private mutating func readString(
        _ key: Range<Int>, _ value: Range<Int>, _ bytes: Span<UInt8>, _ scanner: borrowing LockfileScanner
    ) throws(LockfileScanner.Fault) {
        let line = scanner.line
        if scanner.equals(bytes, key, "name") {
            try set(&name, to: try packageName(bytes, value, line: line), "name", line)
        } else if scanner.equals(bytes, key, "version") {
            guard let parsed = try? Version.read(bytes.extracting(value)) else {
                throw LockfileScanner.Fault("\(quoted(scanner.text(bytes, value))) is not a version", line: line)
            }
            try set(&version, to: parsed, "version", line)
        } else if scanner.equals(bytes, key, "registry") {
            guard RegistryName.isValid(bytes.extracting(value)) else {
                throw LockfileScanner.Fault(
                    "\(quoted(scanner.text(bytes, value))) is not a registry's name",
                    hint: "a lockfile names registries; their URLs stand in the configuration", line: line)
            }
            try set(&registry, to: bytes.asciiText(value), "registry", line)
        } else if scanner.equals(bytes, key, "sha256") {
            guard let parsed = Checksum(hex: bytes.extracting(value)) else {
                throw LockfileScanner.Fault(
                    .integrity, "\(quoted(scanner.text(bytes, value))) is not a SHA-256", hint: LockfileReader.remake,
                    line: line)
            }
            try set(&checksum, to: parsed, "sha256", line)
        } else if scanner.equals(bytes, key, "published") {
            guard let parsed = Timestamp(rfc3339: bytes.extracting(value)) else {
                throw LockfileScanner.Fault("\(quoted(scanner.text(bytes, value))) is not a time", line: line)
            }
            try set(&published, to: parsed, "published", line)
        } else {
            throw unknown(key, bytes, scanner)
        }
    }

    private func packageName(
        _ bytes: Span<UInt8>, _ range: Range<Int>, line: Int
    ) throws(LockfileScanner.Fault) -> PackageName {
        do throws(ModelError) {
            return try PackageName(parsing: bytes.extracting(range))
        } catch {
            throw LockfileScanner.Fault(error.message, hint: error.hint, line: line)
        }
    }

    private func set<Value>(
        _ field: inout Value?, to value: Value, _ key: String, _ line: Int
    ) throws(LockfileScanner.Fault) {
        guard field == nil else { throw LockfileScanner.Fault("`\(key)` is given twice", line: line) }
        field = value
    }

    private func unknown(
        _ key: Range<Int>, _ bytes: Span<UInt8>, _ scanner: borrowing LockfileScanner
    ) -> LockfileScanner.Fault {
        let key = scanner.text(bytes, key)
        if LockedEntry.otherHashes.contains(key) {
            return LockfileScanner.Fault(
                .integrity, "\(quoted(key)) is not a hash that a lockfile may rely on; only `sha256` is",
                hint: LockfileReader.remake, line: scanner.line)
        }
        return LockfileScanner.Fault(
            "unknown key \(quoted(key)) in [[package]], or of the wrong type", line: scanner.line)
    }
}
