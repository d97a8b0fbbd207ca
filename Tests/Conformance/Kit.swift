import Glibc
import VaisConformance
import VaisHost

/// The kit as `vais plugin check` runs it: the program beside the test binary runs the plugin.
enum Kit {
    /// `VAIS_CONFORMANCE_SEED` repeats a run, `VAIS_CONFORMANCE_LEVEL` is quick, full or soak.
    static func run(
        _ plugin: String, kind: PluginKind = .storage, _ groups: [Check.Group], seed: UInt64? = nil,
        deadline: Int? = nil
    ) throws -> Report {
        let seed =
            seed ?? variable("VAIS_CONFORMANCE_SEED").flatMap { UInt64($0) } ?? .random(in: 0...UInt64(UInt32.max))
        let level = variable("VAIS_CONFORMANCE_LEVEL").flatMap { Level(rawValue: $0) } ?? .quick
        let supervisor = Supervisor(
            KitProgram(path: try program()), plugin: plugin, kind: kind, seed: seed, level: level,
            deadline: deadline)
        return try supervisor.run(Check.all(of: kind, at: level).filter { groups.contains($0.group) })
    }

    /// A full build puts `vais` beside the test binary.
    static func program() throws -> String {
        let path = try PluginFiles.buildFolder() + "/vais"
        guard access(path, X_OK) == 0 else { throw TestProblem("\(path) is missing: build the whole package") }
        return path
    }
}

func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
