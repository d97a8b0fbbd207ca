internal import CVaisPlugin
internal import Synchronization

extension Check {
    static let cancelling = [
        Check(.cancelling, "a deadline that has passed is TIMEOUT, and nothing was changed") { bench in
            try expectGivenUp(bench, .expired, VAIS_TIMEOUT)
        },
        Check(.cancelling, "a cancelled call is CANCELLED, and nothing was changed") { bench in
            let flag = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
            flag.initialize(to: 1)
            defer { flag.deallocate() }
            try expectGivenUp(bench, CallOptions(cancelled: UnsafePointer(flag)), VAIS_CANCELLED)
        },
        Check(.cancelling, "a deadline far ahead and a flag that stays zero change nothing") { bench in
            let flag = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
            flag.initialize(to: 0)
            defer { flag.deallocate() }
            let accounts = try Accounts(bench)
            let options = CallOptions(deadline: monotonicNow() + 60_000_000_000, cancelled: UnsafePointer(flag))
            let batch = Batch(stamp: accounts.stamp(), operations: [accounts.add("a", 1)])
            bench.expect(accounts.session.commit(batch, options), VAIS_OK, "commit")
            accounts.expect(batch)
        },
        Check(.cancelling, "interrupting an idle session has no effect on later calls") { bench in
            let accounts = try Accounts(bench)
            for _ in 0..<50 {
                accounts.session.interrupt()
                accounts.expectUnchanged("after an interrupt")
                let batch = Batch(stamp: accounts.stamp(), operations: [accounts.add("a", 1)])
                accounts.session.interrupt()
                bench.expect(accounts.session.commit(batch), VAIS_OK, "commit after an interrupt")
                accounts.expect(batch)
            }
            bench.expect(accounts.session.reset(), VAIS_OK, "session_reset")
            accounts.expectUnchanged("after a reset")
        },
        Check(.cancelling, "calls interrupted at any moment succeed or are CANCELLED whole") { bench in
            try interruptAtRandom(bench)
        },
    ]
}

/// Every call with these options answers `status`, and leaves store and session as they were.
private func expectGivenUp(_ bench: Bench, _ options: CallOptions, _ status: vais_status) throws {
    let accounts = try Accounts(bench)
    let batch = Batch(
        stamp: accounts.stamp(), guards: [accounts.guardUse(VAIS_REQUIRE_PRESENT, holds: true)],
        operations: [accounts.insert("c", "mail-c", 1), accounts.add("a", 1)])
    bench.expect(accounts.session.commit(batch, options), status, "commit")
    bench.expect(accounts.session.get([accounts.get("a")], options), status, [], "get_many")
    bench.expect(accounts.session.scan(accounts.scanAll(), options), status, [], "scan")
    if accounts.session.offersCommitMany {
        let (answer, outcomes) = accounts.session.commitMany([batch, batch], options)
        // Either the call as a whole gives up, or each batch in its outcome.
        let given = answer.isOK ? outcomes.map(\.status) : [answer.status]
        bench.expect(given.allSatisfy { $0 == status }, "commit_many: \(answer), outcomes \(outcomes)")
    }
    accounts.expectUnchanged("after calls that gave up")
    bench.expect(accounts.session.commit(batch), VAIS_OK, "the same commit without a bound")
    accounts.expect(batch)
}

/// One thread commits and reads, another interrupts all the time. What was answered with OK must be there, what was answered
/// with CANCELLED must not.
private func interruptAtRandom(_ bench: Bench) throws {
    final class Progress: Sendable {
        let isDone = Atomic(false)
        let committed = Mutex<[Batch]>([])
        let faults = Mutex<[String]>([])
    }
    let accounts = try Accounts(bench)
    let batches = (0..<40).map { number in
        Batch(
            stamp: accounts.stamp(),
            operations: (0..<8).map { accounts.insert(.text("\(number)-\($0)"), .text("mail-\(number)-\($0)"), 1) })
    }
    let session = accounts.session, scan = accounts.scanAll()
    let progress = Progress()
    onThreads(2) { thread in
        guard thread == 0 else {
            while !progress.isDone.load(ordering: .relaxed) { session.interrupt() }
            return
        }
        defer { progress.isDone.store(true, ordering: .relaxed) }
        for batch in batches {
            let answer = session.commit(batch)
            if answer.isOK {
                progress.committed.withLock { $0.append(batch) }
            } else if answer.status != VAIS_CANCELLED {
                progress.faults.withLock { $0.append("commit: \(answer)") }
            }
            let read = session.scan(scan, limit: 50).answer
            if ![VAIS_OK, VAIS_DONE, VAIS_CANCELLED].contains(read.status) {
                progress.faults.withLock { $0.append("scan: \(read)") }
            }
        }
    }
    for fault in progress.faults.withLock({ $0 }) { bench.found(fault) }
    bench.expect(session.reset(), VAIS_OK, "session_reset afterwards")
    accounts.expect(all: progress.committed.withLock { $0 })
}
