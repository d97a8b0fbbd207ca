internal import CVaisPlugin

extension Check {
    static let atomicity = [
        Check(.atomicity, "a failing guard of any kind, at any place, stops any operation") { bench in
            let accounts = try Accounts(bench)
            for guardKind in Accounts.guardKinds {
                for operationKind in Accounts.operationKinds {
                    for position in 0..<3 {
                        let guards = (0..<3).map { accounts.guardUse(guardKind, holds: $0 != position) }
                        let batch = Batch(
                            stamp: accounts.stamp(), guards: guards, operations: [accounts.operation(operationKind)])
                        bench.expect(
                            accounts.session.commit(batch), VAIS_GUARD_FAILED, at: VAIS_AT_GUARD, position, "\(batch)")
                        accounts.expectUnchanged("\(batch)")
                    }
                }
            }
        },
        Check(.atomicity, "guards that hold let every kind of operation happen") { bench in
            for guardKind in Accounts.guardKinds {
                let accounts = try Accounts(bench)
                let batch = Batch(
                    stamp: accounts.stamp(), guards: [accounts.guardUse(guardKind, holds: true)],
                    operations: Accounts.operationKinds.map { accounts.operation($0) })
                bench.expect(accounts.session.commit(batch), VAIS_OK, "\(batch)")
                accounts.expect(batch)
            }
        },
        Check(.atomicity, "a failing operation, at any place, undoes all before it and stops all behind it") { bench in
            let accounts = try Accounts(bench)
            for failure in Accounts.Failure.allCases {
                for position in 0...Accounts.operationKinds.count {
                    var operations = Accounts.operationKinds.map { accounts.operation($0) }
                    operations.insert(accounts.failing(failure), at: position)
                    let batch = Batch(stamp: accounts.stamp(), operations: operations)
                    bench.expect(
                        accounts.session.commit(batch), failure.status, at: VAIS_AT_OP, position, "\(failure): \(batch)"
                    )
                    accounts.expectUnchanged("\(failure): \(batch)")
                }
            }
        },
        Check(.atomicity, "one record touched several times in a batch ends as the last operation leaves it") { bench in
            let accounts = try Accounts(bench)
            let batch = Batch(
                stamp: accounts.stamp(),
                operations: [
                    accounts.insert("new", "n", 1), accounts.add("new", 2), accounts.update("new", 10),
                    accounts.add("new", 5), accounts.delete("a"), accounts.insert("a", "a2", 7), accounts.add("a", 1),
                    accounts.insert("gone", "g", 1), accounts.delete("gone"), accounts.delete("never"),
                    accounts.upsert("new", "n2", 50), accounts.insert("newer", "n", 3),
                ])
            bench.expect(accounts.session.commit(batch), VAIS_OK, "\(batch)")
            accounts.expect(batch)
        },
        Check(.atomicity, "a unique index is kept within a batch as between batches") { bench in
            let accounts = try Accounts(bench)
            let twice = Batch(
                stamp: accounts.stamp(), operations: [accounts.insert("x", "same", 1), accounts.insert("y", "same", 2)])
            bench.expect(accounts.session.commit(twice), VAIS_EXISTS, at: VAIS_AT_OP, 1, "\(twice)")
            accounts.expectUnchanged("\(twice)")
            // A value that one operation frees, the next may take.
            let handedOn = Batch(
                stamp: accounts.stamp(), operations: [accounts.delete("a"), accounts.insert("x", "mail-a", 1)])
            bench.expect(accounts.session.commit(handedOn), VAIS_OK, "\(handedOn)")
            accounts.expect(handedOn)
        },
        Check(.atomicity, "a guard sees the state before the batch, not the batch's own operations") { bench in
            let accounts = try Accounts(bench)
            let batch = Batch(
                stamp: accounts.stamp(), guards: [accounts.requireAbsent("fresh")],
                operations: [accounts.insert("fresh", "f", 1)])
            bench.expect(accounts.session.commit(batch), VAIS_OK, "first \(batch)")
            accounts.expect(batch)
            bench.expect(accounts.session.commit(batch), VAIS_GUARD_FAILED, at: VAIS_AT_GUARD, 0, "second \(batch)")
            accounts.expectUnchanged("second \(batch)")
        },
        Check(.atomicity, "an empty batch, and a batch of guards only, are commits") { bench in
            let accounts = try Accounts(bench)
            bench.expect(accounts.session.commit(Batch(stamp: accounts.stamp())), VAIS_OK, "an empty batch")
            for kind in Accounts.guardKinds {
                for holds in [true, false] {
                    let batch = Batch(stamp: accounts.stamp(), guards: [accounts.guardUse(kind, holds: holds)])
                    bench.expect(accounts.session.commit(batch), holds ? VAIS_OK : VAIS_GUARD_FAILED, "\(batch)")
                }
            }
            accounts.expectUnchanged("guards only")
        },
        Check(.atomicity, "ADD leaves the record's stamp alone; INSERT, UPSERT and UPDATE set it") { bench in
            let accounts = try Accounts(bench)
            for kind in Accounts.operationKinds {
                let batch = Batch(stamp: accounts.stamp(), operations: [accounts.operation(kind)])
                bench.expect(accounts.session.commit(batch), VAIS_OK, "\(batch)")
                accounts.expect(batch)
            }
        },
    ]
}
