internal import ArgumentParser
internal import Glibc
internal import VaisClient
internal import VaisHost

extension PluginKind: ExpressibleByArgument {}

/// `vais plugin pin`.
struct PluginPin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Write the digests of the plugins in use into plugins.toml.",
        discussion: "From then on a file with another digest is refused. After an upgrade of a plugin, pin it again.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var pins: PinOptions

    func run() async throws {
        _ = try common.begin()
        try await pins.change(verb: "Pinned") { kind, configuration throws(PluginError) in
            try configuration.digestToPin(kind)
        }
    }
}

/// `vais plugin unpin`.
struct PluginUnpin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpin", abstract: "Remove the digests of plugins from plugins.toml.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var pins: PinOptions

    func run() async throws {
        _ = try common.begin()
        try await pins.change(verb: "Unpinned") { _, _ in nil }
    }
}

/// Which pins of which file.
struct PinOptions: ParsableArguments {
    @Option(help: "The plugins.toml to use. [environment: VAIS_PLUGINS]") var plugins: String?
    @Argument(help: "storage, transport, digest or password; all that are named by default.") var kinds: [PluginKind] =
        []

    /// Of several kinds that cannot be changed the first is told, after the others have been changed.
    func change(
        verb: String, _ pin: (PluginKind, PluginConfiguration) throws(PluginError) -> String?
    ) async throws {
        let file = try PluginConfiguration.load(.current(explicit: plugins)).file
        let lock = try await ProcessLock.take(
            folder: Files.parent(of: Files.resolved(file) ?? file), noticeAfter: .milliseconds(500)
        ) {
            Output.current.note("Waiting for another process that changes \(printable(file))")
        }
        defer { withExtendedLifetime(lock) {} }
        let configuration = try PluginConfiguration.load(.current(explicit: plugins))
        var pinning = try PluginPinning(file: configuration.file)
        var changed: [PluginKind] = []
        var failure: PluginError?
        for kind in kinds.isEmpty ? PluginKind.allCases.filter({ configuration.choices[$0] != nil }) : kinds {
            do throws(PluginError) {
                if try pinning.pin(kind, to: pin(kind, configuration)) { changed.append(kind) }
            } catch { failure = failure ?? error }
        }
        if !changed.isEmpty { try write(pinning.text, to: configuration.file) }
        if !changed.isEmpty || failure == nil {
            let names = changed.isEmpty ? "nothing: it was so already" : changed.map(\.rawValue).joined(separator: ", ")
            Output.current.status(verb, "\(names) (\(printable(configuration.file)))")
        }
        if let failure { throw failure }
    }

    /// Keeps who may read the file, and a link that leads to it.
    private func write(_ text: [UInt8], to file: String) throws {
        let place = Files.resolved(file) ?? file
        var status = stat()
        let mode = stat(place, &status) == 0 ? status.st_mode & 0o777 : 0o644
        try Files.write(text, to: place, mode: mode)
    }
}
