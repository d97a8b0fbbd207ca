import CVaisPlugin

/// The statements that bring a database to a declared schema. They only add: tables, nullable columns, indexes.
struct Migration {
    private(set) var statements: [String] = []
    private let catalog: Catalog

    /// Throws VAIS_SCHEMA when what is stored contradicts what is declared.
    init(from catalog: Catalog, to declaration: Declaration) throws(Failure) {
        self.catalog = catalog
        if !catalog.exists { statements.append(Catalog.definition) }
        for collection in declaration.collections { try add(collection) }
        let stored = catalog.entry("schema", 0, 0).flatMap { UInt32($0.detail) }
        // A newer schema in the database is no obstacle, and is not forgotten.
        if stored.map({ $0 < declaration.version }) ?? true {
            statements.append(Catalog.record("schema", 0, 0, "version", String(declaration.version)))
        }
    }

    private mutating func add(_ collection: Collection) throws(Failure) {
        let keyDetail = Catalog.list(collection.key)
        if let stored = catalog.entry("collection", collection.id, collection.id) {
            guard stored.name == collection.name, stored.detail == keyDetail else {
                throw Failure(
                    VAIS_SCHEMA,
                    "collection " + String(collection.id) + " is stored as `" + stored.name + "` with key "
                        + stored.detail + " but declared as `" + collection.name + "` with key " + keyDetail)
            }
            for column in collection.columns { try add(column, to: collection) }
        } else {
            for entry in catalog.entries where entry.kind == "collection" && entry.name == collection.name {
                throw Failure(
                    VAIS_SCHEMA, "collection `" + collection.name + "` is stored with the id " + String(entry.id))
            }
            statements.append(Self.creation(of: collection))
            statements.append(
                Catalog.record("collection", collection.id, collection.id, collection.name, keyDetail))
            for column in collection.columns {
                statements.append(
                    Catalog.record("column", collection.id, column.id, column.name, column.detail))
            }
        }
        for index in collection.indexes { try add(index, to: collection) }
    }

    /// WITHOUT ROWID, so that a record is found by one descent and every index ends in the key's columns, which lets a
    /// page of any index begin exactly behind a position.
    private static func creation(of collection: Collection) -> String {
        "CREATE TABLE " + collection.table + " ("
            + joined(collection.columns, ", ") { $0.definition } + ", " + Column.stamp.definition
            + ", PRIMARY KEY (" + joined(collection.key, ", ") { $0.sql } + ")) STRICT, WITHOUT ROWID"
    }

    private mutating func add(_ column: Column, to collection: Collection) throws(Failure) {
        if let stored = catalog.entry("column", collection.id, column.id) {
            guard stored.name == column.name, stored.detail == column.detail else {
                throw Failure(
                    VAIS_SCHEMA,
                    "column " + String(column.id) + " of collection `" + collection.name + "` is stored as `"
                        + stored.name + " " + stored.detail + "` but declared as `" + column.name + " "
                        + column.detail + "`")
            }
            return
        }
        if let stored = catalog.entry("column", collection.id, named: column.name) {
            throw Failure(
                VAIS_SCHEMA,
                "column `" + collection.name + "." + column.name + "` is stored with the id " + String(stored.id))
        }
        guard column.isNullable else {
            throw Failure(
                VAIS_INVALID,
                "column `" + collection.name + "." + column.name
                    + "` is new in a collection that exists, so it must be nullable")
        }
        statements.append("ALTER TABLE " + collection.table + " ADD COLUMN " + column.definition)
        statements.append(Catalog.record("column", collection.id, column.id, column.name, column.detail))
    }

    private mutating func add(_ index: Index, to collection: Collection) throws(Failure) {
        let detail = (index.isUnique ? "unique " : "") + Catalog.list(index.columns)
        if let stored = catalog.entry("index", collection.id, index.id) {
            guard stored.name == index.name, stored.detail == detail else {
                throw Failure(
                    VAIS_SCHEMA,
                    "index " + String(index.id) + " of collection `" + collection.name + "` is stored as `"
                        + stored.name + " " + stored.detail + "` but declared as `" + index.name + " " + detail + "`")
            }
            return
        }
        if let stored = catalog.entry("index", collection.id, named: index.name) {
            throw Failure(
                VAIS_SCHEMA,
                "index `" + index.name + "` of collection `" + collection.name + "` is stored with the id "
                    + String(stored.id))
        }
        statements.append(
            "CREATE " + (index.isUnique ? "UNIQUE INDEX " : "INDEX ") + collection.sqlName(of: index) + " ON "
                + collection.table + " (" + joined(index.columns, ", ") { $0.sql } + ")")
        statements.append(Catalog.record("index", collection.id, index.id, index.name, detail))
    }
}
