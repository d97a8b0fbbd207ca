import CVaisPlugin

/// One full-text index: an FTS5 table that stores words only, and a small table that gives each record's key a number,
/// since FTS5 knows records by number alone. Triggers on the collection keep both, so whatever writes to it keeps the
/// index right.
///
///     vais_packages --triggers--> vais_search$1_words$docs (id, key)
///                           \---> vais_search$1_words      (rowid = id, words)
struct SearchIndex {
    let id: UInt32
    let collection: Collection
    let columns: [Column]
    let weights: [Double]
    let name: String

    init(_ raw: vais_search_index, _ declaration: Declaration) throws(Failure) {
        name = try declaredName(raw.name, "a search index")
        guard let collection = declaration.collection(raw.collection) else {
            throw Failure(VAIS_INVALID, "the schema has no collection " + String(raw.collection))
        }
        guard collection.key.count == 1, collection.key[0].type == VAIS_TEXT, raw.id != 0 else {
            throw Failure(VAIS_INVALID, "search `" + name + "` has no id, or a collection whose key is not one text")
        }
        var columns: [Column] = []
        for id in try identifiers(raw.columns, count: raw.column_count) {
            guard let column = collection.column(id), column.type == VAIS_TEXT,
                !columns.contains(where: { $0.id == id })
            else {
                throw Failure(
                    VAIS_INVALID, "search `" + name + "` names a column that is missing, not text or named twice")
            }
            columns.append(column)
        }
        guard !columns.isEmpty, let weights = raw.weights else {
            throw Failure(VAIS_INVALID, "search `" + name + "` has no columns or no weights")
        }
        id = raw.id
        self.collection = collection
        self.columns = columns
        self.weights = Array(UnsafeBufferPointer(start: weights, count: columns.count))
    }

    /// A digit follows the `$`, which no declared name begins with, so this is the name of nothing else.
    private var base: String { "vais_search$" + String(id) + "_" + name }
    var words: String { "\"" + base + "\"" }
    var documents: String { "\"" + base + "$docs\"" }

    /// The statements that create and fill the index, or make it anew when other columns are declared; none when it is
    /// there.
    func changes(from catalog: Catalog) throws(Failure) -> [String] {
        let detail = Catalog.list(columns)
        for entry in catalog.entries where entry.kind == "search" && entry.id == id {
            guard entry.collection == collection.id, entry.name == name else {
                throw Failure(
                    VAIS_SCHEMA,
                    "search " + String(id) + " is stored as `" + entry.name + "` on collection "
                        + String(entry.collection))
            }
            if entry.detail == detail { return [] }
            return removal + creation + [Catalog.record("search", collection.id, id, name, detail)]
        }
        return creation + [Catalog.record("search", collection.id, id, name, detail)]
    }

    private var removal: [String] {
        [
            "DROP TRIGGER \"" + base + "$insert\"", "DROP TRIGGER \"" + base + "$update\"",
            "DROP TRIGGER \"" + base + "$delete\"", "DROP TABLE " + words, "DROP TABLE " + documents,
        ]
    }

    private var creation: [String] {
        let key = collection.key[0].sql
        let isChanged = joined(columns, " OR ") { "old." + $0.sql + " IS NOT new." + $0.sql }
        return [
            "CREATE TABLE " + documents + " (\"id\" INTEGER PRIMARY KEY, \"key\" TEXT NOT NULL UNIQUE) STRICT",
            // Words are runs of letters and digits (Unicode's L and N), compared without case but with accents. Queries
            // match beginnings, which the indexes of two and three letters make quick.
            "CREATE VIRTUAL TABLE " + words + " USING fts5(" + fields { _ in "" } + ", content='', "
                + "tokenize='unicode61 remove_diacritics 0 categories ''L* N*''', prefix='2 3')",
            "INSERT INTO " + documents + " (\"key\") SELECT " + key + " FROM " + collection.table,
            "INSERT INTO " + words + " (rowid, " + fields { _ in "" } + ") SELECT d.\"id\", "
                + joined(columns, ", ") { "t." + $0.sql } + " FROM " + documents + " AS d JOIN " + collection.table
                + " AS t ON t." + key + " = d.\"key\"",
            trigger("insert", "INSERT") + " BEGIN INSERT INTO " + documents + " (\"key\") VALUES (new." + key + "); "
                + insertion + " END",
            trigger("update", "UPDATE OF " + joined(columns, ", ") { $0.sql }) + " WHEN " + isChanged + " BEGIN "
                + deletion + " " + insertion + " END",
            trigger("delete", "DELETE") + " BEGIN " + deletion + " DELETE FROM " + documents + " WHERE \"key\" = old."
                + key + "; END",
        ]
    }

    private func trigger(_ suffix: String, _ event: String) -> String {
        "CREATE TRIGGER \"" + base + "$" + suffix + "\" AFTER " + event + " ON " + collection.table
    }

    /// FTS5's columns are named by id, for `rank` and `rowid` are names it wants for itself.
    private func fields(_ prefix: (Column) -> String) -> String {
        joined(columns, ", ") { prefix($0) + "c" + String($0.id) }
    }

    private var insertion: String {
        "INSERT INTO " + words + " (rowid, " + fields { _ in "" } + ") SELECT \"id\", "
            + joined(columns, ", ") { "new." + $0.sql } + " FROM " + documents + " WHERE \"key\" = new."
            + collection.key[0].sql + ";"
    }

    /// A table without content is told what the deleted words were
    /// (https://www.sqlite.org/fts5.html#the_delete_command).
    private var deletion: String {
        "INSERT INTO " + words + " (" + words + ", rowid, " + fields { _ in "" } + ") SELECT 'delete', \"id\", "
            + joined(columns, ", ") { "old." + $0.sql } + " FROM " + documents + " WHERE \"key\" = old."
            + collection.key[0].sql + ";"
    }

    // MARK: Queries

    var countSQL: String { "SELECT count(*) FROM " + words + " WHERE " + words + " MATCH ?1" }

    /// ?1 the terms, ?2 and ?3 limit and offset, then the weights. bm25 is lower for what fits better.
    var rankSQL: String {
        var weights = ""
        for position in 0..<columns.count { weights += ", ?" + String(position + 4) }
        return "SELECT d.\"key\", -bm25(" + words + weights + ") FROM " + words + " JOIN " + documents
            + " AS d ON d.\"id\" = " + words + ".rowid WHERE " + words
            + " MATCH ?1 ORDER BY 2 DESC, 1 LIMIT ?2 OFFSET ?3"
    }

    /// Without terms every record matches, none better than another.
    var everythingSQL: String { "SELECT \"key\", 0.0 FROM " + documents + " ORDER BY 1 LIMIT ?2 OFFSET ?3" }
}
