/// Tries promises of the storage interfaces on a plugin that is loaded in this process.
struct ConformanceRun {
    var plugin: PluginUnderTest
    var seed: UInt64
    var level: Level

    /// One check, with stores of its own in a temporary folder that is gone afterwards. Findings are passed on as they come: a plugin
    /// that crashes later takes nothing with it.
    ///
    /// - Returns: why the check does not apply; nil when it ran.
    func run(_ check: Check, _ report: @escaping (Finding) -> Void) -> String? {
        let bench = Bench(check, plugin, seed: seed, level: level, report)
        defer { bench.tearDown() }
        do { try check.body(bench) } catch let error as Inapplicable {
            return error.reason
        } catch { bench.found("\(error)") }
        return nil
    }
}
