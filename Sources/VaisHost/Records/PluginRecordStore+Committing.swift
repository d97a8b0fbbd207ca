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
        let deadline = PluginCall.deadline(in: store.gate.patience.call)
        // What changes nothing needs no ledger: it may be sent twice.
        let isLogged = !batch.operations.isEmpty
        let finished = isLogged ? ledger.takeFinished() : []
        do throws(StorageError) {
            let done = try await settle(
                Sealed(batch: batch, finished: finished, isLogged: isLogged, bytes: bytes, deadline: deadline))
            if let done { ledger.finish([done]) }
        } catch {
            ledger.finish(finished)
            if error.code == .ambiguous { noteChanges(batch) }
            throw error
        }
        guard isLogged else { return }
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
        /// The caller's.
        let batch: Batch
        /// Ids to delete along with it.
        let finished: [[UInt8]]
        /// Whether an id in the ledger says that it took effect.
        let isLogged: Bool
        let bytes: Int
        let deadline: UInt64
    }

    /// Sends a batch until its outcome is known. Each attempt has an id of its own, and the next is made, or a failure reported, only
    /// when the one before can no longer take effect (docs/decisions/0011-commits-are-settled.md):
    ///
    ///     answer     then
    ///     done       done
    ///     busy       again, a while later
    ///     lost       the ledger is asked, and the id claimed: it has landed (done), or never will (again)
    ///     a verdict  the verdict
    ///
    /// Answers the id of an attempt that was answered; nil when its id has to stay.
    private func settle(_ sealed: Sealed) async throws(StorageError) -> [UInt8]? {
        for attempt in 1... {
            let stamp = Int64.random(in: 1 ... .max)
            let id = CommitLedger.newID()
            var failure: StorageError
            do throws(StorageError) {
                try await commits.commit(
                    logged(sealed, as: id), stamp: stamp, bytes: sealed.bytes, deadline: sealed.deadline,
                    cancellable: true)
                return sealed.isLogged ? id : nil
            } catch {
                failure = error
            }
            let own = sealed.batch.operations.count
            if case .operation(let position) = failure.place, position >= own {
                // The ledger's insertion: nobody else has this id, so the batch is there already.
                if failure.code == .exists, position == own { return nil }
                failure.place = nil
            }
            if failure.code == .ambiguous, sealed.isLogged {
                switch await settleLost(id, stamp) {
                case .landed: return nil
                case .stopped:
                    failure = StorageError(
                        .unavailable, "the store lost the answer to a change; nothing was stored", hint: failure.hint)
                case .unknown: throw failure
                }
            } else if failure.code != .busy, failure.code != .ambiguous {
                throw failure
            }
            guard attempt < Self.attempts, sealed.deadline > PluginCall.monotonicNow(), !Task.isCancelled else {
                throw failure
            }
            try? await Task.sleep(for: Self.pause(attempt))
        }
        throw StorageError(.ambiguous, "it is not known whether the change was stored")
    }

    /// The batch with the ledger's operations behind the caller's, its insertion first.
    private func logged(_ sealed: Sealed, as id: [UInt8]) -> Batch {
        guard sealed.isLogged else { return sealed.batch }
        var whole = sealed.batch
        whole.operations.append(ledger.insert(.bytes(id)))
        whole.operations += ledger.deletions(sealed.finished)
        return whole
    }

    /// Longer with each attempt, and different from that of others who wait.
    private static func pause(_ attempt: Int) -> Duration {
        .milliseconds(Int.random(in: 1...(2 << min(attempt, 8))))
    }

    /// Failure is no matter: the next time forgets more.
    private func forgetOldCommits() async {
        while let page = try? await scan(ledger.expired(), after: nil, limit: 500), !page.rows.isEmpty {
            let deadline = PluginCall.deadline(in: store.gate.patience.call)
            let forgetting: Void? = try? await commits.commit(
                ledger.forgetting(page.rows), stamp: 1, bytes: 0, deadline: deadline, cancellable: true)
            guard forgetting != nil else { return }
        }
    }
}
