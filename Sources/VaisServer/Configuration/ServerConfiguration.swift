package import Logging
internal import VaisProtocol
package import VaisRegistry

/// How a registry server listens and what it lets its clients do.
package struct ServerConfiguration: Sendable {
    /// Name or address of the interface to listen on.
    package var host = "0.0.0.0"
    /// 0: any free port.
    package var port = 3000
    /// The largest archive, in bytes.
    package var uploadBytes = ProtocolLimits.uploadBytes
    /// Days after which a token made by logging in expires.
    package var tokenDays: UInt32 = 365
    /// Where the original server kept its database and its archives.
    package var databasePath = "./data/registry.db"
    package var storagePath = "./data/packages"
    /// Whether pages of every origin may call the interface from a browser.
    package var allowsAllOrigins = false
    /// The origins that may, when not all.
    package var allowedOrigins: [String] = []
    /// Whether each request is a line in the log.
    package var logsRequests = false
    /// The administrator to create when there is no user yet.
    package var adminName: String?
    package var adminPassword: String?

    package var limits = ServerLimits()
    package var logger = Logger(label: "vais.registry")

    package init() {}

    /// What of it the registry itself has to know; registration stays closed unless the caller opens it.
    package var registrySettings: RegistrySettings {
        var settings = RegistrySettings()
        settings.uploadBytes = uploadBytes
        settings.tokenDays = tokenDays
        return settings
    }
}

/// Bounds against clients that are slow, broken or hostile. Times are in milliseconds.
package struct ServerLimits: Sendable {
    package var connections = 4096
    /// One header field, name and value.
    package var headerFieldBytes = 8 << 10
    package var headerFields = 100
    /// From the opening of a connection to the end of the first request's headers.
    package var headTimeout = 15_000
    /// From the end of an answer to the next request's headers.
    package var idleTimeout = 60_000
    /// In each such time at least `bodyProgress` bytes of a request's body must come, while the server waits for them; and of an answer
    /// that fills the connection's buffers some must be taken.
    package var bodyTimeout = 15_000
    package var bodyProgress = 4096
    /// How long a client may go on sending after it was refused, so that it reads why.
    package var lingerTimeout = 5_000
    /// How long requests under way may take to finish after the server was told to stop.
    package var drainTimeout = 30_000
    /// How often what has had its time is removed from the store.
    package var upkeepInterval = 600_000
    /// Bytes of prepared answers kept in memory.
    package var cacheBytes = 64 << 20

    package init() {}
}
