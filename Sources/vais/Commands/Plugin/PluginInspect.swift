internal import ArgumentParser
internal import VaisClient
internal import VaisConformance
internal import VaisHost
internal import VaisProtocol

/// `vais plugin inspect`. Not asynchronous: the process it starts ends with the thread that started it.
struct PluginInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a plugin's file says of itself, and whether it would be loaded.",
        discussion:
            "Reads the file without running any of its code, unless --load says so: then a process of its own loads it, and what it says once "
            + "loaded is shown as well. Exits with 1 when this vais would refuse it, or when loading it fails.")
    @OptionGroup var common: CommonOptions
    @Flag(help: "Load it in a process of its own, and show its settings and tables.") var load = false
    @Option(help: "Seconds after which loading counts as hanging.") var deadline = 10
    @Flag(help: "Answer in JSON.") var json = false
    @Argument(help: "The plugin's file.") var file: String

    func validate() throws {
        guard deadline > 0 else { throw ValidationError("--deadline must be 1 or more seconds") }
    }

    func run() throws {
        _ = try common.begin(json: json)
        let inspection = try PluginInspection(Files.absolute(file))
        var loaded: PluginDescription?
        if load, inspection.refusal == nil, let kind = inspection.note.flatMap({ PluginKind(rawValue: $0.kind) }) {
            loaded = try PluginProbe(.current, plugin: inspection.path, kind: kind, deadline: deadline).run()
        }
        if json {
            Output.current.json { writer in
                write(inspection, to: &writer)
                if let loaded {
                    writer.key("loaded")
                    loaded.write(to: &writer)
                }
            }
        } else {
            show(inspection)
            if let loaded { show(loaded) }
        }
        if inspection.refusal != nil { throw ExitCode(ClientError.Code.input.rawValue) }
    }

    private func show(_ inspection: PluginInspection) {
        let output = Output.current
        func line(_ label: String, _ text: String) {
            output.data(label + String(repeating: " ", count: max(1, 12 - label.utf8.count)) + printable(text))
        }
        line("file", inspection.path)
        line("size", "\(inspection.size) bytes")
        line("sha256", inspection.sha256)
        if let note = inspection.note {
            line("kind", note.kind)
            line("id", note.id)
            line("version", note.version)
            line("license", note.license)
            line("abi", "\(note.abi)")
            line("interfaces", note.interfaces.joined(separator: " "))
        }
        line("needs", inspection.needed.isEmpty ? "(no library)" : inspection.needed.joined(separator: " "))
        line("exports", inspection.exports.isEmpty ? "(nothing)" : inspection.exports.joined(separator: " "))
        if let refusal = inspection.refusal {
            output.error(ClientError(refusal))
        } else {
            line("verdict", "would be loaded")
            if !inspection.strayExports.isEmpty {
                output.warning(
                    "it exports more than vais_plugin_entry, which can clash with other plugins; link it with a version script"
                )
            }
        }
    }

    private func show(_ loaded: PluginDescription) {
        let output = Output.current
        output.data(printable("summary     \(loaded.summary)"))
        output.data(printable("threads     \(loaded.threads)"))
        for interface in loaded.interfaces {
            let size = interface.size.map { "table of \($0) bytes" } ?? "no table, though its note names it"
            output.data(printable("  \(padded(interface.name, 26))\(size)"))
        }
        output.data(loaded.settings.isEmpty ? "settings    (none)" : "settings")
        for setting in loaded.settings {
            var words = [setting.type]
            if setting.isRequired { words.append("required") }
            if setting.isSecret { words.append("secret") }
            if let standard = setting.standard { words.append("else \(standard)") }
            output.data(printable("  \(padded(setting.key, 26))\(words.joined(separator: ", ")). \(setting.help)"))
        }
    }

    private func write(_ inspection: PluginInspection, to writer: inout JSONWriter) {
        writer.member("path", inspection.path)
        writer.member("size", Int64(clamping: inspection.size))
        writer.member("sha256", inspection.sha256)
        if let note = inspection.note {
            writer.key("note")
            writer.object { writer in
                writer.member("kind", note.kind)
                writer.member("id", note.id)
                writer.member("version", note.version)
                writer.member("license", note.license)
                writer.member("abi", "\(note.abi)")
                writer.key("interfaces")
                writer.array { for interface in note.interfaces { $0.value(interface) } }
            }
        }
        writer.key("needed")
        writer.array { for library in inspection.needed { $0.value(library) } }
        writer.key("exports")
        writer.array { for symbol in inspection.exports { $0.value(symbol) } }
        writer.member("loadable", inspection.refusal == nil)
        writer.member("refusal", ifPresent: inspection.refusal?.message)
        writer.member("hint", ifPresent: inspection.refusal?.hint)
    }
}
