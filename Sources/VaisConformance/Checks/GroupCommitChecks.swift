internal import CVaisPlugin

extension Check {
    static let groupCommit = [
        Check(.groupCommit, "each batch of several has its own outcome, and a failing one leaves the others alone") {
            bench in
            let accounts = try Accounts(bench)
            guard accounts.session.offersCommitMany else { throw Inapplicable("commit_many is not offered") }
            let batches = [
                Batch(stamp: accounts.stamp(), operations: [accounts.insert("x", "mail-x", 1), accounts.add("a", 1)]),
                Batch(stamp: accounts.stamp(), operations: [accounts.add("x", 10), accounts.failing(.updateMissing)]),
                Batch(
                    stamp: accounts.stamp(),
                    guards: [accounts.guardUse(VAIS_REQUIRE_PRESENT, holds: true), accounts.requireAbsent("x")],
                    operations: [accounts.delete("x")]),
                // Sees what the first batch did.
                Batch(stamp: accounts.stamp(), operations: [accounts.add("x", 100)]),
                Batch(
                    stamp: accounts.stamp(),
                    operations: [accounts.add("b", 1), accounts.add("b", 2), accounts.insert("y", "mail-x", 1)]),
                Batch(stamp: accounts.stamp()),
                Batch(stamp: accounts.stamp(), operations: [accounts.failing(.addOverflow)]),
                Batch(stamp: accounts.stamp(), operations: [accounts.upsert("x", "mail-z", 5)]),
            ]
            let (answer, outcomes) = accounts.session.commitMany(batches)
            bench.expect(answer, VAIS_OK, "commit_many")
            bench.expect(outcomes[0], VAIS_OK, "batch 0")
            bench.expect(outcomes[1], VAIS_NOT_FOUND, at: VAIS_AT_OP, 1, "batch 1")
            bench.expect(outcomes[2], VAIS_GUARD_FAILED, at: VAIS_AT_GUARD, 1, "batch 2")
            bench.expect(outcomes[3], VAIS_OK, "batch 3")
            bench.expect(outcomes[4], VAIS_EXISTS, at: VAIS_AT_OP, 2, "batch 4")
            bench.expect(outcomes[5], VAIS_OK, "batch 5")
            bench.expect(outcomes[6], VAIS_INVALID, at: VAIS_AT_OP, 0, "batch 6")
            bench.expect(outcomes[7], VAIS_OK, "batch 7")
            accounts.expect(all: [0, 3, 5, 7].map { batches[$0] })
        },
        Check(.groupCommit, "random batches end as they do when committed one by one") { bench in
            var random = bench.random()
            let book = ModelSchema.book(&random)
            var generator = UseGenerator(book, ModelSchema.schema, random)
            var reference = ReferenceStore(ModelSchema.schema)
            let session = try bench.store(ModelSchema.schema, book).session()
            guard session.offersCommitMany else { throw Inapplicable("commit_many is not offered") }
            for round in 0..<(40 * bench.level.factor) where bench.findings.isEmpty {
                let batches = (0..<random.below(12)).map { _ in generator.batch(reference) }
                let expected = batches.map { reference.commit($0) }
                let (answer, outcomes) = session.commitMany(batches)
                bench.expect(answer, VAIS_OK, "round \(round): commit_many of \(batches.count)")
                for (position, outcome) in outcomes.enumerated() {
                    bench.expect(outcome, expected[position], "round \(round), batch \(position): \(batches[position])")
                }
                for shape in book.shapes where shape.kind == VAIS_SCAN && shape.cellsOfRange == 0 {
                    bench.expect(
                        session.scan(shape()), VAIS_DONE, reference.scan(shape()),
                        "round \(round): \(shape.collection.name)")
                }
            }
        },
    ]
}
