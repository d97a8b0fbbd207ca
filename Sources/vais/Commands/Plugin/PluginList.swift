internal import ArgumentParser
internal import VaisClient
internal import VaisHost
internal import VaisProtocol

struct PluginList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show which plugins are in use and which others are installed.",
        discussion: "Reads the files without running any of their code.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The plugins.toml to use. [environment: VAIS_PLUGINS]") var plugins: String?
    @Flag(help: "Answer in JSON.") var json = false

    func run() async throws {
        _ = try common.begin(json: json)
        let inventory = PluginInventory(try PluginConfiguration.load(.current(explicit: plugins)))
        if json {
            Output.current.json { writer in
                writer.member("file", inventory.file)
                writer.key("plugins")
                writer.array { for item in inventory.items { write(item, to: &$0) } }
            }
            return
        }
        Output.current.note("plugins.toml: \(printable(inventory.file))")
        for item in inventory.items {
            let version = item.version.map { " \($0)" } ?? ""
            let pin = item.pin == .none ? "" : ", pin \(item.pin.rawValue)"
            let isolation = item.isolation == .none ? "" : ", in a process of its own"
            let origin = item.origin.map { ", chosen by \($0)" } ?? ""
            Output.current.data(
                printable(
                    "\(item.kind)  \(item.name)\(version)  \(item.state)\(pin)\(isolation)\(origin)  \(item.path ?? "-")"
                )
            )
        }
    }

    private func write(_ item: PluginInventory.Item, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", item.kind)
            writer.member("name", item.name)
            writer.member("id", ifPresent: item.id)
            writer.member("version", ifPresent: item.version)
            writer.member("path", ifPresent: item.path)
            writer.member("sha256", ifPresent: item.sha256)
            writer.member("pin", item.pin.rawValue)
            writer.member("isolation", item.isolation.rawValue)
            writer.member("state", "\(item.state)")
            writer.member("origin", ifPresent: item.origin.map { "\($0)" })
        }
    }
}
