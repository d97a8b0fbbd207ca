/// The rules between entries: no name twice, no twins, nothing both file and folder, and not too many of them.
struct EntryNames {
    /// One component of a path: where it lies, and whether it is ASCII.
    struct Component {
        var range: Range<Int>
        var isASCII: Bool
    }

    private var tree = NameTree()
    private let limits: ArchiveLimits
    /// The components of the path at hand; kept to reuse its memory.
    private var components: [Component] = []

    init(limits: ArchiveLimits) {
        self.limits = limits
        components.reserveCapacity(limits.depth)
    }

    func isNamed(_ id: UInt32) -> Bool { tree.isNamed(id) }
    mutating func markNamed(_ id: UInt32) { tree.markNamed(id) }

    /// Splits the path and checks each component by itself.
    mutating func check(_ path: PathBuffer) throws(ArchiveError) -> [Component] {
        let bytes = path.bytes
        components.removeAll(keepingCapacity: true)
        var start = 0
        while start <= bytes.count {
            guard components.count < limits.depth else {
                throw path.error(.depth, "lies more than \(limits.depth) folders deep")
            }
            let end = bytes[start...].firstIndex(of: EntryPath.slash) ?? bytes.count
            let component = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            do {
                let isASCII = try EntryPath.check(component: component, isFirst: start == 0)
                components.append(Component(range: start..<end, isASCII: isASCII))
            } catch {
                throw path.error(error.code, error.reason)
            }
            start = end + 1
        }
        return components
    }

    /// Enters a checked path and returns its entry. Calls `newFolder` for every folder not seen before, outermost first.
    mutating func enter(
        _ path: PathBuffer, _ components: [Component], isFolder: Bool, size: UInt64, isExecutable: Bool,
        newFolder: (ArchiveEntry) throws(ArchiveError) -> Void
    ) throws(ArchiveError) -> ArchiveEntry {
        var parent = NameTree.root
        for (index, component) in components.enumerated() {
            let isLast = index == components.count - 1
            let found = try look(component, below: parent, path)
            let entry = { (prefix: UnsafeRawBufferPointer) in
                ArchiveEntry(
                    path: prefix, nameOffset: component.range.lowerBound, depth: index + 1, size: size,
                    isExecutable: isExecutable)
            }
            if isLast {
                if isFolder {
                    try nameFolder(found, path)
                    if found.isNew { try newFolder(entry(path.bytes)) }
                } else {
                    try nameFile(found, path)
                }
                return entry(path.bytes)
            }
            if found.isNew {
                let folder = { (prefix: UnsafeRawBufferPointer) throws(ArchiveError) in
                    try newFolder(
                        ArchiveEntry(
                            path: prefix, nameOffset: component.range.lowerBound, depth: index + 1, size: 0,
                            isExecutable: true))
                }
                try path.withPrefix(component.range.upperBound, folder)
            } else if tree.isFile(found.id) {
                throw path.error(.pathConflict, "lies below a path that is a file")
            }
            parent = found.id
        }
        throw path.error(.name, "has no name")
    }

    private mutating func look(
        _ component: Component, below parent: UInt32, _ path: PathBuffer
    ) throws(ArchiveError) -> NameTree.Lookup {
        let bytes = UnsafeRawBufferPointer(rebasing: path.bytes[component.range])
        let found = tree.enter(bytes, below: parent, isASCII: component.isASCII)
        guard found.isSameSpelling else {
            throw path.error(
                .collision, "differs from an earlier entry only in case or in how its letters are composed",
                hint: "the two would be one file on some file systems; rename one of them")
        }
        guard tree.count <= limits.entries else {
            throw ArchiveError(.entries, "the archive has more than \(limits.entries) entries")
        }
        guard tree.nameBytes <= limits.nameBytes else {
            throw ArchiveError(.entries, "the names in the archive are longer than \(limits.nameBytes) bytes together")
        }
        return found
    }

    private mutating func nameFolder(_ found: NameTree.Lookup, _ path: PathBuffer) throws(ArchiveError) {
        guard !tree.isFile(found.id) else { throw path.error(.pathConflict, "is a folder and also a file") }
        guard !tree.isNamed(found.id) else { throw path.error(.duplicate, "occurs twice") }
        tree.markNamed(found.id)
    }

    private mutating func nameFile(_ found: NameTree.Lookup, _ path: PathBuffer) throws(ArchiveError) {
        guard found.isNew else {
            if tree.isFile(found.id) { throw path.error(.duplicate, "occurs twice") }
            throw path.error(.pathConflict, "is a file and also a folder")
        }
        tree.markFile(found.id)
    }
}
