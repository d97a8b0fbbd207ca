internal import Synchronization

extension PluginRecordStore {
    /// How often a batch is sent that lost a race, met a busy store, or got no answer, before its caller hears of it.
    private static let attempts = 12
    /// How many batches pass between two looks for left-over ids.
    private static let sweepInterval = 4096

    package func commit(_ batch: Batch) async throws(StorageError) {
        let size = batch.guards.count + batch.operations.count + 1 + CommitLedger.perBatch
        guard size <= store.mostBatchUses else {
            throw StorageError(
                .limit,
                "a batch of \(size) conditions and changes is more than the \(store.mostBatchUses) the store takes")
        }
        let guardBytes = try store.check(batch.guards) { .requirement($0) }
        let bytes = try guardBytes + store.check(batch.operations) { .operation($0) }
        let deadline = PluginCall.deadline(in: PluginCall.usualTimeout)
        // What changes nothing needs no ledger: it may be sent twice.
        if batch.operations.isEmpty {
            _ = try await settle(Sealed(batch: batch, id: nil, ownOperations: 0, bytes: bytes, deadline: deadline))
            return
        }
        let id = CommitLedger.newID()
        let finished = ledger.takeFinished()
        var whole = batch
        whole.operations.append(ledger.insert(.bytes(id)))
        whole.operations += ledger.deletions(finished)
        do throws(StorageError) {
            let isCertain = try await settle(
                Sealed(
                    batch: whole, id: id, ownOperations: batch.operations.count, bytes: bytes, deadline: deadline))
            if isCertain { ledger.finish([id]) }
        } catch {
            ledger.finish(finished)
            if error.code == .ambiguous { noteChanges(batch) }
            throw error
        }
        noteChanges(batch)
        if committed.add(1, ordering: .relaxed).newValue % Self.sweepInterval == 1 {
            // Not the caller's business. Ends when the store closes, at the latest.
            Task(priority: .background) { await self.forgetOldCommits() }
        }
    }

    private func noteChanges(_ batch: Batch) {
        changes.note(Set(batch.operations.map { store.shapes.shapes[$0.shape].collection.id }))
    }

    /// A batch on its way.
    private struct Sealed {
        let batch: Batch
        /// In the ledger, if it gets there.
        let id: [UInt8]?
        /// How many operations are the caller's; those behind them are the ledger's, its insertion first.
        let ownOperations: Int
        let bytes: Int
        let deadline: UInt64
    }

    /// Sends a batch until its outcome is known. False when an answer was lost on the way, so that an attempt may still arrive.
    ///
    ///     answer        id in the ledger?     then
    ///     done                                done
    ///     lost          yes                   done
    ///     lost          no, or no answer      again: with the same id, it takes effect once
    ///     busy                                again, a while later
    ///     a verdict     looked up if an       the verdict, unless the id is there: an earlier attempt's success made it fail
    ///                   answer was lost
    private func settle(_ sealed: Sealed) async throws(StorageError) -> Bool {
        let stamp = Int64.random(in: 1 ... .max)
        var wasLost = false
        for attempt in 1... {
            var failure: StorageError
            do throws(StorageError) {
                try await commits.commit(
                    sealed.batch, stamp: stamp, bytes: sealed.bytes, deadline: sealed.deadline, cancellable: !wasLost)
                return !wasLost
            } catch {
                failure = error
            }
            if case .operation(let position) = failure.place, position >= sealed.ownOperations {
                // The ledger's insertion: only this batch has this id.
                if failure.code == .exists, position == sealed.ownOperations { return false }
                failure.place = nil
            }
            if failure.code == .ambiguous { wasLost = true }
            if wasLost, let id = sealed.id {
                switch await isCommitted(id) {
                case true?: return false
                case false? where failure.isVerdict: throw failure
                default: break
                }
            }
            guard wasLost || failure.code == .busy, attempt < Self.attempts,
                sealed.deadline > PluginCall.monotonicNow()
            else {
                if wasLost { failure.code = .ambiguous }
                throw failure
            }
            await Self.pause(attempt, evenIfCancelled: wasLost)
        }
        throw StorageError(.ambiguous, "it is not known whether the change was stored")
    }

    /// Waits longer with each attempt, and differently from others who wait.
    private static func pause(_ attempt: Int, evenIfCancelled: Bool) async {
        let time = Duration.milliseconds(Int.random(in: 1...(2 << min(attempt, 8))))
        if evenIfCancelled {
            // A task of its own is not cancelled with ours.
            await Task { try? await Task.sleep(for: time) }.value
        } else {
            try? await Task.sleep(for: time)
        }
    }

    /// Whether a batch took effect; nil when the store cannot say.
    private func isCommitted(_ id: [UInt8]) async -> Bool? {
        let uses = [ledger.find(.bytes(id))]
        let rows = try? await sessions.run(cancellable: false) { session, bounds throws(StorageError) in
            try session.get(uses, bounds)
        }
        guard let rows, let row = rows.first else { return nil }
        return row != nil
    }

    /// Failure is no matter: the next time forgets more.
    private func forgetOldCommits() async {
        while let page = try? await scan(ledger.expired(), after: nil, limit: 500), !page.rows.isEmpty {
            let deadline = PluginCall.deadline(in: PluginCall.usualTimeout)
            let forgetting: Void? = try? await commits.commit(
                ledger.forgetting(page.rows), stamp: 1, bytes: 0, deadline: deadline, cancellable: true)
            guard forgetting != nil else { return }
        }
    }
}

extension StorageError {
    /// Whether it says for certain that this attempt changed nothing, and that another would fail likewise.
    fileprivate var isVerdict: Bool {
        switch code {
        case .guardFailed, .exists, .notFound, .limit, .noSpace, .failed, .unsupported, .schema, .denied: true
        case .ambiguous, .busy, .unavailable, .timeout, .corrupt: false
        }
    }
}
