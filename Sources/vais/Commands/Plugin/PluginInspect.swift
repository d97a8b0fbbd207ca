internal import ArgumentParser
internal import VaisClient
internal import VaisHost
internal import VaisProtocol

/// `vais plugin inspect`.
struct PluginInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a plugin's file says of itself, and whether it would be loaded.",
        discussion: "Reads the file without running any of its code. Exits with 1 when this vais would refuse it.")
    @OptionGroup var common: CommonOptions
    @Flag(help: "Answer in JSON.") var json = false
    @Argument(help: "The plugin's file.") var file: String

    func run() async throws {
        _ = try common.begin(json: json)
        let inspection = try PluginInspection(Files.absolute(file))
        if json { Output.current.json { write(inspection, to: &$0) } } else { show(inspection) }
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
