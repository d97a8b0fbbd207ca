internal import CVaisPlugin

/// A batch with the stamp its records get.
struct StampedBatch: Sendable {
    var batch: Batch
    var stamp: Int64
}

extension PluginSession {
    /// Commits independent batches, with one durable write where the plugin can, and answers an error for each that failed. What is
    /// thrown concerns all of them.
    func commit(_ batches: [StampedBatch], _ bounds: CallBounds) throws(StorageError) -> [StorageError?] {
        guard let commitMany = store.table.commit_many, batches.count > 1 else {
            return oneByOne(batches, bounds)
        }
        do throws(StorageError) {
            return try together(batches, bounds, commitMany)
        } catch {
            switch error.code {
            case .limit, .failed, .unsupported, .exists, .guardFailed, .notFound, .schema:
                // None was committed, and one of them is to blame: each alone, so that the others do not fail with it.
                return oneByOne(batches, bounds)
            default: throw error
            }
        }
    }

    private func oneByOne(_ batches: [StampedBatch], _ bounds: CallBounds) -> [StorageError?] {
        batches.map { entry in
            // Given up meanwhile: whoever waited has been told so, and settles it.
            if bounds.isCancelled { return .cancelled }
            do throws(StorageError) {
                try commit(entry, bounds)
                return nil
            } catch {
                return error
            }
        }
    }

    private func commit(_ entry: StampedBatch, _ bounds: CallBounds) throws(StorageError) {
        let commit = store.table.commit
        try using(bounds) { session, limits throws(StorageError) in
            arena.reset(for: [entry.batch.guards, entry.batch.operations])
            var native = native(entry)
            try withUnsafePointer(to: &native) { pointer throws(StorageError) in
                _ = try call.run("cannot store the change", limits, mayLand: true) { call in
                    Self.known(commit?(session, pointer, call) ?? VAIS_UNSUPPORTED)
                }
            }
        }
    }

    private typealias CommitMany =
        @convention(c) (
            OpaquePointer?, UnsafePointer<vais_batch>?, UInt64, UInt32, UnsafeMutablePointer<vais_outcome>?,
            UnsafeMutablePointer<vais_call>?
        ) -> vais_status

    private func together(
        _ batches: [StampedBatch], _ bounds: CallBounds, _ commitMany: CommitMany
    ) throws(StorageError) -> [StorageError?] {
        // What the plugin leaves out keeps a status that no plugin knows.
        var outcomes = [vais_outcome](
            repeating: vais_outcome(status: .min, place: 0, position: 0, reserved: 0), count: batches.count)
        try using(bounds) { session, limits throws(StorageError) in
            arena.reset(for: batches.flatMap { [$0.batch.guards, $0.batch.operations] })
            var native: [vais_batch] = []
            native.reserveCapacity(batches.count)
            for entry in batches { native.append(self.native(entry)) }
            _ = try call.run("cannot store the changes", limits, mayLand: true) { call in
                Self.known(
                    commitMany(
                        session, native, UInt64(MemoryLayout<vais_batch>.stride), UInt32(native.count), &outcomes, call)
                )
            }
        }
        var worst: StorageError.Code?
        let errors: [StorageError?] = outcomes.map { outcome in
            let status = Self.known(outcome.status)
            guard status != VAIS_OK else { return nil }
            let error = StorageError(
                status: status, action: "cannot store the change",
                place: StorageError.place(outcome.place, outcome.position))
            if worst.map({ Self.gravity(of: $0) < Self.gravity(of: error.code) }) ?? true { worst = error.code }
            return error
        }
        if let worst { recover(from: worst) }
        return errors
    }

    /// How much a failure says against the session itself: what `recover` does more about is graver.
    static func gravity(of code: StorageError.Code) -> Int {
        switch code {
        case .unavailable: 2
        case .ambiguous, .corrupt, .failed, .timeout: 1
        default: 0
        }
    }

    /// After an answer that the interface does not know it is not known what happened either.
    private static func known(_ status: vais_status) -> vais_status {
        (VAIS_OK...VAIS_INTERNAL).contains(status) && status != VAIS_DONE ? status : VAIS_AMBIGUOUS
    }

    // The caller has reset the arena for this batch.
    private func native(_ entry: StampedBatch) -> vais_batch {
        vais_batch(
            struct_size: size(vais_batch.self), flags: 0, stamp: entry.stamp, guards: arena.add(entry.batch.guards),
            ops: arena.add(entry.batch.operations), guard_count: UInt32(entry.batch.guards.count),
            op_count: UInt32(entry.batch.operations.count))
    }
}
