import CVaisPlugin
import StorageSQLiteTesting

/// Runs `body` on a fresh store with the small registry's schema and shapes.
func withStore(_ settings: [(String, Cell)] = [], _ body: (TestStore, TestSession) throws -> Void) throws {
    try withFolder { folder in
        let store = try TestStore(folder, settings: settings)
        defer { store.close() }
        try store.apply(TestSchema())
        try store.prepare(TestSchema(), Shape.all)
        let session = try store.session()
        defer { session.close() }
        try body(store, session)
    }
}

func newPackage(_ name: String, _ number: Int64, about: Cell = .null, downloads: Int64 = 0) -> Use {
    Use(Shape.insertPackage, .text(name), .i64(number), about, .i64(downloads))
}
