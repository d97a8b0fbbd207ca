internal import CVaisPlugin

extension Check {
    static let processes = [
        Check(.processes, "a second process on open data is refused with BUSY, or, where declared, let in") { bench in
            try bench.requireDurable()
            let ledger = Ledger()
            let folder = try bench.folder()
            let store = try RawStore(bench.plugin, folder: folder)
            let session = try ledger.session(on: store)
            let isDeclared = store.capabilities.several_hosts != VAIS_NONE
            let words = try Party(bench, .open, folder).rest()
            if isDeclared {
                bench.expect(
                    words == ["opened", "closed"], "several hosts are declared, and a second process: \(words)")
            } else {
                bench.expect(
                    words.count == 1 && words[0].hasPrefix("refused") && words[0].contains("BUSY"),
                    "several hosts are not declared; expected that opening answers BUSY to a second process: \(words)")
            }
            // Whatever the other met, the first works on.
            bench.expect(session.commit(ledger.batch(0)), VAIS_OK, "a commit of the first process afterwards")
            bench.expect(try ledger.count(session) == 1, "the first process lost its own commit")
        },
        Check(.processes, "what a process left when it closed, the next finds") { bench in
            try bench.requireDurable()
            let ledger = Ledger()
            let folder = try bench.folder()
            for round in 1...2 {
                let words = try Party(bench, .commit, folder, count: 20).rest()
                bench.expect(words.last == "closed", "a process that commits 20 batches: \(words.suffix(2))")
                let store = try RawStore(bench.plugin, folder: folder)
                let session = try ledger.session(on: store)
                let count = try ledger.count(session)
                bench.expect(count == 20 * round, "after round \(round): expected \(20 * round) batches, got \(count)")
                session.close()
                store.close()
            }
        },
        Check(.processes, "several processes at work on the same data lose nothing", proves: .severalHosts) { bench in
            let (folder, store, ledger) = try shared(bench)
            let session = try ledger.session(on: store)
            let rounds = 40 * bench.level.factor
            let parties = try (0..<2).map { _ in try Party(bench, .add, folder, count: rounds) }
            for round in 0..<rounds {
                let answer = settled { session.commit(ledger.increment(stamp: Int64(round))) }
                bench.expect(answer, VAIS_OK, "ADD by the first process")
            }
            for party in parties {
                let words = try party.rest()
                bench.expect(words.last == "closed", "ADD by another process: \(words.suffix(2))")
            }
            let total = try ledger.total(session)
            bench.expect(total == 3 * rounds, "of \(3 * rounds) times ADD 1 by three processes, \(total) are there")
        },
        Check(.processes, "two processes may apply the same schema at once", proves: .severalHosts) { bench in
            for _ in 0..<3 {
                let (folder, store, _) = try shared(bench)
                let parties = try (0..<2).map { _ in try Party(bench, .apply, folder) }
                bench.expect(settled { store.apply(ModelSchema.schema) }, VAIS_OK, "schema_apply by the first process")
                for party in parties {
                    let words = try party.rest()
                    bench.expect(words.contains("applied"), "schema_apply by another process: \(words)")
                }
                let plan = store.plan(ModelSchema.schema)
                bench.expect(plan.answer.isOK && plan.text.isEmpty, "the plan afterwards: \(plan.answer) \(plan.text)")
                store.close()
            }
        },
    ]
}

/// A new store that several processes may open.
private func shared(_ bench: Bench) throws -> (folder: String, store: RawStore, ledger: Ledger) {
    let folder = try bench.folder()
    let store = try RawStore(bench.plugin, folder: folder)
    guard store.capabilities.several_hosts != VAIS_NONE else { throw Inapplicable("several hosts are not declared") }
    return (folder, store, Ledger())
}
