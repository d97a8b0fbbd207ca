import Glibc
import VaisConformance
import VaisHost

/// The plugins as the build left them beside the test binary.
enum PluginFiles {
    static let storage = ["storage-memory", "storage-sqlite"]

    /// - Parameter name: as in `libNAME.so`. A plugin that is not there is an error, not a reason to skip.
    static func load(_ name: String) throws -> PluginUnderTest {
        try PluginUnderTest(buildFolder() + "/lib\(name).so")
    }

    static func buildFolder() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else { throw MissingFolder() }
        defer { free(path) }
        let executable = String(cString: path)
        guard let slash = executable.lastIndex(of: "/") else { throw MissingFolder() }
        return String(executable[..<slash])
    }

    struct MissingFolder: Error {}
}
