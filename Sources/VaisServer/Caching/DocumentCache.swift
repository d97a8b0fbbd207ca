internal import Synchronization
internal import VaisModel
internal import VaisProtocol

/// Answers that are read far more often than they change, kept in memory.
///
/// Each is built once however many ask for it at the same time. What a change makes stale is forgotten in the same moment, and a build
/// that was under way then is not kept: its result goes to those who asked before the change, and who asks later builds anew.
/// Thread-safe.
final class DocumentCache: Sendable {
    enum Key: Hashable, Sendable {
        /// The package's JSON lines.
        case index(PackageName)
        /// The package's part of the original index.
        case entry(PackageName)
        /// A release's archive.
        case archive(PackageName, Version)
    }

    private struct Entry {
        let document: PreparedDocument
        /// Asked for since the hand last came by.
        var wasUsed = false
    }

    private struct Build {
        let number: UInt64
        let task: Task<Result<PreparedDocument, Problem>, Never>
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var builds: [Key: Build] = [:]
        var cost = 0
        var builtSoFar: UInt64 = 0
        /// Keys in the order in which they came, for the second-chance replacement.
        var queue: [Key] = []
        var hand = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: bytes of documents that are kept.
    init(limit: Int) { self.limit = limit }

    /// The document if it is there.
    func known(_ key: Key) -> PreparedDocument? {
        state.withLock { state in
            guard let index = state.entries.index(forKey: key) else { return nil }
            state.entries.values[index].wasUsed = true
            return state.entries.values[index].document
        }
    }

    /// The document, built when it is not there.
    func document(
        _ key: Key, build: @escaping @Sendable () async throws -> PreparedDocument
    ) async throws(Problem) -> PreparedDocument {
        if let known = known(key) { return known }
        let task = state.withLock { state in
            if let build = state.builds[key] { return build.task }
            state.builtSoFar += 1
            let number = state.builtSoFar
            let task = Task {
                let result: Result<PreparedDocument, Problem>
                do {
                    result = .success(try await build())
                } catch {
                    result = .failure(error as? Problem ?? .fault(error))
                }
                self.finish(key, number, result)
                return result
            }
            state.builds[key] = Build(number: number, task: task)
            return task
        }
        return try await task.value.get()
    }

    /// Forgets what a change of the package makes stale. Archives never change.
    func invalidate(_ name: PackageName) {
        state.withLock { state in
            for key in [Key.index(name), .entry(name)] {
                state.builds[key] = nil
                if let entry = state.entries.removeValue(forKey: key) { state.cost -= entry.document.cost }
            }
        }
    }

    private func finish(_ key: Key, _ number: UInt64, _ result: Result<PreparedDocument, Problem>) {
        state.withLock { state in
            // Another number, or none: a change came in between.
            guard state.builds[key]?.number == number else { return }
            state.builds[key] = nil
            guard case .success(let document) = result, document.cost <= limit / 8 else { return }
            if let old = state.entries.updateValue(Entry(document: document), forKey: key) {
                state.cost -= old.document.cost
            } else {
                state.queue.append(key)
            }
            state.cost += document.cost
            evict(&state)
        }
    }

    /// Second chance: the hand goes through the queue, lets go what was not used since it last came, and puts the rest back.
    private func evict(_ state: inout State) {
        while state.cost > limit, state.hand < state.queue.count {
            let key = state.queue[state.hand]
            state.hand += 1
            guard let entry = state.entries[key] else { continue }
            if entry.wasUsed {
                state.entries[key]?.wasUsed = false
                state.queue.append(key)
            } else {
                state.entries[key] = nil
                state.cost -= entry.document.cost
            }
        }
        // What was invalidated leaves its keys behind; forget them before they outnumber the rest.
        if state.hand > state.queue.count / 2 || state.queue.count > 2 * state.entries.count + 1024 {
            var seen: Set<Key> = []
            state.queue = state.queue[state.hand...].filter { state.entries[$0] != nil && seen.insert($0).inserted }
            state.hand = 0
        }
    }
}

extension Problem {
    /// A failure on our side; its words are for the log.
    static func fault(_ error: any Error) -> Problem {
        var problem = Problem.internalError
        problem.cause = "\(error)"
        return problem
    }
}
