internal import Logging
internal import Synchronization

/// What every call of a plugin passes, whichever of its interfaces it belongs to. It keeps to the plugin's thread model (with `.one`, a
/// single call at a time in the whole process), and has the watchdog look after each call. One loaded file has one. Thread-safe.
package final class PluginGate: Sendable {
    /// Why a call was not made; nothing has changed.
    enum Refusal: Error {
        /// Other calls were under way until its deadline.
        case late
        /// Another call is stuck, and only one may be under way.
        case shut

        var reason: String {
            switch self {
            case .late: "other calls of the plugin, which allows one at a time, took all the time there was"
            case .shut: "another call of the plugin, which allows one at a time, is stuck"
            }
        }
    }

    let isNarrow: Bool
    /// "dev.vais.storage-sqlite 0.1.0", for messages.
    let plugin: String
    let patience: Patience
    private let grace: UInt64
    private let monitor = Monitor()
    private let isBusy = Atomic<Bool>(false)
    private let stuckCount = Atomic<Int>(0)

    private static let logger = Logger(label: "vais.plugin")

    package init(
        _ model: LoadedPlugin.ThreadModel, plugin: String = "of this test", patience: Patience = Patience()
    ) {
        isNarrow = model == .one
        self.plugin = plugin
        self.patience = patience
        grace = patience.grace.nanoseconds
    }

    private static let gates = Mutex<[UInt: PluginGate]>([:])

    /// The gate of the file whose entry is at `address`: one call at a time means one for all of the file's interfaces.
    static func shared(_ address: UInt, _ model: LoadedPlugin.ThreadModel, plugin: String) -> PluginGate {
        gates.withLock { gates in
            if let known = gates[address] { return known }
            let gate = PluginGate(model, plugin: plugin)
            gates[address] = gate
            return gate
        }
    }

    /// Makes one call. `action` says in messages what it is to do; `deadline` is in nanoseconds of CLOCK_MONOTONIC; `mayLand` says
    /// whether the call, come back after its caller was answered without it, may have changed what is stored.
    func call<T>(
        _ action: String, deadline: UInt64, mayLand: Bool = false, _ body: () -> T
    ) throws(Refusal) -> T {
        if isNarrow { try enter(deadline) }
        defer { if isNarrow { leave() } }
        guard let thread = WatchedThread.current else { return body() }
        let (overdue, overflows) = deadline.addingReportingOverflow(grace)
        thread.enter(
            WatchedThread.Call(gate: self, action: action, mayLand: mayLand), overdue: overflows ? .max : overdue)
        defer { thread.leave() }
        return body()
    }

    /// Makes a call that has no deadline of its own and cannot fail, such as one that closes something. It is left out, and what it
    /// would have freed is kept, when the plugin is for one call at a time and another is stuck.
    func end(_ action: String, _ body: () -> Void) {
        do throws(Refusal) {
            try call(action, deadline: PluginCall.deadline(in: patience.call), body)
        } catch {
            Self.logger.warning(
                "\(action): left undone, since another call is under way", metadata: ["plugin": "\(plugin)"])
        }
    }

    // MARK: One call at a time

    private func enter(_ deadline: UInt64) throws(Refusal) {
        let refusal: Refusal? = monitor.withLock {
            while isBusy.load(ordering: .relaxed) {
                if stuckCount.load(ordering: .relaxed) > 0 { return .shut }
                if !monitor.wait(until: deadline) { return .late }
            }
            isBusy.store(true, ordering: .relaxed)
            return nil
        }
        if let refusal { throw refusal }
    }

    private func leave() {
        monitor.withLock {
            isBusy.store(false, ordering: .relaxed)
            monitor.signal()
        }
    }

    // MARK: Stuck calls

    var stuckCalls: Int { stuckCount.load(ordering: .relaxed) }

    func stuck(_ call: StuckCall) {
        let count = stuckCount.add(1, ordering: .relaxed).newValue
        Self.logger.error(
            "\(call.action): the call has not returned, long after its deadline; stuck calls of this plugin: \(count)",
            metadata: ["plugin": "\(plugin)"])
        if isNarrow { monitor.withLock { monitor.broadcast() } }
    }

    func returned(_ action: String) {
        let count = stuckCount.subtract(1, ordering: .relaxed).newValue
        Self.logger.warning(
            "\(action): the call has returned after all; stuck calls of this plugin: \(count)",
            metadata: ["plugin": "\(plugin)"])
    }

    /// Says that closing did not wait for threads any longer.
    func leftBehind(_ what: String) {
        Self.logger.error(
            "\(what): calls are still under way; they are left behind, and what they use stays open",
            metadata: ["plugin": "\(plugin)"])
    }
}
