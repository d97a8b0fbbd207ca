internal import Glibc

/// Where secrets come from: an environment variable, or a file that only its owner can read.
enum Secret {
    private static let largestFile = 64 << 10

    static func variable(_ name: String, _ setting: ConfiguredSetting) throws(PluginError) -> String {
        guard let value = getenv(name) else {
            throw error(
                setting, "the environment variable \(plainText(name)) is not set", hint: "set it, or use `{ file = … }`"
            )
        }
        guard let text = String(validatingCString: value) else {
            throw error(setting, "the environment variable \(plainText(name)) is not UTF-8", hint: nil)
        }
        return text
    }

    /// The file's text without the line feed at its end.
    static func file(_ path: String, _ setting: ConfiguredSetting) throws(PluginError) -> String {
        // Symbolic links are followed: secret mounts of container systems are made of them. What counts is the file they lead to.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw error(
                setting, "cannot open the secret file \(plainText(path)): \(systemMessage())", hint: "check the path")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw error(setting, "the secret file \(plainText(path)) is not a regular file", hint: "check the path")
        }
        try requirePrivacy(path, status, setting)
        guard status.st_size <= largestFile,
            var bytes = FileSource(descriptor: descriptor, size: UInt64(status.st_size)).read(0, UInt64(status.st_size))
        else {
            throw error(
                setting, "the secret file \(plainText(path)) cannot be read, or has over \(largestFile) bytes",
                hint: nil)
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(setting, "the secret file \(plainText(path)) is not UTF-8", hint: nil)
        }
        return text
    }

    /// A secret may stand in plugins.toml itself only when nobody else can read that file.
    static func requirePrivacy(of setting: ConfiguredSetting) throws(PluginError) {
        guard case .file(let path, _) = setting.origin else { return }
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        try requirePrivacy(path, status, setting)
    }

    private static func requirePrivacy(_ path: String, _ status: stat, _ setting: ConfiguredSetting) throws(PluginError)
    {
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw error(
                setting, "\(plainText(path)) holds a secret and belongs to user \(status.st_uid)",
                hint: "make it your own file, readable by nobody else")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw error(
                setting, "\(plainText(path)) holds a secret, and others than its owner can read it",
                hint: "run `chmod 600 \(plainText(path))`, or write `\(setting.key) = { env = \"NAME\" }`")
        }
    }

    private static func error(_ setting: ConfiguredSetting, _ reason: String, hint: String?) -> PluginError {
        PluginError(.configuration, "\(setting.origin): `\(plainText(setting.key))`: \(reason)", hint: hint)
    }
}
