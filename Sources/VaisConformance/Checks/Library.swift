internal import CVaisPlugin

/// A store of books to search: name (key), title, text; the name counts ten times as much as the others.
final class Library {
    static let books = Collection(
        id: 6, name: "books", key: [1],
        columns: [
            Column(1, "name", VAIS_TEXT), Column(2, "title", VAIS_TEXT, nullable: true),
            Column(3, "body", VAIS_TEXT, nullable: true), Column(4, "downloads", VAIS_I64, nullable: true),
        ])
    static let schema = Schema(collections: [books])
    static let declaration = SearchDeclaration(
        id: 1, name: "books_search", collection: books, columns: [1, 2, 3], weights: [10, 1, 1])

    struct Shapes {
        var book = ShapeBook()
        let insert, update, delete: Shape

        init() {
            insert = book.use(VAIS_INSERT, books, [1, 2, 3])
            update = book.use(VAIS_UPDATE, books, [2])
            delete = book.use(VAIS_DELETE, books)
        }
    }

    let store: RawStore
    let search: RawSearch
    let session: RawSession
    private let shapes = Shapes()
    private let bench: Bench
    private var stamp: Int64 = 0

    init(_ bench: Bench) throws {
        guard bench.plugin.search != nil else { throw Inapplicable("vais.storage.search/1 is not offered") }
        self.bench = bench
        store = try RawStore(bench.plugin, folder: bench.folder())
        try bench.require(store.apply(Self.schema), "schema_apply")
        search = try RawSearch(store)
        try bench.require(search.apply(Self.schema, [Self.declaration]), "search apply")
        try bench.require(store.prepare(Self.schema, shapes.book), "prepare")
        session = try store.session()
        commit([
            insert("http-client", "A fast HTTP client", "Requests, in one line."),
            insert("http-server", "A small HTTP/1.1 server", .null),
            insert("tls", "Secure connections", "For http, smtp and 42 others."),
            insert("road", .null, "Auf der Straße mit ÉLAN"),
            insert("empty", "", ""),
        ])
    }

    func insert(_ name: Datum, _ title: Datum, _ body: Datum) -> Use { shapes.insert(name, title, body) }
    func update(_ name: Datum, _ title: Datum) -> Use { shapes.update(name, title) }
    func delete(_ name: Datum) -> Use { shapes.delete(name) }

    func commit(_ operations: [Use]) {
        stamp += 1
        bench.expect(session.commit(Batch(stamp: stamp, operations: operations)), VAIS_OK, "\(operations)")
    }

    /// A batch that fails.
    func refuse(_ operations: [Use]) {
        stamp += 1
        bench.expect(session.commit(Batch(stamp: stamp, operations: operations)), VAIS_NOT_FOUND, "\(operations)")
    }

    func query(_ terms: [String], offset: UInt64 = 0, limit: UInt32 = 100) -> (read: ReadAnswer, total: UInt64) {
        search.query(session, 1, terms, offset: offset, limit: limit)
    }

    /// Compares the names found, in no order, and their number.
    func expect(_ terms: [String], _ names: Set<String>) {
        let (read, total) = query(terms)
        bench.expect(read.answer, VAIS_DONE, "searching \(terms)")
        let found = read.rows.map { $0[0] }
        bench.expect(
            Set(found) == Set(names.map { Datum.text($0) }) && found.count == names.count,
            "\(terms) finds \(found), not \(names.sorted())")
        bench.expect(total == UInt64(names.count), "\(terms): total is \(total), not \(names.count)")
    }
}
