import Glibc

/// The plugins to try: those the build left beside the test binary, and, for a plugin's author, one named in the environment.
enum PluginFiles {
    static let storage =
        ["storage-memory", "storage-sqlite", "storage-lmdb"] + (variable("VAIS_CONFORMANCE_PLUGIN").map { [$0] } ?? [])

    /// - Parameter name: as in `libNAME.so`, or an absolute path. A plugin that is not there is an error, not a reason to skip.
    static func path(_ name: String) throws -> String {
        name.utf8.first == UInt8(ascii: "/") ? name : try buildFolder() + "/lib\(name).so"
    }

    static func buildFolder() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else { throw TestProblem("cannot read /proc/self/exe") }
        defer { free(path) }
        let executable = String(cString: path)
        guard let slash = executable.lastIndex(of: "/") else { throw TestProblem("\(executable) has no folder") }
        return String(executable[..<slash])
    }
}
