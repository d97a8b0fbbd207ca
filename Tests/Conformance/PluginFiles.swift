import Glibc
import VaisConformance
import VaisHost

/// The plugins to try: those the build left beside the test binary, and, for a plugin's author, one named in the environment.
enum PluginFiles {
    static let storage =
        ["storage-memory", "storage-sqlite", "storage-lmdb"] + (variable("VAIS_CONFORMANCE_PLUGIN").map { [$0] } ?? [])

    /// - Parameter name: as in `libNAME.so`, or an absolute path. A plugin that is not there is an error, not a reason to skip.
    static func load(_ name: String) throws -> PluginUnderTest {
        try PluginUnderTest(name.utf8.first == UInt8(ascii: "/") ? name : buildFolder() + "/lib\(name).so")
    }

    static func buildFolder() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else { throw TestProblem("cannot read /proc/self/exe") }
        defer { free(path) }
        let executable = String(cString: path)
        guard let slash = executable.lastIndex(of: "/") else { throw TestProblem("\(executable) has no folder") }
        return String(executable[..<slash])
    }
}

extension ConformanceRun {
    /// `VAIS_CONFORMANCE_SEED` repeats a run, `VAIS_CONFORMANCE_LEVEL=thorough` tries ten times as much.
    init(_ plugin: PluginUnderTest) {
        let seed = variable("VAIS_CONFORMANCE_SEED").flatMap { UInt64($0) } ?? .random(in: 0...UInt64(UInt32.max))
        self.init(plugin, seed: seed, level: variable("VAIS_CONFORMANCE_LEVEL") == "thorough" ? .thorough : .quick)
    }
}

private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
