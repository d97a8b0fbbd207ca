internal import HTTPTypes
internal import Hummingbird
internal import VaisHost
internal import VaisProtocol
internal import VaisRegistry

/// What the registry says of itself.
struct ServiceHandlers: Sendable {
    let registry: Registry

    var routes: [Route] {
        [
            Route(.get, "/health") { _ in .json(Health(version: HostIdentity.version)) },
            Route(.get, "/health/live") { _ in .json(Health(version: HostIdentity.version)) },
            Route(.get, "/health/ready") { _ in
                // The store's schema was checked when it was opened; records and objects answer now.
                do {
                    try await registry.checkHealth()
                } catch {
                    var problem = Problem.unavailable("The registry's store does not answer", retryAfter: 5)
                    problem.cause = (error as? Problem)?.cause ?? "\(error)"
                    throw problem
                }
                return .json(Health(version: HostIdentity.version))
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
