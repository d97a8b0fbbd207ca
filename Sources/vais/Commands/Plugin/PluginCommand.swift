internal import ArgumentParser

struct PluginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Look at this installation's plugins, try and measure them.",
        subcommands: [
            PluginList.self, PluginInspect.self, PluginCheck.self, PluginBenchCommand.self, PluginPin.self,
            PluginUnpin.self, PluginNew.self,
        ])
}
