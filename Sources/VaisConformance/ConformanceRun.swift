internal import Glibc

/// Tries every promise of the storage interfaces on one plugin.
package struct ConformanceRun: Sendable {
    /// How much is tried: `quick` is for every build, `thorough` for releases and plugin authors.
    package enum Level: Int, Sendable { case quick = 1, thorough = 10 }

    package var plugin: PluginUnderTest
    package var seed: UInt64
    package var level: Level

    package init(_ plugin: PluginUnderTest, seed: UInt64, level: Level = .quick) {
        self.plugin = plugin
        self.seed = seed
        self.level = level
    }

    package func run(_ checks: [Check] = Check.all) -> Report {
        Report(seed: seed, results: checks.map { run($0) })
    }

    /// One check, with stores of its own in a temporary folder that is gone afterwards.
    package func run(_ check: Check) -> CheckResult {
        let bench = Bench(check, plugin, seed: seed, level: level)
        var inapplicable: String?
        do { try check.body(bench) } catch {
            if let error = error as? Inapplicable {
                inapplicable = error.reason
            } else {
                bench.found("\(error)")
            }
        }
        bench.tearDown()
        return CheckResult(check: check, findings: bench.findings, inapplicable: inapplicable)
    }
}
