internal import Crypto
internal import Glibc

/// A plugin file that has passed every check that is possible without running it.
package struct PluginFile: Sendable {
    /// Absolute, the folder without symbolic links.
    package var path: String
    package var note: PluginNote
    /// The shared libraries it asks for.
    package var needed: [String]
    package var size: UInt64
    /// SHA-256 in hex, when a pin asked for it or the caller did.
    package var sha256: String?

    /// What tells this file from another under the same path.
    struct Identity: Equatable {
        var device: dev_t
        var inode: ino_t
        var size: off_t
        var modified: Int
        var modifiedNanoseconds: Int

        init(_ status: stat) {
            device = status.st_dev
            inode = status.st_ino
            size = status.st_size
            modified = status.st_mtim.tv_sec
            modifiedNanoseconds = status.st_mtim.tv_nsec
        }
    }

    let identity: Identity
}

extension PluginFile {
    /// Larger plugins are refused: the largest known, with Swift's Foundation inside, has 70 MB.
    static let largest: UInt64 = 256 << 20

    /// Checks the plugin chosen by `choice`, whose file is at `path`. In order: an absolute path; a regular file, not a symbolic link;
    /// owner and permissions of it and of every folder above; size; ELF; note; the pin.
    package static func checking(
        _ path: String, for choice: PluginChoice, requirePins: Bool = false, hashing: Bool = false
    ) throws(PluginError) -> PluginFile {
        var refusal = PluginRefusal(choice.kind, path)
        guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else {
            throw refusal.error(
                .untrusted, "its path is not absolute", hint: "write the whole path, beginning with `/`")
        }
        guard let folder = resolvedPath(parent(of: path)) else {
            throw refusal.error(
                .notFound, "\(parent(of: path)): \(systemMessage())", hint: "check the path in plugins.toml")
        }
        let path = (folder == "/" ? "" : folder) + "/" + fileName(of: path)
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refusal.unopened(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal.error(.notFound, systemMessage(), hint: nil) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw refusal.error(.untrusted, "it is not a regular file", hint: "name the plugin's own file")
        }
        if let fault = FileTrust.fault(path, status) ?? FileTrust.parentFault(path) {
            throw refusal.error(.untrusted, fault.reason, hint: fault.hint)
        }
        let source = FileSource(descriptor: descriptor, size: UInt64(max(0, status.st_size)))
        guard source.size <= largest else {
            throw refusal.error(
                .untrusted, "it has \(source.size) bytes, more than the \(largest) a plugin may have",
                hint: "check that this is a plugin")
        }
        let image: ELFImage
        do { image = try ELFImage(reading: source) } catch {
            throw refusal.error(.incompatible, error.reason, hint: error.hint)
        }
        let note = try refusal.note(of: image)
        refusal.note = note
        try refusal.requireFit(note)
        let digest = try refusal.pinned(choice, source, requirePins: requirePins, hashing: hashing)
        return PluginFile(
            path: path, note: note, needed: image.needed, size: source.size, sha256: digest, identity: Identity(status))
    }

    /// The dynamic loader is given the path, not the checked descriptor as `/proc/self/fd/N`. With that name glibc would look for the
    /// plugin's private libraries (`$ORIGIN`) in `/proc`, and, since it recognises loaded objects by name first, it would take a later
    /// plugin that gets the same number for this one. Nobody but root and the user can put another file under the path, that was
    /// checked; this comparison, made after loading, catches the user's own replacement in between.
    func isStillInPlace() -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && Identity(status) == identity
    }

    static func sha256(_ source: some ByteSource) -> String? {
        var hash = SHA256()
        var offset: UInt64 = 0
        while offset < source.size {
            guard let piece = source.read(offset, min(256 << 10, source.size - offset)) else { return nil }
            hash.update(data: piece)
            offset += UInt64(piece.count)
        }
        return hex(hash.finalize())
    }
}

extension PluginRefusal {
    fileprivate func unopened(_ path: String) -> PluginError {
        switch errno {
        case ELOOP:
            error(
                .untrusted, "it is a symbolic link",
                hint: "name the file it points to, `\(plainText(resolvedPath(path) ?? path))`, in plugins.toml")
        case ENOENT:
            error(.notFound, "there is no such file", hint: "install the plugin, or correct its name in plugins.toml")
        default: error(.notFound, "it cannot be opened: \(systemMessage())", hint: "check the file's permissions")
        }
    }

    fileprivate func note(of image: ELFImage) throws(PluginError) -> PluginNote {
        guard let bytes = image.note else {
            throw error(
                .incompatible, "it is a shared library, but not a Vais plugin: it has no note `.note.vais`",
                hint: "if you wrote it, put VAIS_NOTE from <vais/plugin.h> into one of its C files")
        }
        do { return try PluginNote(parsing: bytes) } catch {
            throw self.error(
                .incompatible, "its Vais note \(error.reason)", hint: "write the note as <vais/plugin.h> describes")
        }
    }

    /// The ABI's major and the interface: a plugin of another contract is not run at all.
    fileprivate func requireFit(_ note: PluginNote) throws(PluginError) {
        try requireABI(note.abi)
        guard note.interfaces.contains(kind.interface) else {
            throw error(
                .incompatible,
                "it offers \(note.interfaces.joined(separator: " ")), and this host needs \(kind.interface)",
                hint: hint(forInterfacesOf: note))
        }
    }

    private func hint(forInterfacesOf note: PluginNote) -> String {
        guard note.kind == kind.rawValue else {
            return "it is a \(note.kind) plugin: name it under `[\(note.kind)]`, and a \(kind.rawValue) plugin here"
        }
        // "vais.storage/1": the versions of one interface differ behind the slash.
        let slash = UInt8(ascii: "/")
        let base = kind.interface.utf8.prefix { $0 != slash }
        let isNewer = note.interfaces.contains { offered in
            let version = offered.utf8.drop { $0 != slash }.dropFirst()
            return offered.utf8.prefix { $0 != slash }.elementsEqual(base)
                && (String(version).flatMap { UInt($0) } ?? 0) > 1
        }
        return isNewer
            ? "upgrade vais to a version that offers what the plugin does; `vais --version` tells the one you have"
            : "install a version of the plugin that offers \(kind.interface); `vais plugin list` shows those installed"
    }

    fileprivate func pinned(
        _ choice: PluginChoice, _ source: FileSource, requirePins: Bool, hashing: Bool
    ) throws(PluginError) -> String? {
        guard let pin = choice.sha256 else {
            let digest = requirePins || hashing ? PluginFile.sha256(source) : nil
            if requirePins {
                throw error(
                    .untrusted, "it has no pin, and plugins.toml says `require_pins = true`",
                    hint: "if you trust the file, add `sha256 = \"\(digest ?? "")\"` under `[\(kind.rawValue)]`")
            }
            return digest
        }
        let digest = PluginFile.sha256(source) ?? "(the file cannot be read)"
        guard digest == pin else {
            throw error(
                .untrusted, "its SHA-256 is \(digest), and \(choice.pinOrigin) pins \(pin)",
                hint: "find out who changed the file; if the change is wanted, pin the new digest")
        }
        return digest
    }
}
