internal import CVaisPlugin

extension Check {
    static let reopening = [
        Check(.reopening, "what was committed is there when the store is opened again", proves: .durable) { bench in
            try bench.requireDurable()
            var random = bench.random()
            let book = ModelSchema.book(&random)
            var generator = UseGenerator(book, ModelSchema.schema, random)
            var reference = ReferenceStore(ModelSchema.schema)
            let folder = try bench.folder()
            for round in 0..<4 {
                let store = try bench.reopen(folder, ModelSchema.schema, book)
                let session = try store.session()
                for shape in book.shapes where shape.kind == VAIS_SCAN && shape.cellsOfRange == 0 {
                    bench.expect(
                        session.scan(shape()), VAIS_DONE, reference.scan(shape()),
                        "round \(round): \(shape.collection.name) by index \(shape.index)")
                }
                for _ in 0..<60 {
                    let batch = generator.batch(reference)
                    bench.expect(session.commit(batch), reference.commit(batch), "\(batch)")
                }
                session.close()
                store.close()
            }
        },
        Check(.reopening, "a new column, index and collection are added to existing records") { bench in
            try bench.requireDurable()
            let folder = try bench.folder()
            var firstBook = ShapeBook()
            let insertFirst = firstBook.use(VAIS_INSERT, Growth.notes(1), [1, 2, 4])
            let first = try bench.reopen(folder, Growth.first, firstBook)
            let firstSession = try first.session()
            let records = (0..<50).map { insertFirst(.integer($0), .text("t\($0 % 7)"), .integer(100 - $0)) }
            try bench.require(firstSession.commit(Batch(stamp: 5, operations: records)), "inserting")
            firstSession.close()
            first.close()

            let notes = Growth.notes(2)
            var book = ShapeBook()
            let all = book.scan(notes, [1, 2, 4, 6, VAIS_COLUMN_VERSION])
            let bySize = book.scan(notes, by: 3, [4, 1])
            let get = book.get(notes, by: 3, [1])
            let update = book.use(VAIS_UPDATE, notes, [6])
            let insert = book.use(VAIS_INSERT, notes, [1, 2, 4, 6])
            let tag = book.use(VAIS_INSERT, Growth.tags, [1])
            let second = try bench.reopen(folder, Growth.second, book)
            let session = try second.session()
            let expected: [[Datum]] = (0..<50).map {
                [.integer($0), .text("t\($0 % 7)"), .integer(100 - $0), .null, 5]
            }
            bench.expect(session.scan(all()), VAIS_DONE, expected, "the records with a new column")
            let sorted: [[Datum]] = (0..<50).map { [.integer(51 + $0), .integer(49 - $0)] }
            bench.expect(session.scan(bySize()), VAIS_DONE, sorted, "the records by a new index")
            bench.expect(session.get([get(100, "t0")]), VAIS_OK, [[0]], "a record by a new unique index")
            let more = Batch(stamp: 6, operations: [update(3, "ann"), insert(99, "new", 7, "bob"), tag("x")])
            bench.expect(session.commit(more), VAIS_OK, "\(more)")
            let clash = Batch(stamp: 7, operations: [insert(100, "new", 7, .null)])
            bench.expect(session.commit(clash), VAIS_EXISTS, at: VAIS_AT_OP, 0, "a value the new index has")
        },
        Check(.reopening, "a schema of a later version left in the store is tolerated by an older host") { bench in
            try bench.requireDurable()
            let folder = try bench.folder()
            var book = ShapeBook()
            let insert = book.use(VAIS_INSERT, Growth.notes(1), [1, 2, 4])
            let scan = book.scan(Growth.notes(1), [1, 2, 4])
            for (round, schema) in [Growth.second, Growth.first, Growth.second].enumerated() {
                let store = try bench.reopen(folder, schema, book)
                let session = try store.session()
                let batch = Batch(
                    stamp: Int64(round), operations: [insert(.integer(Int64(round)), "t", .integer(Int64(round)))])
                bench.expect(session.commit(batch), VAIS_OK, "round \(round)")
                let rows: [[Datum]] = (0...Int64(round)).map { [.integer($0), "t", .integer($0)] }
                bench.expect(session.scan(scan()), VAIS_DONE, rows, "round \(round)")
                session.close()
                store.close()
            }
        },
        Check(.reopening, "opening the same data twice is BUSY, or, where declared, both see one state") { bench in
            try bench.requireDurable()
            let accounts = try Accounts(bench)
            let isDeclared = accounts.store.capabilities.several_hosts != VAIS_NONE
            let other: RawStore
            do { other = try RawStore(bench.plugin, folder: accounts.store.folder) } catch {
                return bench.expect(
                    !isDeclared && "\(error)".contains("BUSY"), "several_hosts declared: \(isDeclared), and \(error)")
            }
            bench.expect(isDeclared, "several_hosts is not declared, and a second opening succeeds")
            try bench.require(other.prepare(Accounts.schema, Accounts.Shapes().book), "prepare of the second")
            let batch = Batch(stamp: accounts.stamp(), operations: [accounts.operation(VAIS_INSERT)])
            bench.expect(try other.session().commit(batch), VAIS_OK, "a commit by the second")
            accounts.expect(batch)
        },
        Check(.reopening, "a store that declares nothing to be durable begins empty each time") { bench in
            let folder = try bench.folder()
            let shapes = Accounts.Shapes()
            for round in 0..<2 {
                let store = try bench.reopen(folder, Accounts.schema, shapes.book)
                defer { store.close() }
                guard store.capabilities.durable == VAIS_NONE else { throw Inapplicable("it declares durability") }
                let session = try store.session()
                bench.expect(session.scan(shapes.all()), VAIS_DONE, [], "records found on opening it, round \(round)")
                try bench.require(
                    session.commit(Batch(stamp: 1, operations: [shapes.insert("a", "b", 1)])), "inserting")
                session.close()
            }
        },
    ]
}

extension Shape {
    /// Cells a use of this range brings.
    var cellsOfRange: Int { prefix + (has(VAIS_SHAPE_LOWER) ? 1 : 0) + (has(VAIS_SHAPE_UPPER) ? 1 : 0) }
}
