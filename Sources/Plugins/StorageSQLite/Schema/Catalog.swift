import CStorageSQLite
import CVaisPlugin

/// What the database says it holds: a small table from the schema's ids to names, so that what a later schema adds is
/// told from what it must not change.
///
///     kind        collection  id  name     detail
///     schema      0           0   version  7
///     collection  3           3   users    1
///     column      3           2   email    text null
///     index       3           1   by_name  unique 4
///     search      3           1   words    2,5
struct Catalog {
    struct Entry {
        var kind: String
        var collection: UInt32
        var id: UInt32
        var name: String
        var detail: String
    }

    private(set) var entries: [Entry] = []
    /// Whether the table itself exists.
    private(set) var exists: Bool

    static let table = "\"_vais_schema\""
    static let definition =
        "CREATE TABLE \"_vais_schema\" (\"kind\" TEXT NOT NULL, \"collection\" INTEGER NOT NULL, "
        + "\"id\" INTEGER NOT NULL, \"name\" TEXT NOT NULL, \"detail\" TEXT NOT NULL, "
        + "PRIMARY KEY (\"kind\", \"collection\", \"id\")) STRICT, WITHOUT ROWID"

    init(reading connection: Connection) throws(Failure) {
        exists = try connection.text("SELECT 1 FROM sqlite_schema WHERE name = '_vais_schema'") != nil
        guard exists else { return }
        let statement = try connection.compile(
            "SELECT \"kind\", \"collection\", \"id\", \"name\", \"detail\" FROM " + Self.table)
        defer { sqlite3_finalize(statement) }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw connection.failure(code) }
            guard let kind = sqlite3_column_text(statement, 0), let name = sqlite3_column_text(statement, 3),
                let detail = sqlite3_column_text(statement, 4)
            else { throw Failure(VAIS_CORRUPT, "the catalogue of the database is damaged") }
            entries.append(
                Entry(
                    kind: String(cString: kind),
                    collection: UInt32(truncatingIfNeeded: sqlite3_column_int64(statement, 1)),
                    id: UInt32(truncatingIfNeeded: sqlite3_column_int64(statement, 2)),
                    name: String(cString: name), detail: String(cString: detail)))
        }
    }

    func entry(_ kind: String, _ collection: UInt32, _ id: UInt32) -> Entry? {
        for entry in entries where entry.kind == kind && entry.collection == collection && entry.id == id {
            return entry
        }
        return nil
    }

    func entry(_ kind: String, _ collection: UInt32, named name: String) -> Entry? {
        for entry in entries where entry.kind == kind && entry.collection == collection && entry.name == name {
            return entry
        }
        return nil
    }

    /// The statement that records an entry. Its text parts are of names and digits, so they need no escaping.
    static func record(_ kind: String, _ collection: UInt32, _ id: UInt32, _ name: String, _ detail: String) -> String {
        "INSERT OR REPLACE INTO " + table + " VALUES ('" + kind + "', " + String(collection) + ", " + String(id) + ", '"
            + name + "', '" + detail + "')"
    }

    static func list(_ columns: [Column]) -> String { joined(columns, ",") { String($0.id) } }
}

/// The parts `text` makes of the elements, with `separator` between them.
func joined<Element>(_ elements: [Element], _ separator: String, _ text: (Element) -> String) -> String {
    var result = ""
    for (position, element) in elements.enumerated() {
        if position > 0 { result += separator }
        result += text(element)
    }
    return result
}
