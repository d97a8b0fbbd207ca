internal import CVaisPlugin

extension Check {
    static let refusals = [
        Check(.refusals, "flags it does not know are refused with UNSUPPORTED by every call") { bench in
            let accounts = try Accounts(bench)
            let store = accounts.store, session = accounts.session
            let flag = CallOptions.unknownFlag
            bench.expect(store.health(flag), VAIS_UNSUPPORTED, "health")
            bench.expect(store.apply(Accounts.schema, flag), VAIS_UNSUPPORTED, "schema_apply")
            bench.expect(store.plan(Accounts.schema, flag).answer, VAIS_UNSUPPORTED, "schema_plan")
            bench.expect(store.refusedSession(flag), VAIS_UNSUPPORTED, "session_open")
            bench.expect(session.reset(flag), VAIS_UNSUPPORTED, "session_reset")
            bench.expect(session.get([accounts.get("a")], flag), VAIS_UNSUPPORTED, [], "get_many")
            bench.expect(session.scan(accounts.scanAll(), flag), VAIS_UNSUPPORTED, [], "scan")
            let batch = Batch(stamp: accounts.stamp(), operations: [accounts.operation(VAIS_DELETE)])
            bench.expect(session.commit(batch, flag), VAIS_UNSUPPORTED, "commit")
            if session.offersCommitMany {
                bench.expect(session.commitMany([batch], flag).answer, VAIS_UNSUPPORTED, "commit_many")
            }
            var flagged = batch
            flagged.flags = 1 << 30
            bench.expect(session.commit(flagged), VAIS_UNSUPPORTED, "commit of a batch with flags")
            accounts.expectUnchanged("after refused calls")
        },
        Check(.refusals, "a guard or operation with the wrong cells is INVALID, names its place and changes nothing") {
            bench in
            let accounts = try Accounts(bench)
            for (what, bad) in wrongOperations(accounts) {
                let batch = Batch(stamp: accounts.stamp(), operations: [accounts.operation(VAIS_DELETE), bad])
                bench.expect(accounts.session.commit(batch), VAIS_INVALID, at: VAIS_AT_OP, 1, what)
                accounts.expectUnchanged(what)
            }
            for (what, bad) in wrongGuards(accounts) {
                let guards = [accounts.guardUse(VAIS_REQUIRE_PRESENT, holds: true), bad]
                let batch = Batch(
                    stamp: accounts.stamp(), guards: guards, operations: [accounts.operation(VAIS_DELETE)])
                bench.expect(accounts.session.commit(batch), VAIS_INVALID, at: VAIS_AT_GUARD, 1, what)
                accounts.expectUnchanged(what)
            }
        },
        Check(.refusals, "reads of shapes of another kind, or with the wrong cells, are INVALID") { bench in
            let accounts = try Accounts(bench)
            let get = accounts.get("a"), scan = accounts.scanAll()
            for (what, uses) in [
                ("get_many of a scan", [get, scan]), ("get_many of an operation", [accounts.delete("a")]),
                ("get_many with too few cells", [get, accounts.get("a").with([])]),
                ("get_many with a cell of another type", [accounts.get(1)]),
                ("get_many with a null key", [accounts.get(.null)]),
                ("get_many of an unknown shape", [get.numbered(10_000)]),
            ] { bench.expect(accounts.session.get(uses), VAIS_INVALID, [], what) }
            bench.expect(accounts.session.scan(get), VAIS_INVALID, [], "scan of a get")
            bench.expect(accounts.session.scan(scan.with(["a"])), VAIS_INVALID, [], "scan with too many cells")
            bench.expect(accounts.session.scan(scan.numbered(10_000)), VAIS_INVALID, [], "scan of an unknown shape")
            bench.expect(
                accounts.session.scan(scan, after: ["a", "b"]), VAIS_INVALID, [], "scan after a position of two")
            bench.expect(accounts.session.get([get, get]).answer, VAIS_OK, "a proper read afterwards")
        },
        Check(.refusals, "prepare refuses shapes that name what the schema lacks, and says which") { bench in
            for (what, wrong, status) in wrongShapes() {
                var book = ShapeBook()
                _ = book.get(Accounts.collection, [1])
                _ = book.get(Accounts.collection, by: 1, [1])
                _ = book.add(wrong)
                let store = try RawStore(bench.plugin, folder: bench.folder())
                try bench.require(store.apply(Accounts.schema), "schema_apply")
                let answer = store.prepare(Accounts.schema, book)
                bench.expect(answer, status, what)
                if answer.status == VAIS_INVALID {
                    bench.expect(
                        answer.place == VAIS_AT_SHAPE && answer.position == 2,
                        "\(what): place is \(answer.place) and position \(answer.position), and shape 2 is wrong")
                }
            }
        },
        Check(.refusals, "values and batches beyond the declared limits are LIMIT or done, never cut short") { bench in
            try tryLimits(bench)
        },
    ]
}

private func wrongOperations(_ accounts: Accounts) -> [(String, Use)] {
    [
        ("an unknown shape", accounts.delete("a").numbered(10_000)),
        ("a guard among the operations", accounts.requireAbsent("x")),
        ("a read among the operations", accounts.get("a")),
        ("too few cells", accounts.insert("x", "y", 1).with(["x", "y"])),
        ("too many cells", accounts.delete("a").with(["a", "b"])),
        ("a text where an integer belongs", accounts.insert("x", "y", "1")),
        ("an integer where a text belongs", accounts.insert(1, "y", 1)),
        ("bytes where a text belongs", accounts.insert(.bytes([0x61]), "y", 1)),
        ("a time where an integer belongs", accounts.update("a", .time(1))),
        ("null in a column that is not nullable", accounts.update("a", .null)),
        ("null in a key", accounts.insert(.null, "y", 1)),
        ("adding null", accounts.add("a", .null)),
        ("adding a double", accounts.add("a", .double(1))),
    ]
}

private func wrongGuards(_ accounts: Accounts) -> [(String, Use)] {
    [
        ("an unknown shape", accounts.requireAbsent("a").numbered(10_000)),
        ("an operation among the guards", accounts.delete("a")),
        ("too few cells", accounts.requireAbsent("a").with([])),
        ("a null key", accounts.requireAbsent(.null)),
        ("an integer where a text belongs", accounts.requireAbsent(1)),
    ]
}

private func wrongShapes() -> [(String, Shape, vais_status)] {
    let accounts = Accounts.collection
    var other = accounts
    other.id = 99
    func shape(_ kind: UInt32, index: UInt32 = 0, flags: UInt32 = 0, prefix: Int = 0, _ columns: [UInt32] = []) -> Shape
    {
        Shape(kind: kind, collection: accounts, index: index, flags: flags, prefix: prefix, columns: columns)
    }
    return [
        ("an unknown collection", Shape(kind: VAIS_GET, collection: other, columns: [1]), VAIS_INVALID),
        ("an unknown column", shape(VAIS_GET, [1, 77]), VAIS_INVALID),
        ("an unknown index", shape(VAIS_SCAN, index: 77, [1]), VAIS_INVALID),
        ("GET by an index that is not unique", shape(VAIS_GET, index: 2, [1]), VAIS_INVALID),
        ("INSERT without the key", shape(VAIS_INSERT, [2, 3]), VAIS_INVALID),
        ("ADD to a text", shape(VAIS_ADD, [2]), VAIS_INVALID),
        ("a prefix longer than the index", shape(VAIS_SCAN, prefix: 2, [1]), VAIS_INVALID),
        ("a bound behind the last column", shape(VAIS_SCAN, flags: VAIS_SHAPE_LOWER, prefix: 1, [1]), VAIS_INVALID),
        ("an exclusive bound without a bound", shape(VAIS_SCAN, flags: VAIS_SHAPE_LOWER_EXCLUSIVE, [1]), VAIS_INVALID),
        ("a flag no version has", shape(VAIS_SCAN, flags: 1 << 20, [1]), VAIS_UNSUPPORTED),
        ("a kind no version has", shape(99, [1]), VAIS_UNSUPPORTED),
    ]
}

extension Use {
    func with(_ cells: [Datum]) -> Use {
        var use = self
        use.cells = cells
        return use
    }

    func numbered(_ number: UInt32) -> Use {
        var use = self
        use.number = number
        return use
    }
}

/// A value, a key and a batch of the size every plugin must take, and of one beyond what it declares.
private func tryLimits(_ bench: Bench) throws {
    let collection = Collection(
        id: 1, name: "big", key: [1],
        columns: [
            Column(1, "id", VAIS_BYTES), Column(2, "text", VAIS_TEXT, nullable: true),
            Column(3, "data", VAIS_BYTES, nullable: true),
        ])
    var book = ShapeBook()
    let insert = book.use(VAIS_INSERT, collection, [1, 2, 3])
    let absent = book.use(VAIS_REQUIRE_ABSENT, collection)
    let delete = book.use(VAIS_DELETE, collection)
    let get = book.get(collection, [1, 2, 3])
    let count = book.count(collection)
    let store = try bench.store(Schema(collections: [collection]), book)
    let session = try store.session()
    let limits = store.capabilities
    let key = Datum.bytes((0..<512).map { UInt8(truncatingIfNeeded: $0) })
    let row = [key, .text([UInt8](repeating: 0x7A, count: 1 << 20)), .bytes([UInt8](repeating: 0, count: 1 << 20))]
    bench.expect(
        session.commit(Batch(stamp: 1, operations: [insert(row)])), VAIS_OK, "a key of 512 bytes, values of 1 MiB")
    bench.expect(session.get([get(key)], bytes: 3 << 20), VAIS_OK, [row], "reading them back")
    let longKey = Datum.bytes([UInt8](repeating: 1, count: Int(limits.max_key_bytes) + 1))
    let answer = session.commit(Batch(stamp: 2, operations: [insert(longKey, .null, .null)]))
    if answer.status != VAIS_LIMIT {
        bench.expect(answer, VAIS_OK, "a key one byte longer than declared: LIMIT, or")
        bench.expect(session.get([get(longKey)]), VAIS_OK, [[longKey, .null, .null]], "the long key")
        bench.expect(session.commit(Batch(stamp: 3, operations: [delete(longKey)])), VAIS_OK, "deleting the long key")
    }
    let uses = Int(min(limits.max_batch_uses, 8192))
    let guards = (0..<uses / 2).map { absent(.bytes(Array("g\($0)".utf8))) }
    let inserts = (0..<uses - uses / 2).map { insert(.bytes(Array("k\($0)".utf8)), .null, .null) }
    bench.expect(
        session.commit(Batch(stamp: 4, guards: guards, operations: inserts)), VAIS_OK,
        "a batch of \(uses) guards and operations")
    bench.expect(session.get([count()]), VAIS_OK, [[.integer(Int64(inserts.count) + 1)]], "the count afterwards")
}
