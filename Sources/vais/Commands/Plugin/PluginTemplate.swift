internal import Glibc
internal import VaisClient
internal import VaisHost

/// A project that this installation has for authors of plugins: share/vais/templates/LANGUAGE beside bin/, with the headers of
/// include/vais. In its files stands `storage-template` wherever the plugin's name belongs.
struct PluginTemplate {
    private let language: PluginLanguage
    private let template: String
    private let headers: String

    init(_ language: PluginLanguage) throws {
        self.language = language
        guard let program = Files.resolved("/proc/self/exe") else {
            throw ClientError(.fault, "cannot tell where this program is", hint: "is /proc mounted?")
        }
        let prefix = Files.parent(of: Files.parent(of: program))
        template = "\(prefix)/share/vais/templates/\(language.rawValue)"
        headers = "\(prefix)/include/vais"
        for folder in [template, headers] where Files.list(folder).isEmpty {
            throw ClientError(
                .input, "\(printable(folder)) is missing or empty: this installation has no templates for plugins",
                hint:
                    "install vais with `make install`, or copy share/ and include/ of its release to \(printable(prefix))"
            )
        }
    }

    /// Writes the project for `name` into `folder`, which must not exist.
    func write(_ name: PluginName, to folder: String) throws {
        try Files.makeFolder(Files.parent(of: folder))
        guard mkdir(folder, 0o755) == 0 else {
            let exists = errno == EEXIST
            let reason = exists ? "it exists already" : String(cString: strerror(errno))
            throw ClientError(
                .input, "cannot create \(printable(folder)): \(reason)",
                hint: exists ? "choose another folder with --dir" : nil)
        }
        try copy(template, to: folder, name)
        let target = folder + (language == .swift ? "/Sources/CVais/include/vais" : "/include/vais")
        try Files.makeFolder(target)
        for header in Files.list(headers) {
            try Files.write(try contents(headers + "/" + header), to: target + "/" + header, durable: false)
        }
    }

    private func copy(_ source: String, to target: String, _ name: PluginName) throws {
        for entry in Files.list(source) {
            let from = source + "/" + entry, to = target + "/" + entry
            var status = stat()
            if stat(from, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                try Files.makeFolder(to)
                try copy(from, to: to, name)
            } else {
                let named = try contents(from).replacing("storage-template".utf8, with: name.text.utf8)
                    .replacing("storage_template".utf8, with: name.text.utf8.map { $0 == 0x2D ? 0x5F : $0 })
                try Files.write(named, to: to, durable: false)
            }
        }
    }

    private func contents(_ file: String) throws -> [UInt8] {
        guard let bytes = try Files.read(file) else {
            throw ClientError(.input, "\(printable(file)) is missing", hint: "install vais again")
        }
        return bytes
    }
}
