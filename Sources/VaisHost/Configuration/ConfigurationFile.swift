internal import Glibc

/// Reads plugins.toml. The file decides which code runs, so it is held to the same rule as that code: nobody but root and the user may be
/// able to write it.
enum ConfigurationFile {
    private static let largest = 1 << 20

    static func read(_ file: String) throws(PluginError) -> [UInt8] {
        // A link is followed, as when ~/.vais is kept elsewhere; the rule is applied to where it leads.
        guard let path = resolvedPath(file) else { throw unreadable(file) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(file) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw PluginError(.configuration, "\(plainText(file)) is not a regular file", hint: "name a plugins.toml")
        }
        if let fault = FileTrust.fault(path, status) ?? FileTrust.parentFault(path) {
            throw PluginError(
                .untrusted, "cannot use \(plainText(file)), which decides what code runs: \(fault.reason)",
                hint: fault.hint)
        }
        guard status.st_size <= largest,
            let bytes = FileSource(descriptor: descriptor, size: UInt64(status.st_size)).read(0, UInt64(status.st_size))
        else {
            throw PluginError(
                .configuration, "\(plainText(file)) cannot be read, or has more than \(largest) bytes",
                hint: "name a plugins.toml")
        }
        return bytes
    }

    private static func unreadable(_ file: String) -> PluginError {
        PluginError(
            .configuration, "cannot read \(plainText(file)): \(systemMessage())",
            hint: "check the path and its permissions")
    }
}
