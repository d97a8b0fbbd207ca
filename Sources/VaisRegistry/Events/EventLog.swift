internal import Synchronization
internal import VaisHost
internal import VaisModel
internal import VaisProtocol

/// A change, as it is recorded.
struct Event: Sendable {
    enum Kind: String, Sendable {
        case publish, yank, unyank
        case ownerAdded = "owner_added"
        case ownerRemoved = "owner_removed"
        case userCreated = "user_created"
        case tokenCreated = "token_created"
        case tokenRevoked = "token_revoked"
        /// Removed by the registry some time after its end.
        case tokenExpired = "token_expired"
    }

    var kind: Kind
    /// Name of the user who did it; empty for the registry itself.
    var actor: String
    var package: PackageName?
    var version: Version?
    var detail: String?
}

/// Numbers every change, without gaps, in the batch that makes it. The audit log, the change feed and the caches of other nodes are
/// readings of what is written here.
///
/// The number is guarded, not taken from a sequence: the batch says "the last serial is n" and writes n + 1, so what is visible is
/// always a beginning of history. Several changes may be under way at once: each is sent with the number that will be right if those
/// before it succeed, which lets them share one durable write. When one fails, those behind it are numbered again.
final class EventLog: Sendable {
    private struct State {
        /// Every change up to here has been announced to the observers.
        var last: UInt64
        /// Changes beyond `last` that have been, while one before them has not.
        var announced: Set<UInt64> = []
        /// Highest number handed out to a batch that is under way; equals `last` when there is none.
        var promised: UInt64
        /// How many changes of packages were announced.
        var packageChanges: UInt64 = 0
        var observers: [@Sendable (PackageName) -> Void] = []
    }

    private static let attempts = 200

    private let records: any RecordStore
    private let shapes: RegistryShapes
    private let state: Mutex<State>

    init(_ records: any RecordStore, _ shapes: RegistryShapes) async throws(StorageError) {
        self.records = records
        self.shapes = shapes
        let row = try await records.get(shapes.counter(.text(CounterName.serial)))
        if row == nil {
            do throws(StorageError) {
                try await records.commit(
                    Batch(operations: [shapes.insertCounter(.text(CounterName.serial), .integer(0))]))
            } catch {
                // Another node was first.
                guard error.code == .exists else { throw error }
            }
        }
        let last = UInt64(clamping: try row?.integer(0) ?? 0)
        state = Mutex(State(last: last, promised: last))
    }

    var serial: UInt64 { state.withLock { $0.last } }

    /// Rises with every change of a package, after the observers have heard of it.
    var packageChanges: UInt64 { state.withLock { $0.packageChanges } }

    func observe(_ observer: @escaping @Sendable (PackageName) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Commits the batch that `build` makes together with `event`, and gives the event's serial. `build` is called again, with
    /// another serial, when another change came first. What it requires is checked by the store, in the same step.
    @discardableResult
    func commit(
        _ event: Event, build: (_ serial: UInt64) -> Batch
    ) async throws(StorageError) -> UInt64 {
        for _ in 0..<Self.attempts {
            let serial = state.withLock { state in
                state.promised += 1
                return state.promised
            }
            var batch = build(serial)
            let guardPosition = batch.guards.count
            batch.guards.append(shapes.requireCounter(.text(CounterName.serial), .integer(Int64(clamping: serial - 1))))
            batch.operations.append(shapes.setCounter(.text(CounterName.serial), .integer(Int64(clamping: serial))))
            batch.operations.append(insertion(event, serial))
            do throws(StorageError) {
                try await records.commit(batch)
                succeeded(serial, event.package)
                return serial
            } catch {
                // Whatever happened, the batch may have landed: what its caller is told is the first error, not that of looking.
                try? await renumber()
                if error.code == .guardFailed, error.place == .requirement(guardPosition) { continue }
                throw error
            }
        }
        throw StorageError(.busy, "too many changes at once")
    }

    /// Tells the observers first, then counts the change as known: whoever reads a serial finds no older answer in any cache. Changes that
    /// end out of order wait for those before them.
    private func succeeded(_ serial: UInt64, _ package: PackageName?) {
        announce(package)
        state.withLock { state in
            state.promised = max(state.promised, serial)
            state.announced.insert(serial)
            while state.announced.remove(state.last + 1) != nil { state.last += 1 }
        }
    }

    private func announce(_ package: PackageName?) {
        guard let package else { return }
        for observer in state.withLock({ $0.observers }) { observer(package) }
        state.withLock { $0.packageChanges += 1 }
    }

    /// Begins again from what the store holds: its changes that nobody here has heard of are announced, whoever made them.
    private func renumber() async throws(StorageError) {
        guard let row = try await records.get(shapes.counter(.text(CounterName.serial))) else {
            throw StorageError(.corrupt, "the store has lost the serial of the last change")
        }
        let stored = UInt64(clamping: try row.integer(0))
        state.withLock { $0.promised = stored }
        let known = serial
        guard known < stored else { return }
        var position: Position?
        repeat {
            let since = shapes.eventsSince(.integer(Int64(clamping: known)))
            let page = try await records.scan(since, after: position, limit: 500)
            position = page.next
            for row in page.rows {
                guard UInt64(clamping: try row.integer(0)) <= stored else {
                    position = nil
                    break
                }
                let name = try row.text(4)
                if !name.isEmpty { announce(try parsed(name, PackageName.init(parsing:))) }
            }
        } while position != nil
        state.withLock { state in
            state.last = max(state.last, stored)
            state.announced = state.announced.filter { $0 > state.last }
            while state.announced.remove(state.last + 1) != nil { state.last += 1 }
        }
    }

    private func insertion(_ event: Event, _ serial: UInt64) -> Use {
        shapes.insertEvent(
            .integer(Int64(clamping: serial)), .text(event.kind.rawValue), .text(event.actor),
            .time(Timestamp.now().microseconds), .text(event.package?.text ?? ""), .text(event.version?.description),
            .text(event.detail))
    }
}
