import Glibc

/// The program under test. A full build puts `vais` and its plugins beside the test binary; VAIS_TEST_BIN names another folder.
enum Program {
    static let folder: String = {
        if let folder = getenv("VAIS_TEST_BIN") { return String(cString: folder) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }()

    /// The binary. Throws when there is none: a test that cannot run has failed.
    static func path() throws -> String {
        let path = "\(folder)/vais"
        guard access(path, X_OK) == 0 else {
            throw Failure("\(path) is missing: build the whole package, or set VAIS_TEST_BIN to a folder that has it")
        }
        return path
    }

    /// The repository, for files that tests compare with.
    static let repository: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(4)
        return parts.joined(separator: "/")
    }()

    /// The repository's plugins.toml, made to find the plugins of this build; another store is one line of it, and `isolated` one for each of
    /// the other kinds.
    static func pluginConfiguration(storage: String = "storage-sqlite", isolated: Bool = false) throws -> String {
        let text = String(decoding: try FileBytes.read("\(repository)/plugins.toml"), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let usual = "plugin = \"storage-sqlite\""
        guard lines.contains(where: { $0 == usual }) else { throw Failure("plugins.toml has no line \(usual)") }
        return lines.map { line in
            if line.hasPrefix("search = ") { return "search = [\"\(folder)\"]" }
            if line == usual { return "plugin = \"\(storage)\"" }
            return line.hasPrefix("plugin = ") && isolated ? "\(line)\nisolation = \"process\"" : String(line)
        }.joined(separator: "\n")
    }
}
