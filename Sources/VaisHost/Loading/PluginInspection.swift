internal import Glibc

/// What a file says of itself, read from its bytes, trusted or not: nothing in it is run.
package struct PluginInspection: Sendable {
    /// Absolute.
    package let path: String
    package let size: UInt64
    package let sha256: String
    /// Nil when it has none that can be read; `refusal` says why.
    package var note: PluginNote?
    /// The names it defines for others.
    package var exports: [String] = []
    /// The shared libraries it asks for.
    package var needed: [String] = []
    /// Why this host would not load it; nil when it would.
    package var refusal: PluginError?

    /// - Parameter path: Absolute; a symbolic link is followed, though the host would refuse it.
    package init(_ path: String) throws(PluginError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw PluginError(
                .notFound, "cannot read \(plainText(path)): \(systemMessage())",
                hint: "check the path and its permissions")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw PluginError(.notFound, "\(plainText(path)) is not a regular file", hint: "name the plugin's own file")
        }
        let source = FileSource(descriptor: descriptor, size: UInt64(max(0, status.st_size)))
        guard source.size <= PluginFile.largest, let digest = PluginFile.sha256(source) else {
            throw PluginError(
                .notFound,
                "\(plainText(path)) cannot be read, or has more than the \(PluginFile.largest) bytes of a plugin",
                hint: "name the plugin's own file")
        }
        self.path = path
        size = source.size
        sha256 = digest
        if let image = try? ELFImage(reading: source) {
            note = image.note.flatMap { try? PluginNote(parsing: $0) }
            exports = image.exports(source) ?? []
            needed = image.needed
        }
        do throws(PluginError) {
            let kind = note.flatMap { PluginKind(rawValue: $0.kind) } ?? .storage
            _ = try PluginFile.checking(path, for: PluginChoice(kind, plugin: path, origin: .file(path, line: 0)))
        } catch { refusal = error }
    }

    /// What it exports besides the one symbol that it should.
    package var strayExports: [String] { exports.filter { $0 != "vais_plugin_entry" } }
}
