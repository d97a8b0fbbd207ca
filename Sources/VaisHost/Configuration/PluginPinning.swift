internal import VaisModel

/// Pins plugins in plugins.toml: writes or removes the line `sha256 = "…"` of a kind, and leaves every other byte as it is.
package struct PluginPinning: Sendable {
    /// What the file says, with the changes so far.
    package private(set) var text: [UInt8]
    private let file: String

    /// The plugins.toml at `file`.
    package init(file: String) throws(PluginError) {
        self.init(try ConfigurationFile.read(file), file: file)
    }

    /// - Parameter file: Its path, for messages.
    init(_ text: [UInt8], file: String) {
        self.text = text
        self.file = file
    }

    /// Makes `digest`, in lower-case hex, the pin of `kind`; nil removes the pin. False when the file says so already.
    package mutating func pin(_ kind: PluginKind, to digest: String?) throws(PluginError) -> Bool {
        let found = try find(kind)
        if let old = found.pin, case .assignment(let value) = old.kind {
            if let digest {
                let new = Array("\"\(digest)\"".utf8)
                if text[value].elementsEqual(new) { return false }
                text.replaceSubrange(value, with: new)
            } else {
                text.removeSubrange(lineStart(old.range.lowerBound)..<lineEnd(old.range.upperBound))
            }
            return true
        }
        if digest == nil, !found.isPinnedElsewhere { return false }
        guard let digest, let plugin = found.plugin else {
            throw PluginError(
                .configuration,
                "cannot change the pin of \(kind.rawValue) in \(plainText(file)): what it says of the plugin is not in lines of its own",
                hint: "write `[\(kind.rawValue)]` and below it a line `plugin = \"…\"`")
        }
        let start = lineStart(plugin.range.lowerBound)
        let indentation = text[start..<plugin.range.lowerBound]
        let key = (plugin.path.dropLast() + ["sha256"]).map(TOML.key).joined(separator: ".")
        let end = lineEnd(plugin.range.upperBound)
        let newline: [UInt8] = text[start..<end].reversed().starts(with: "\n\r".utf8) ? [0x0D, 0x0A] : [0x0A]
        var line = indentation + Array("\(key) = \"\(digest)\"".utf8) + newline
        if text[end - 1] != UInt8(ascii: "\n") { line = newline + line.dropLast(newline.count) }
        text.insert(contentsOf: line, at: end)
        return true
    }

    private struct Found {
        /// The assignments of a kind's `plugin` and `sha256` that stand in lines of their own.
        var plugin: TOML.Statement?
        var pin: TOML.Statement?
        /// There is a pin, as in an inline table, that no line of its own says.
        var isPinnedElsewhere = false
    }

    private func find(_ kind: PluginKind) throws(PluginError) -> Found {
        let document: TOML.Document
        do { document = try TOML.parse(text) } catch {
            throw PluginError(
                .configuration, "\(plainText(file)):\(error.line): \(error.message)",
                hint: "correct the line; the file is TOML 1.0")
        }
        var section: [String] = []
        var found = Found()
        for statement in document.statements {
            guard case .assignment = statement.kind else {
                section = statement.path
                continue
            }
            let path = section + statement.path
            if path == [kind.rawValue, "plugin"] { found.plugin = statement }
            if path == [kind.rawValue, "sha256"] { found.pin = statement }
        }
        if found.pin == nil, case .table(let table) = document.root[kind.rawValue]?.node.value {
            found.isPinnedElsewhere = table["sha256"] != nil
        }
        return found
    }

    private func lineStart(_ position: Int) -> Int {
        text[..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }

    /// The position after the line end.
    private func lineEnd(_ position: Int) -> Int {
        text[position...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
    }
}

extension PluginConfiguration {
    /// The digest to pin the plugin of `kind` to: that of the file which is chosen now. Nothing in it is run.
    ///
    /// - Throws: when this host would refuse the file for another reason than its pin, or when the environment, not plugins.toml, names it.
    package func digestToPin(_ kind: PluginKind) throws(PluginError) -> String {
        var choice = try choice(kind)
        if case .environment = choice.origin {
            throw PluginError(
                .configuration,
                "\(choice.origin) names the \(kind.rawValue) plugin, so a pin in \(plainText(file)) would be of another",
                hint: "unset the variable, or pin by VAIS_PLUGINS_\(kind.rawValue.uppercased())_SHA256")
        }
        choice.sha256 = nil
        let path = try PluginSearch.path(of: choice, in: search)
        return try PluginFile.checking(path, for: choice, hashing: true).sha256 ?? ""
    }
}
