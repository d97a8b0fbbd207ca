internal import CVaisPlugin

extension Check {
    static let model = [
        Check(.model, "random batches and reads answer as a plain list of records does") { bench in
            for round in 0..<bench.level.rawValue { try runModel(bench, stream: UInt64(round)) }
        }
    ]
}

private func runModel(_ bench: Bench, stream: UInt64) throws {
    var random = bench.random(stream)
    let book = ModelSchema.book(&random)
    var generator = UseGenerator(book, ModelSchema.schema, random)
    var reference = ReferenceStore(ModelSchema.schema)
    let store = try bench.store(ModelSchema.schema, book)
    // Two sessions in turn: what one commits, the other sees.
    let sessions = [try store.session(), try store.session()]
    for step in 0..<400 {
        let session = sessions[random.below(2)]
        let batch = generator.batch(reference)
        let before = reference
        let expected = reference.commit(batch)
        bench.expect(session.commit(batch), expected, "step \(step): \(batch)")
        compareReads(bench, sessions[random.below(2)], &generator, reference, step)
        if step % 20 == 0 || bench.findings.count > 0 {
            compareAll(bench, sessions[random.below(2)], book, reference, step)
        }
        // One difference makes all that follows differ.
        guard bench.findings.isEmpty else {
            let counts = ModelSchema.schema.collections.map { before.collections[$0.id]?.records.count ?? 0 }
            return bench.found("before step \(step) the collections had \(counts) records")
        }
    }
    sessions.forEach { $0.close() }
    store.close()
}

private func compareReads(
    _ bench: Bench, _ session: RawSession, _ generator: inout UseGenerator, _ reference: ReferenceStore, _ step: Int
) {
    let uses = (0..<generator.random.below(6)).map { _ in generator.read(reference) }
    bench.expect(session.get(uses), VAIS_OK, uses.map { reference.get($0) }, "step \(step): get_many \(uses)")
    let scan = generator.scan(reference)
    let limit = UInt32(1 + generator.random.below(7))
    let pager = Pager(session, scan, limit: limit)
    let expected = reference.scan(scan)
    if let fault = pager.fault {
        bench.found("step \(step): \(scan) in pages of \(limit): \(fault)")
    } else if pager.rows != expected {
        bench.found("step \(step): \(scan) by index \(scan.shape.index) \(difference(expected, pager.rows))")
    }
}

/// Every scan of whole collections, by every index, in both directions.
private func compareAll(
    _ bench: Bench, _ session: RawSession, _ book: ShapeBook, _ reference: ReferenceStore, _ step: Int
) {
    let whole = book.shapes.filter { $0.kind == VAIS_SCAN && $0.prefix == 0 && $0.flags & ~VAIS_SHAPE_DESCENDING == 0 }
    for shape in whole {
        let use = Use(shape, [])
        bench.expect(
            session.scan(use), VAIS_DONE, reference.scan(use),
            "after step \(step): all of \(shape.collection.name) by index \(shape.index)")
    }
}

extension Bench {
    /// Records a finding unless the commit ended as the reference says.
    func expect(_ answer: Answer, _ outcome: ReferenceStore.Outcome, _ what: @autoclosure () -> String) {
        switch outcome {
        case .committed: expect(answer, VAIS_OK, what())
        case .operationFailed(let position, let status): expect(answer, status, at: VAIS_AT_OP, position, what())
        case .guardFailed(let positions):
            let isNamed = answer.place == VAIS_AT_GUARD && positions.contains(Int(answer.position))
            if answer.status != VAIS_GUARD_FAILED || !isNamed {
                found("\(what()): expected GUARD_FAILED at one of guards \(positions.sorted()), got \(answer)")
            }
        }
    }
}
