internal import Synchronization

/// Keeps to a plugin's thread model: with `.one`, a single call at a time in the whole process passes. Each loaded plugin
/// has one, which everything that calls it shares.
package final class PluginGate: Sendable {
    let isNarrow: Bool
    private let mutex = Mutex(())

    package init(_ model: LoadedPlugin.ThreadModel) { isNarrow = model == .one }

    package func run<T, E: Error>(_ call: () throws(E) -> T) throws(E) -> T {
        guard isNarrow else { return try call() }
        mutex._unsafeLock()
        defer { mutex._unsafeUnlock() }
        return try call()
    }
}
