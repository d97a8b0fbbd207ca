internal import ArgumentParser
internal import Logging
internal import VaisClient
internal import VaisHost
internal import VaisRegistry
internal import VaisServer

struct RegistryServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve packages from a data folder until SIGTERM or SIGINT.",
        discussion: """
            The first administrator is made from VAIS_REGISTRY_ADMIN_USER and VAIS_REGISTRY_ADMIN_PASS, or gets a password that is printed \
            once. The variables of the original server are honoured; options come before them.
            """)
    @OptionGroup var common: CommonOptions
    @Option(help: "The folder that everything is kept in; ./data by default. [environment: VAIS_REGISTRY_STORAGE]")
    var data: String?
    @Option(
        help:
            "Where to listen, as HOST:PORT; port 0 takes a free one. [environment: VAIS_REGISTRY_HOST, VAIS_REGISTRY_PORT]",
        transform: ListenAddress.argument)
    var listen: ListenAddress?
    @Option(help: "The plugins.toml to use. [environment: VAIS_PLUGINS]") var plugins: String?
    @Flag(help: "Let anybody create an account.") var openRegistration = false

    func run() async throws {
        let environment = try common.begin()
        var configuration = try serverConfiguration(environment)
        configuration.logger = Logger(label: "vais.registry") { StreamLogHandler.standardError(label: $0) }
        configuration.logger.logLevel = common.verbose ? .debug : .info
        let folder = data ?? environment["VAIS_REGISTRY_STORAGE"].flatMap { $0.isEmpty ? nil : $0 } ?? "data"
        let registry = try await open(
            folder.hasPrefix("/") ? folder : common.folder + "/" + folder, environment, configuration)
        do {
            try await makeFirstAdmin(registry, configuration)
            if let warning = registry.durabilityWarning { Output.current.warning(warning) }
            let backend = registry.backend
            try await RegistryServer(registry: registry, configuration: configuration) { address in
                Output.current.status("Serving", "http://\(address.host):\(address.port) from \(folder) (\(backend))")
            }.runUntilSignalled()
        } catch {
            await registry.close()
            if let error = error as? ServerConfigurationError {
                throw ClientError(.input, error.message, hint: error.hint)
            }
            throw error
        }
        let lost = await registry.close()
        if lost > 0 {
            configuration.logger.error(
                "downloads could not be counted, since the store did not take them", metadata: ["count": "\(lost)"])
        }
        Output.current.status("Stopped", "all requests were answered")
    }

    private func serverConfiguration(_ environment: [String: String]) throws -> ServerConfiguration {
        do {
            var configuration = try ServerConfiguration(environment: environment)
            if let listen {
                configuration.host = listen.host
                configuration.port = listen.port
            }
            // A taken port is found out before a data folder or an administrator is made.
            try configuration.probeAddress()
            return configuration
        } catch {
            throw ClientError(.input, error.message, hint: error.hint)
        }
    }

    private func open(
        _ folder: String, _ environment: [String: String], _ configuration: ServerConfiguration
    ) async throws -> Registry {
        var plugins = try PluginConfiguration.load(.current(explicit: self.plugins))
        if data == nil, let path = environment["VAIS_REGISTRY_DB"], !path.isEmpty {
            let absolute = path.hasPrefix("/") ? path : common.folder + "/" + path
            plugins.choices[.storage]?.override("path", with: absolute, from: "VAIS_REGISTRY_DB")
        }
        let host = PluginHost(plugins)
        let digester = try host.loadDigest()
        let passwords = try host.loadPassword()
        let (set, shapes) = RegistryShapes.declare()
        var settings = RegistrySettings()
        settings.uploadBytes = configuration.uploadBytes
        settings.tokenDays = configuration.tokenDays
        settings.openRegistration = openRegistration
        do {
            let storage = try await host.loadStorage(shapes: set, dataFolder: folder)
            do {
                return try await Registry(
                    storage: storage, shapes: shapes, digester: digester, passwords: passwords, settings: settings)
            } catch {
                await storage.close()
                throw error
            }
        } catch let error as StorageError {
            throw ClientError(
                .input, "cannot open the registry in \(folder)", causes: [error.message],
                hint: error.hint ?? Self.hint(error.code))
        }
    }

    private static func hint(_ code: StorageError.Code) -> String? {
        switch code {
        case .busy: "stop the other server, or choose another --data"
        case .noSpace: "free some space, or choose another --data"
        default: nil
        }
    }

    private func makeFirstAdmin(_ registry: Registry, _ configuration: ServerConfiguration) async throws {
        if let name = configuration.adminName {
            guard let password = configuration.adminPassword else {
                throw ClientError(
                    .input, "VAIS_REGISTRY_ADMIN_USER is set, and VAIS_REGISTRY_ADMIN_PASS is not",
                    hint: "set a password; there is no default one")
            }
            if try await registry.createFirstAdmin(name, password: password) {
                Output.current.status("Created", "the administrator `\(printable(name))`")
            }
        } else if try await !registry.hasUsers() {
            let password = Registry.newPassword()
            if try await registry.createFirstAdmin("admin", password: password) {
                // Not even --quiet may keep it back: it is nowhere else.
                Output.current.always("Created the administrator `admin`; the password, shown this once: \(password)")
            }
        }
    }
}

/// Where a server listens: a name or address, and a port.
struct ListenAddress {
    let host: String
    let port: Int

    static func argument(_ text: String) throws -> ListenAddress {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw refusal }
        var host = String(text[..<colon])
        let digits = text[text.utf8.index(after: colon)...]
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            let port = UInt16(digits)
        else { throw refusal }
        return ListenAddress(host: host, port: Int(port))
    }

    private static var refusal: ValidationError {
        ValidationError("expected HOST:PORT, as in 127.0.0.1:3000 or [::1]:3000")
    }
}
