extension PluginRecordStore {
    /// What became of an attempt whose answer was lost.
    enum LostAttempt {
        /// It took effect.
        case landed
        /// It did not, and cannot any more.
        case stopped
        /// The store stays away.
        case unknown
    }

    /// What the ledger says of an id.
    private enum Look {
        /// The stamp of the batch that inserted it.
        case found(Int64)
        case absent
        /// The store cannot say.
        case unknown
    }

    /// How often the store is asked, and how long one answer may take.
    private static let questions = 10
    private var questionTime: Duration { store.gate.patience.call / 6 }

    /// Settles an attempt, which `id` and `stamp` name, for good. Its id is looked for in the ledger; when it is not there, the attempt may
    /// still be on its way, so the id is *claimed*: inserted alone, with another stamp. As there is one record of an id, either the claim
    /// succeeds, and the attempt fails when it arrives, or the attempt was first. Whose the record is, its stamp tells.
    ///
    /// Is done whatever the caller may want: neither look nor claim is cancelled. The answer is there after the time of one call
    /// (`Patience.call`), whatever the question under way then waits for.
    func settleLost(_ id: [UInt8], _ stamp: Int64) async -> LostAttempt {
        let time = store.gate.patience.call
        let end = PluginCall.deadline(in: time)
        let answer = PendingAnswer<LostAttempt>()
        // A task of its own, which is not cancelled with ours. A claim that it makes beyond the end harms nobody.
        Task { answer.settle(.success(await self.ask(id, stamp, until: end))) }
        let clock = Task {
            try? await Task.sleep(for: time)
            answer.settle(.success(.unknown))
        }
        let result = await withCheckedContinuation { answer.wait($0) }
        clock.cancel()
        return (try? result.get()) ?? .unknown
    }

    private func ask(_ id: [UInt8], _ stamp: Int64, until end: UInt64) async -> LostAttempt {
        let claim = stamp ^ 1
        for question in 1...Self.questions {
            guard let lookTime = time(until: end) else { break }
            if case .found(let found) = await look(id, lookTime) { return found == stamp ? .landed : .stopped }
            guard let claimTime = time(until: end) else { break }
            do throws(StorageError) {
                try await commits.commit(
                    Batch(operations: [ledger.insert(.bytes(id))]), stamp: claim, bytes: 0,
                    deadline: PluginCall.deadline(in: claimTime), cancellable: false)
                return .stopped
            } catch {
                // `.exists`: the attempt landed, or a claim did whose own answer was lost. The next look tells.
                if error.code == .exists { continue }
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 1...(2 << min(question, 8)))))
        }
        return .unknown
    }

    /// How long one answer may take; nil when the time is over.
    private func time(until end: UInt64) -> Duration? {
        let now = PluginCall.monotonicNow()
        return now < end ? min(questionTime, .nanoseconds(Int64(clamping: end - now))) : nil
    }

    private func look(_ id: [UInt8], _ time: Duration) async -> Look {
        let uses = [ledger.find(.bytes(id))]
        do throws(StorageError) {
            let rows = try await sessions.run(timeout: time, cancellable: false) {
                session, bounds throws(StorageError) in try session.get(uses, bounds)
            }
            guard let row = rows.first else { return .unknown }
            guard let row else { return .absent }
            return .found(try row.integer(0))
        } catch {
            return .unknown
        }
    }
}
