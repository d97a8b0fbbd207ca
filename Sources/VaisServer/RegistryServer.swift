internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import UnixSignals
internal import VaisProtocol
package import VaisRegistry

/// The registry on a port. Runs until its task is cancelled or its service group shuts down; then new connections are refused, requests
/// under way are finished, and `run` returns. Closing the registry is the caller's part, afterwards.
package struct RegistryServer: Service {
    /// Where the server listens.
    package struct Address: Sendable, Equatable {
        package let host: String
        package let port: Int
    }

    private let registry: Registry
    private let configuration: ServerConfiguration
    private let onListening: @Sendable (Address) async -> Void

    /// - Parameter onListening: called once, when connections are accepted, with the address that was really bound.
    package init(
        registry: Registry, configuration: ServerConfiguration,
        onListening: @escaping @Sendable (Address) async -> Void = { _ in }
    ) {
        self.registry = registry
        self.configuration = configuration
        self.onListening = onListening
    }

    /// Serves until told to stop. Throws when the address cannot be bound.
    package func run() async throws {
        let cache = DocumentCache(limit: configuration.limits.cacheBytes)
        registry.observe { cache.invalidate($0) }
        let responder = RegistryResponder(
            registry: registry, routes: routes(cache),
            crossOrigin: CrossOrigin(allowsAll: configuration.allowsAllOrigins, origins: configuration.allowedOrigins),
            logger: configuration.logger, logsRequests: configuration.logsRequests)
        // Hummingbird tells every start and stop; the caller has its own words for it.
        var quiet = configuration.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        let limits = configuration.limits
        let serial: @Sendable () -> UInt64 = { [registry] in registry.serial }
        let logger = configuration.logger
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionGuard(limits, logger: logger, serial: serial)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerFieldBytes, maxHeaderListSize: ProtocolLimits.headerBytes,
                        maxHeaderFieldCount: limits.headerFields))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(limits.connections, logger: quiet)),
            onServerRunning: { [onListening, configuration] channel in
                let port = channel.localAddress?.port ?? configuration.port
                await onListening(Address(host: channel.localAddress?.ipAddress ?? configuration.host, port: port))
            },
            logger: quiet)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [registry] in await registry.keepUp(every: .milliseconds(limits.upkeepInterval)) }
                defer { group.cancelAll() }
                try await application.run()
            }
        } catch let error as IOError where [EADDRINUSE, EADDRNOTAVAIL, EACCES].contains(error.errnoCode) {
            throw ServerConfigurationError.cannotListen(configuration, String(cString: strerror(error.errnoCode)))
        }
    }

    /// Serves until SIGTERM or SIGINT, then gives requests under way the configured time; what has not finished by then is cut off.
    package func runUntilSignalled() async throws {
        var settings = ServiceGroupConfiguration(
            services: [.init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: configuration.logger)
        settings.maximumGracefulShutdownDuration = .milliseconds(configuration.limits.drainTimeout)
        do {
            try await ServiceGroup(configuration: settings).run()
        } catch is CancellationError {
            configuration.logger.warning("requests under way were cut off after the time to finish had passed")
        }
    }

    private func routes(_ cache: DocumentCache) -> RouteTable {
        // The first that fits counts: names before stars.
        RouteTable(
            ReadHandlers(registry, cache).routes
                + ArchiveHandlers(registry: registry, cache: cache).routes
                + PublishHandler(registry: registry).routes
                + OwnershipHandlers(registry: registry).routes
                + SearchHandlers(registry).routes
                + AccountHandlers(registry: registry).routes
                + ServiceHandlers(registry: registry).routes)
    }
}
