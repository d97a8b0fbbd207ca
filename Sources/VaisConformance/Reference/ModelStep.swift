internal import CVaisPlugin

/// One step of a model test: a batch, then reads by the same or another session.
struct ModelStep: Sendable {
    var batch: Batch
    /// Which of two sessions commits, and which reads.
    var committer: Int
    var reader: Int
    var gets: [Use]
    var scan: Use
    var limit: UInt32

    init(_ generator: inout UseGenerator, _ before: ReferenceStore) {
        committer = generator.random.below(2)
        reader = generator.random.below(2)
        batch = generator.batch(before)
        // Reads look for what is there after the batch.
        var after = before
        _ = after.commit(batch)
        gets = (0..<generator.random.below(6)).map { _ in generator.read(after) }
        scan = generator.scan(after)
        limit = UInt32(1 + generator.random.below(7))
    }
}

/// A sequence of steps on a store of its own, compared with the reference all the time.
struct ModelRun {
    let bench: Bench
    let book: ShapeBook

    /// How one step ended: what it answered is what the bench has found.
    func play(_ steps: [ModelStep]) throws {
        var reference = ReferenceStore(ModelSchema.schema)
        let store = try bench.store(ModelSchema.schema, book)
        // What one session commits, the other sees.
        let sessions = [try store.session(), try store.session()]
        defer {
            sessions.forEach { $0.close() }
            store.close()
        }
        for (number, step) in steps.enumerated() where bench.findings.isEmpty {
            play(step, number, sessions, &reference, isLast: number == steps.count - 1)
        }
    }

    /// - Parameter isLast: then everything is compared, not only what the step reads.
    func play(
        _ step: ModelStep, _ number: Int, _ sessions: [RawSession], _ reference: inout ReferenceStore, isLast: Bool
    ) {
        let expected = reference.commit(step.batch)
        bench.expect(sessions[step.committer].commit(step.batch), expected, "step \(number + 1): commit \(step.batch)")
        let session = sessions[step.reader]
        let known = reference
        bench.expect(
            session.get(step.gets), VAIS_OK, step.gets.map { known.get($0) },
            "step \(number + 1): get_many \(step.gets)")
        let pager = Pager(session, step.scan, limit: step.limit)
        let what = "step \(number + 1): \(step.scan) by index \(step.scan.shape.index), pages of \(step.limit)"
        if let fault = pager.fault {
            bench.found("\(what): \(fault)")
        } else {
            bench.expectRows(pager.rows, reference.scan(step.scan), what)
        }
        if isLast || number % 20 == 0 || !bench.findings.isEmpty { compareAll(session, reference, number) }
    }

    /// Every scan of whole collections, by every index, in both directions.
    private func compareAll(_ session: RawSession, _ reference: ReferenceStore, _ number: Int) {
        let whole = book.shapes.filter {
            $0.kind == VAIS_SCAN && $0.prefix == 0 && $0.flags & ~VAIS_SHAPE_DESCENDING == 0
        }
        for shape in whole {
            bench.expect(
                session.scan(shape()), VAIS_DONE, reference.scan(shape()),
                "after step \(number + 1): all of \(shape.collection.name) by index \(shape.index)")
        }
    }
}
