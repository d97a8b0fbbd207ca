internal import CVaisPlugin
internal import Glibc

/// Another process on a backend: opens the store of a check and does its part, reporting in lines of words. It may be killed at any moment.
struct Worker {
    enum Part: String {
        /// Opens the store and closes it: "opened", or "refused STATUS …".
        case open
        /// Opens the store, says "opened", applies the schema, says "applied".
        case apply
        /// Commits batches of the ledger from the first that is missing, `count` of them: "committed N" after each.
        case commit
        /// As `commit`, in groups of eight by commit_many.
        case commitMany
        /// As `commit`, ending itself with SIGKILL in place of the commit numbered `count`, counted from 0.
        case commitAndDie
        /// Adds 1 to the ledger's total, `count` times, racing others: "added" at the end.
        case add
        /// Stores `count` objects, numbered from 0: "stored N" after each.
        case blobs
    }

    private let job: KitJob

    init(_ job: KitJob) { self.job = job }

    func run() {
        do {
            guard let part = Part(rawValue: job.part) else { throw Refusal("unknown part \(job.part)") }
            let plugin = try PluginUnderTest(job.plugin, configuration: job.configuration)
            let store: RawStore
            do { store = try RawStore(plugin, folder: job.folder) } catch {
                return say("refused \(error)")
            }
            try run(part, store)
            store.close()
            say("closed")
        } catch { say("failed \(error)") }
    }

    private func run(_ part: Part, _ store: RawStore) throws {
        say("opened")
        if part == .open { return }
        if part == .apply {
            let answer = settled { store.apply(ModelSchema.schema) }
            guard answer.isOK else { throw Refusal("schema_apply answered \(answer)") }
            return say("applied")
        }
        if part == .blobs { return try storeObjects(store) }
        let ledger = Ledger()
        let session = try ledger.session(on: store)
        switch part {
        case .add:
            for round in 0..<job.count {
                let batch = ledger.increment(stamp: Int64(round))
                let answer = settled { session.commit(batch) }
                guard answer.isOK else { throw Refusal("ADD answered \(answer)") }
            }
            say("added")
        case .commitMany: try commitGroups(ledger, session)
        default:
            let start = try ledger.count(session)
            for number in start..<start + job.count {
                if part == .commitAndDie, number == start + job.count - 1 { kill(getpid(), SIGKILL) }
                let answer = session.commit(ledger.batch(number))
                guard answer.isOK else { throw Refusal("commit answered \(answer)") }
                say("committed \(number)")
            }
        }
        session.close()
    }

    private func commitGroups(_ ledger: Ledger, _ session: RawSession) throws {
        let start = try ledger.count(session)
        for group in stride(from: start, to: start + job.count, by: 8) {
            let (answer, outcomes) = session.commitMany((group..<group + 8).map { ledger.batch($0) })
            guard answer.isOK, outcomes.allSatisfy(\.isOK) else { throw Refusal("commit_many answered \(answer)") }
            say("committed \(group + 7)")
        }
    }

    private func storeObjects(_ store: RawStore) throws {
        let blobs = try RawBlobs(store)
        for number in 0..<job.count {
            let answer = try blobs.put(BlobID(UInt64(number)), Self.object(number))
            guard answer.isOK else { throw Refusal("put_commit answered \(answer)") }
            say("stored \(number)")
        }
    }

    /// The bytes of an object by its number.
    static func object(_ number: Int) -> [UInt8] { pattern(150_000, UInt64(number)) }

    private func say(_ words: String) {
        KitChild.say(Array((words.split(separator: "\n").joined(separator: " ") + "\n").utf8))
    }
}

/// Calls again while the answer is that a race was lost or that others hold a lock.
func settled(_ call: () -> Answer) -> Answer {
    var answer = call()
    for _ in 0..<10_000 where answer.status == VAIS_CONFLICT || answer.status == VAIS_BUSY {
        usleep(100)
        answer = call()
    }
    return answer
}
