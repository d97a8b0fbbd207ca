internal import CVaisShim
internal import Glibc

/// Where plugins.toml may be, and what the environment adds. Never the working directory or a project's folder: installing a package
/// must not be able to load code.
package struct ConfigurationPlaces: Sendable {
    /// `--plugins FILE`; a relative path begins at the working directory, since the user typed it there.
    package var explicit: String?
    package var environment: [String: String]
    /// The process runs with more rights than its caller's (AT_SECURE), so nothing of the environment is believed.
    package var isPrivileged: Bool
    /// The folder of the running program, without symbolic links.
    package var binaryFolder: String?
    package var systemFile: String

    package init(
        explicit: String? = nil, environment: [String: String], isPrivileged: Bool = false, binaryFolder: String?,
        systemFile: String = "/etc/vais/plugins.toml"
    ) {
        self.explicit = explicit
        self.environment = environment
        self.isPrivileged = isPrivileged
        self.binaryFolder = binaryFolder
        self.systemFile = systemFile
    }

    /// Those of this process.
    package static func current(explicit: String? = nil) -> ConfigurationPlaces {
        ConfigurationPlaces(
            explicit: explicit, environment: processEnvironment(), isPrivileged: vais_is_privileged() != 0,
            binaryFolder: resolvedPath("/proc/self/exe").map(parent(of:)))
    }

    /// The first plugins.toml there is. A file that was asked for must exist.
    func find() throws(PluginError) -> String {
        if let explicit { return try found(explicit, askedBy: "`--plugins`") }
        if let named = believed["VAIS_PLUGINS"], !named.isEmpty {
            guard named.utf8.first == UInt8(ascii: "/") else {
                throw PluginError(
                    .configuration, "VAIS_PLUGINS is \(plainText(named)), which is not an absolute path",
                    hint: "set it to the whole path of a plugins.toml")
            }
            return try found(named, askedBy: "VAIS_PLUGINS")
        }
        let candidates = usual
        if let file = candidates.first(where: { access($0, F_OK) == 0 }) { return file }
        throw PluginError(
            .configuration,
            "found no plugins.toml; looked for \(candidates.map { plainText($0) }.joined(separator: ", "))",
            hint: "install one beside the program (`make install` does), or name one with `--plugins FILE`")
    }

    /// The places that are tried when no file is asked for.
    package var usual: [String] {
        var files: [String] = []
        if let home = believed["VAIS_HOME"] ?? believed["HOME"].map({ $0 + "/.vais" }),
            home.utf8.first == UInt8(ascii: "/")
        {
            files.append(home + "/plugins.toml")
        }
        files.append(systemFile)
        if let binaryFolder {
            files.append(normalizedPath(binaryFolder + "/../etc/vais/plugins.toml"))
            files.append(binaryFolder + "/plugins.toml")
        }
        return files
    }

    private var believed: [String: String] { isPrivileged ? [:] : environment }

    /// Variables that override single keys.
    var overrides: [String: String] {
        believed.filter { $0.key.utf8.starts(with: "VAIS_PLUGINS_".utf8) }
    }

    private func found(_ file: String, askedBy source: String) throws(PluginError) -> String {
        guard let path = resolvedFolder(file) else {
            throw PluginError(
                .configuration, "\(plainText(file)), named by \(source), does not exist", hint: "check the path")
        }
        return path
    }

    /// The file by an absolute path, so that what is relative to it stays so whatever the working directory becomes.
    private func resolvedFolder(_ file: String) -> String? {
        guard access(file, F_OK) == 0 else { return nil }
        if file.utf8.first == UInt8(ascii: "/") { return file }
        return resolvedPath(file.utf8.contains(UInt8(ascii: "/")) ? parent(of: file) : ".").map {
            $0 + "/" + fileName(of: file)
        }
    }
}

/// The variables of this process, read now.
package func processEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var position = vais_environment()
    while let entry = position?.pointee {
        let text = String(cString: entry)
        if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
            variables[String(text[..<equals])] = String(text[text.utf8.index(after: equals)...])
        }
        position = position?.advanced(by: 1)
    }
    return variables
}
