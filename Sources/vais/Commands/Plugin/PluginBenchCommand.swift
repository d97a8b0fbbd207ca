internal import ArgumentParser
internal import VaisClient
internal import VaisConformance
internal import VaisHost
internal import VaisProtocol

struct PluginBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a plugin: a storage plugin's calls, reads, pages and commits; what another costs the host.",
        discussion:
            "A storage plugin is called by its own table, with arguments made beforehand, in a process of its own. A call with nothing to do "
            + "shows what crossing the border costs; all else is the backend's work. A digest, password or transport plugin is measured as the "
            + "host uses it, and again with `isolation = \"process\"`.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var plugin: PluginFileOptions
    @Flag(help: "Answer in JSON.") var json = false

    func run() throws {
        _ = try common.begin(json: json)
        let output = Output.current
        let checked = try plugin.checked(common, for: PluginKind.allCases)
        var facts: PluginFacts?
        var measurements: [Measurement] = []
        try PluginBench(
            .current, plugin: checked.plugin, kind: checked.kind, configuration: checked.configuration
        ).run {
            facts = $0
            if !json {
                output.data(printable("\($0.id) \($0.version)" + ($0.backend.isEmpty ? "" : ", on \($0.backend)")))
                output.data(Self.line("", "median", "90 %", "99 %", ""))
            }
        } _: { measurement in
            measurements.append(measurement)
            if !json { output.data(Self.line(measurement)) }
        }
        if json {
            output.json { writer in
                if let facts {
                    writer.key("plugin")
                    facts.write(to: &writer)
                }
                writer.member("measurements", measurements) { writer, measurement in measurement.write(to: &writer) }
            }
        }
    }

    private static func line(_ measurement: Measurement) -> String {
        var unit = "per \(measurement.unit)"
        if let rate = measurement.perSecond { unit += ", \(Int(rate.rounded())) each second" }
        return line(
            measurement.name, duration(measurement.median), duration(measurement.p90), duration(measurement.p99), unit)
    }

    private static func line(_ name: String, _ median: String, _ p90: String, _ p99: String, _ unit: String) -> String {
        let columns = [median, p90, p99].map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }
        return padded(name, 52) + columns.joined() + (unit.isEmpty ? "" : "  " + unit)
    }

    /// Nanoseconds in the unit that people read: "6.5 ns", "28.1 us", "1.2 ms".
    private static func duration(_ nanoseconds: Double) -> String {
        let (value, unit) =
            nanoseconds < 1000
            ? (nanoseconds, "ns")
            : nanoseconds < 1_000_000 ? (nanoseconds / 1000, "us") : (nanoseconds / 1_000_000, "ms")
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
