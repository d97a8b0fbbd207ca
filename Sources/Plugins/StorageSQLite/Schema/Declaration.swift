import CVaisPlugin

/// A column as the host declares it.
struct Column {
    let id: UInt32
    let type: UInt32
    let isNullable: Bool
    let name: String

    init(id: UInt32, type: UInt32, isNullable: Bool, name: String) {
        self.id = id
        self.type = type
        self.isNullable = isNullable
        self.name = name
    }

    /// The record's stamp: the one column the host does not declare.
    static let stamp = Column(id: VAIS_COLUMN_VERSION, type: VAIS_I64, isNullable: false, name: "_stamp")

    /// Names were checked to be of `[a-z0-9_]`; the quotes are for those that are words of SQL.
    var sql: String { "\"" + name + "\"" }

    /// How the column is defined, with the ABI's type as a comment where SQLite has none of its own.
    var definition: String {
        let type =
            switch self.type {
            case VAIS_BOOL: "INTEGER /* bool */"
            case VAIS_I64: "INTEGER"
            case VAIS_F64: "REAL"
            case VAIS_TEXT: "TEXT"
            case VAIS_BYTES: "BLOB"
            default: "INTEGER /* time, in microseconds since 1970 */"
            }
        return sql + " " + type + (isNullable ? "" : " NOT NULL")
    }

    /// What the catalogue remembers of it.
    var detail: String {
        let type =
            switch self.type {
            case VAIS_BOOL: "bool"
            case VAIS_I64: "i64"
            case VAIS_F64: "f64"
            case VAIS_TEXT: "text"
            case VAIS_BYTES: "bytes"
            default: "time"
            }
        return isNullable ? type + " null" : type
    }
}

/// An index as the host declares it.
struct Index {
    let id: UInt32
    let isUnique: Bool
    let columns: [Column]
    let name: String
}

/// A collection as the host declares it: one table.
final class Collection {
    let id: UInt32
    let name: String
    let columns: [Column]
    let key: [Column]
    let indexes: [Index]

    init(id: UInt32, name: String, columns: [Column], key: [Column], indexes: [Index]) {
        self.id = id
        self.name = name
        self.columns = columns
        self.key = key
        self.indexes = indexes
    }

    var table: String { "\"vais_" + name + "\"" }

    /// `$` cannot be in a declared name, so no index is ever named as a table.
    func sqlName(of index: Index) -> String { "\"vais_" + name + "$" + index.name + "\"" }

    /// The name SQLite gives the primary key of a table WITHOUT ROWID, for INDEXED BY.
    var primaryIndex: String { "\"sqlite_autoindex_vais_" + name + "_1\"" }

    func column(_ id: UInt32) -> Column? {
        for column in columns where column.id == id { return column }
        return nil
    }

    func index(_ id: UInt32) -> Index? {
        for index in indexes where index.id == id { return index }
        return nil
    }

    func isKey(_ column: Column) -> Bool { key.contains { $0.id == column.id } }

    /// The columns that order an index (nil: the primary key): its own, then those of the key that are not among them.
    func order(of index: Index?) -> [Column] {
        guard let index else { return key }
        return index.columns + key.filter { column in !index.columns.contains { $0.id == column.id } }
    }
}

/// Everything the host declares.
struct Declaration {
    let version: UInt32
    let collections: [Collection]

    func collection(_ id: UInt32) -> Collection? {
        for collection in collections where collection.id == id { return collection }
        return nil
    }
}
