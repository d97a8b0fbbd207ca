import CVaisPlugin
import StorageSQLiteTesting
import Testing

@Suite("SQLite schemas") struct SchemaTests {
    /// A database as the first version of the small registry's schema left it: fewer columns, indexes and tables.
    static let olderDatabase = """
        PRAGMA journal_mode = WAL;
        PRAGMA application_id = 1449224563;
        CREATE TABLE "_vais_schema" ("kind" TEXT NOT NULL, "collection" INTEGER NOT NULL, "id" INTEGER NOT NULL,
            "name" TEXT NOT NULL, "detail" TEXT NOT NULL, PRIMARY KEY ("kind", "collection", "id"))
            STRICT, WITHOUT ROWID;
        CREATE TABLE "vais_packages" ("name" TEXT NOT NULL, "number" INTEGER NOT NULL, "downloads" INTEGER NOT NULL,
            "_stamp" INTEGER NOT NULL, PRIMARY KEY ("name")) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX "vais_packages$by_number" ON "vais_packages" ("number");
        INSERT INTO "_vais_schema" VALUES ('schema', 0, 0, 'version', '1'), ('collection', 1, 1, 'packages', '1'),
            ('column', 1, 1, 'name', 'text'), ('column', 1, 2, 'number', 'i64'), ('column', 1, 4, 'downloads', 'i64'),
            ('index', 1, 1, 'by_number', 'unique 2');
        INSERT INTO "vais_packages" VALUES ('left-pad', 7, 3, 11);
        """

    @Test("an older database gains what is missing and keeps what it has")
    func upgrade() throws {
        try withFolder { folder in
            try withDatabase(folder + "/registry.db", Self.olderDatabase)
            var schema = TestSchema()
            schema.version = 2
            let store = try TestStore(folder)
            defer { store.close() }
            let plan = try store.plan(schema)
            #expect(plan.contains("ALTER TABLE \"vais_packages\" ADD COLUMN \"about\" TEXT;"))
            #expect(plan.contains("CREATE INDEX \"vais_packages$by_downloads\" ON \"vais_packages\" (\"downloads\");"))
            #expect(!plan.contains("by_number") && !plan.contains("CREATE TABLE \"vais_packages\""))
            try store.apply(schema)
            #expect(try store.plan(schema) == "")
            try store.prepare(schema, Shape.all)
            let session = try store.session()
            defer { session.close() }
            #expect(
                try session.get(Use(Shape.getPackage, .text("left-pad")))
                    == [.text("left-pad"), .i64(7), .null, .i64(3), .i64(11)])
            #expect(try session.scan(Use(Shape.byDownloads, .i64(0))).cells == [.i64(3), .text("left-pad")])
        }
    }

    @Test("the plan is SQL that does what applying does")
    func planIsSQL() throws {
        try withFolder { folder in
            var plan = ""
            try withFolder { other in
                let store = try TestStore(other)
                plan = try store.plan(TestSchema())
                store.close()
            }
            try withDatabase(folder + "/registry.db", "PRAGMA application_id = 1449224563; " + plan)
            let store = try TestStore(folder)
            defer { store.close() }
            #expect(try store.plan(TestSchema()) == "")
            try store.prepare(TestSchema(), Shape.all)
        }
    }

    @Test("a host with an older schema works on a newer database")
    func downgrade() throws {
        try withFolder { folder in
            var newer = TestSchema()
            newer.version = 9
            newer.collections[0].columns.append(
                TestColumn(id: 7, name: "later", type: VAIS_TEXT, isNullable: true))
            let store = try TestStore(folder)
            defer { store.close() }
            try store.apply(newer)
            #expect(try store.plan(TestSchema()) == "")
            try store.apply(TestSchema())
            try store.prepare(TestSchema(), Shape.all)
            let session = try store.session()
            defer { session.close() }
            try session.commit(newPackage("a", 1))
            #expect(try session.get(Use(Shape.countPackages)) == [.i64(1)])
        }
    }

    @Test("what contradicts the database is refused, and nothing of that schema is applied")
    func contradictions() throws {
        try withStore { store, _ in
            func refuses(_ status: vais_status, _ change: (inout TestSchema) -> Void) throws {
                var schema = TestSchema()
                schema.version = 2
                schema.collections.insert(
                    TestCollection(
                        id: 9, name: "extra", key: [1], columns: [TestColumn(id: 1, name: "id", type: VAIS_I64)]), at: 0
                )
                change(&schema)
                let refusal = #expect(throws: Refusal.self) { try store.apply(schema) }
                #expect(refusal?.status == status)
                #expect(try store.plan(TestSchema()) == "")
            }
            try refuses(VAIS_SCHEMA) { $0.collections[1].columns[3].type = VAIS_TEXT }
            try refuses(VAIS_SCHEMA) { $0.collections[1].columns[2].name = "description" }
            try refuses(VAIS_SCHEMA) { $0.collections[1].name = "libraries" }
            try refuses(VAIS_SCHEMA) { $0.collections[2].key = [1] }
            try refuses(VAIS_SCHEMA) { $0.collections[1].indexes[0].columns = [4] }
            try refuses(VAIS_INVALID) {
                $0.collections[1].columns.append(TestColumn(id: 8, name: "needed", type: VAIS_I64))
            }
            try refuses(VAIS_INVALID) { $0.collections[1].columns[0].name = "a\"; DROP TABLE x" }
        }
    }

    @Test("a shape that names what is not there is refused by its number")
    func shapes() throws {
        try withFolder { folder in
            let store = try TestStore(folder)
            defer { store.close() }
            func refusal(_ shape: TestShape) -> Refusal? {
                #expect(throws: Refusal.self) { try store.prepare(TestSchema(), [Shape.all[0], shape]) }
            }
            // Declared, but not applied.
            #expect(refusal(Shape.all[1])?.status == VAIS_SCHEMA)
            try store.apply(TestSchema())
            for shape in [
                TestShape(kind: VAIS_GET, collection: 7), TestShape(kind: VAIS_GET, collection: 1, columns: [77]),
                TestShape(kind: VAIS_GET, collection: 1, index: 2), TestShape(kind: VAIS_SCAN, collection: 1, index: 5),
                TestShape(kind: VAIS_SCAN, collection: 1, prefix: 2),
                TestShape(kind: VAIS_SCAN, collection: 1, flags: VAIS_SHAPE_LOWER_EXCLUSIVE),
                TestShape(kind: VAIS_INSERT, collection: 1, columns: [2, 3]),
                TestShape(kind: VAIS_UPDATE, collection: 1, columns: [1]),
                TestShape(kind: VAIS_ADD, collection: 1, columns: [3]),
            ] {
                let refused = refusal(shape)
                #expect(refused?.status == VAIS_INVALID && refused?.position == 1)
            }
            #expect(refusal(TestShape(kind: VAIS_SCAN, collection: 1, flags: 1 << 9))?.status == VAIS_UNSUPPORTED)
            #expect(refusal(TestShape(kind: 99, collection: 1))?.status == VAIS_UNSUPPORTED)
            try store.prepare(TestSchema(), Shape.all)
        }
    }
}
