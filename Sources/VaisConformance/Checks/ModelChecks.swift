internal import CVaisPlugin

extension Check {
    static let model = [
        Check(.model, "random batches and reads answer as a plain list of records does") { bench in
            for round in 0..<bench.level.factor { try runModel(bench, stream: UInt64(round)) }
        }
    ]
}

private func runModel(_ bench: Bench, stream: UInt64) throws {
    guard bench.findings.isEmpty else { return }
    var random = bench.random(stream)
    let book = ModelSchema.book(&random)
    var generator = UseGenerator(book, ModelSchema.schema, random)
    let run = ModelRun(bench: bench, book: book)
    var steps: [ModelStep] = []
    let finding = bench.trial {
        var reference = ReferenceStore(ModelSchema.schema)
        let store = try bench.store(ModelSchema.schema, book)
        let sessions = [try store.session(), try store.session()]
        while steps.count < 400, bench.findings.isEmpty {
            let step = ModelStep(&generator, reference)
            steps.append(step)
            run.play(step, steps.count - 1, sessions, &reference, isLast: steps.count == 400)
        }
    }
    guard let finding else { return }
    var shrinking = Shrinking(trials: 400) { steps in bench.trial { try run.play(steps) } != nil }
    let short = shrinking.shrink(steps)
    // The short sequence may fail in another way than the long one did: what is told belongs to what is listed.
    let told = bench.trial { try run.play(short) } ?? finding
    bench.found(
        "\(told.message) (the shortest failing sequence found has \(short.count) of \(steps.count) steps)",
        expected: told.expected, got: told.got, steps: short.enumerated().map { "\($0 + 1). \($1)" })
}

extension ModelStep: CustomStringConvertible {
    var description: String {
        var text = "session \(committer): commit \(batch)"
        if !gets.isEmpty { text += "; session \(reader): get_many \(gets)" }
        return text + "; session \(reader): \(scan) by index \(scan.shape.index), pages of \(limit)"
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
