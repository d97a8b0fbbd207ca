internal import CVaisPlugin

/// A schema and what later versions add to it.
enum Growth {
    static let first = Schema(version: 1, collections: [notes(1)])
    /// A new column, a new index and a new collection.
    static let second = Schema(version: 2, collections: [notes(2), tags])

    static func notes(_ version: Int) -> Collection {
        var notes = Collection(
            id: 3, name: "notes", key: [1],
            columns: [Column(1, "id", VAIS_I64), Column(2, "title", VAIS_TEXT), Column(4, "size", VAIS_I64)],
            indexes: [Index(1, "by_title", on: [2])])
        if version > 1 {
            notes.columns.append(Column(6, "author", VAIS_TEXT, nullable: true))
            notes.indexes.append(Index(3, "by_size", on: [4, 2], unique: true))
        }
        return notes
    }

    static let tags = Collection(id: 4, name: "tags", key: [1], columns: [Column(1, "name", VAIS_TEXT)])
}

extension Check {
    static let schema = [
        Check(.schema, "schema_apply may be repeated, and schema_plan is empty when nothing is left to do") { bench in
            let store = try RawStore(bench.plugin, folder: bench.folder())
            let before = store.plan(Growth.first)
            bench.expect(before.answer, VAIS_OK, "schema_plan of a new store")
            bench.expect(!before.text.isEmpty, "the plan for a new store is empty")
            for round in 1...3 { bench.expect(store.apply(Growth.first), VAIS_OK, "schema_apply, round \(round)") }
            let after = store.plan(Growth.first)
            bench.expect(
                after.answer.isOK && after.text.isEmpty, "the plan after applying: \(after.answer) \(after.text)")
            let growth = store.plan(Growth.second)
            bench.expect(growth.answer.isOK && !growth.text.isEmpty, "the plan for more: \(growth.answer)")
        },
        Check(.schema, "schema_plan changes nothing, writes no more than the capacity, and tells the whole size") {
            bench in
            let store = try RawStore(bench.plugin, folder: bench.folder())
            let arena = Arena()
            let whole = store.plan(Growth.first).text
            for capacity in [0, 1, whole.utf8.count - 1] {
                var buffer = [CChar](repeating: 0x25, count: whole.utf8.count + 8)
                var needed: UInt64 = 0
                let answer = calling {
                    bench.plugin.storage.schema_plan(
                        store.handle, arena.schema(Growth.first), &buffer, UInt64(capacity), &needed, $0)
                }
                let isAnswer = answer.status == VAIS_OK || answer.status == VAIS_LIMIT
                bench.expect(isAnswer, "with \(capacity) bytes: \(answer)")
                bench.expect(
                    needed == UInt64(whole.utf8.count),
                    "with \(capacity) bytes it needs \(needed), not \(whole.utf8.count)")
                bench.expect(buffer[capacity...].allSatisfy { $0 == 0x25 }, "it wrote more than \(capacity) bytes")
            }
            bench.expect(store.plan(Growth.first).text == whole, "planning changed the plan")
        },
        Check(.schema, "a schema of a later version is tolerated by an older host") { bench in
            var book = ShapeBook()
            let insert = book.use(VAIS_INSERT, Growth.notes(1), [1, 2, 4])
            let scan = book.scan(Growth.notes(1), by: 1, [1, 2, 4])
            let store = try RawStore(bench.plugin, folder: bench.folder())
            try bench.require(store.apply(Growth.second), "schema_apply of the later version")
            bench.expect(store.apply(Growth.first), VAIS_OK, "schema_apply of the earlier version")
            bench.expect(store.plan(Growth.first).text.isEmpty, "the earlier version has something to do")
            try bench.require(store.prepare(Growth.first, book), "prepare")
            let session = try store.session()
            bench.expect(session.commit(Batch(stamp: 1, operations: [insert(1, "one", 3)])), VAIS_OK, "inserting")
            bench.expect(session.scan(scan()), VAIS_DONE, [[1, "one", 3]], "reading")
        },
        Check(.schema, "what exists with another type is refused with SCHEMA, and nothing of that declaration stays") {
            bench in
            for (what, wrong) in contradictions() {
                let store = try RawStore(bench.plugin, folder: bench.folder())
                try bench.require(store.apply(Growth.first), "schema_apply")
                var schema = Schema(version: 3, collections: [Growth.tags])
                schema.collections.append(wrong)
                bench.expect(store.apply(schema), VAIS_SCHEMA, what)
                bench.expect(store.plan(Growth.first).text.isEmpty, "\(what): the first schema no longer fits")
                let plan = store.plan(Growth.second)
                bench.expect(plan.answer.isOK && plan.text.contains("tags"), "\(what): half of it was applied")
            }
        },
        Check(.schema, "unknown flags of columns and indexes are refused") { bench in
            let arena = Arena()
            for part in ["column", "index"] {
                let store = try RawStore(bench.plugin, folder: bench.folder())
                guard let schema = arena.schema(Growth.first) else { throw Refusal("no schema") }
                let collection = UnsafeMutablePointer(mutating: schema.pointee.collections.pointee.columns)
                let index = UnsafeMutablePointer(mutating: schema.pointee.collections.pointee.indexes)
                if part == "column" { collection?.pointee.flags |= 1 << 20 } else { index?.pointee.flags |= 1 << 20 }
                bench.expect(store.apply(raw: schema), VAIS_UNSUPPORTED, "an unknown flag of a \(part)")
            }
        },
    ]
}

private func contradictions() -> [(String, Collection)] {
    var retyped = Growth.notes(1)
    retyped.columns[1].type = VAIS_BYTES
    return [("a column of another type", retyped)]
}
