internal import HTTPTypes
internal import Hummingbird
internal import VaisHost
internal import VaisProtocol
internal import VaisRegistry

/// What the registry says of itself.
struct ServiceHandlers: Sendable {
    let registry: Registry

    private var health: Health {
        let durability: String? =
            switch registry.durability {
            case .powerLoss: nil
            case .processEnd: "process"
            case .nothing: "none"
            }
        return Health(version: HostIdentity.version, durability: durability)
    }

    var routes: [Route] {
        [
            Route(.get, "/health") { _ in .json(health) },
            Route(.get, "/health/live") { _ in .json(health) },
            Route(.get, "/health/ready") { _ in
                // The store's schema was checked when it was opened; records and objects answer now.
                do {
                    try await registry.checkHealth()
                } catch {
                    var problem = Problem.unavailable("The registry's store does not answer", retryAfter: 5)
                    problem.cause = (error as? Problem)?.cause ?? "\(error)"
                    throw problem
                }
                return .json(health)
            },
            Route(.get, "/.well-known/vais-registry") { _ in
                var response = Response.json(
                    RegistryDescription(
                        features: ["changes", "gzip", "index", "range", "yank_reason"],
                        uploadBytes: registry.settings.uploadBytes, version: HostIdentity.version))
                response.headers[.cacheControl] = "public, max-age=300"
                return response
            },
        ]
    }
}
