internal import CVaisPlugin
internal import Glibc

/// A checked file, handed to the dynamic loader.
struct DynamicLibrary {
    /// The plugin's one exported function.
    let entry: vais_plugin_entry_function
    /// Where that is: the same for one file, by whatever name it is loaded.
    let address: UInt

    /// RTLD_NOW: a symbol that nobody defines is an error here, not the end of the process later. RTLD_LOCAL: plugins do not see each
    /// other. RTLD_NODELETE: never unloaded.
    init(_ file: PluginFile, _ refusal: PluginRefusal) throws(PluginError) {
        guard let handle = dlopen(file.path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw LoaderMessage(dlerror().map { String(cString: $0) } ?? "").error(file, refusal)
        }
        guard file.isStillInPlace() else {
            throw refusal.error(
                .untrusted, "the file was replaced while it was being loaded", hint: "run the command again")
        }
        guard let symbol = dlsym(handle, "vais_plugin_entry") else {
            throw refusal.error(
                .incompatible, "it does not export `vais_plugin_entry`",
                hint:
                    "export that one symbol: build with `-fvisibility=default` for it, or name it in the version script"
            )
        }
        address = UInt(bitPattern: symbol)
        entry = unsafeBitCast(symbol, to: vais_plugin_entry_function.self)
    }
}

/// What the dynamic loader said, in terms an operator can act on. The phrases are glibc's.
private struct LoaderMessage {
    let text: String

    init(_ text: String) { self.text = text }

    func error(_ file: PluginFile, _ refusal: PluginRefusal) -> PluginError {
        if let library = before(": cannot open shared object file"), library != file.path {
            return refusal.error(
                .loading, "it needs the shared library \(library), which is not installed",
                hint: "install the package that has it (`apt-file search \(fileName(of: library))` finds it), "
                    + "then check with `ldd \(plainText(file.path))`")
        }
        if let symbol = between("undefined symbol: ", and: nil) {
            return refusal.error(
                .loading, "it uses the symbol `\(symbol)`, which none of its libraries defines",
                hint: "its libraries are older or newer than those it was built with; see `ldd \(plainText(file.path))`"
            )
        }
        if let version = between("version `", and: "' not found"), let library = before(": version `") {
            return refusal.error(
                .loading, "it needs \(version), and \(library) here does not have it",
                hint: "use a build of the plugin for this system's release, or upgrade the system")
        }
        return refusal.error(
            .loading, "the dynamic loader refuses it: \(plainText(text))",
            hint: "see what it needs with `ldd \(plainText(file.path))`")
    }

    private func before(_ phrase: String) -> String? {
        guard let end = position(of: phrase) else { return nil }
        return plainText(text[..<end])
    }

    private func between(_ start: String, and end: String?) -> String? {
        guard let found = position(of: start) else { return nil }
        let rest = LoaderMessage(String(text[text.utf8.index(found, offsetBy: start.utf8.count)...]))
        guard let end else { return plainText(rest.text.prefix { $0 != " " && $0 != "," }) }
        return rest.before(end)
    }

    private func position(of phrase: String) -> String.Index? {
        let bytes = Array(text.utf8), wanted = Array(phrase.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start..<start + wanted.count].elementsEqual(wanted) {
            return text.utf8.index(text.utf8.startIndex, offsetBy: start)
        }
        return nil
    }
}
