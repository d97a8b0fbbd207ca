/// How a manifest writes one table of dependencies, in whichever of TOML's ways.
struct DependencyLayout {
    /// The table's key: `dependencies`, or one of the two spellings for development.
    let key: String
    /// `[dependencies]`.
    private(set) var header: TOML.Statement?
    /// Assignments below `header`.
    private(set) var entries: [Entry] = []
    /// `dependencies.foo = …` at the top level.
    private(set) var dotted: [Entry] = []
    /// `dependencies = { … }`.
    private(set) var inline: TOML.Statement?
    /// `[dependencies.foo]`.
    private(set) var subtables: [Subtable] = []

    /// An assignment to a package, or with a dotted key to something within it.
    struct Entry {
        let name: String
        let statement: TOML.Statement

        var range: Range<Int> { statement.range }
    }

    struct Subtable {
        let name: String
        let header: TOML.Statement
        /// The last statement that belongs to it, its header when it is empty.
        var last: TOML.Statement
    }

    init(key: String, of document: TOML.Document) {
        self.key = key
        var section: [String] = []
        for statement in document.statements {
            switch statement.kind {
            case .header, .arrayHeader:
                section = statement.path
                guard section.first == key else { continue }
                if section.count == 1 {
                    header = statement
                } else if section.count > 2, subtables.last?.name == section[1] {
                    subtables[subtables.count - 1].last = statement
                } else {
                    subtables.append(Subtable(name: section[1], header: statement, last: statement))
                }
            case .assignment:
                if section.isEmpty, statement.path.first == key {
                    if statement.path.count == 1 {
                        inline = statement
                    } else {
                        dotted.append(Entry(name: statement.path[1], statement: statement))
                    }
                } else if section == [key] {
                    entries.append(Entry(name: statement.path[0], statement: statement))
                } else if section.first == key {
                    subtables[subtables.count - 1].last = statement
                }
            }
        }
    }
}
