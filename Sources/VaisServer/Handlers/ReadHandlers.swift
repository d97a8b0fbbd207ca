internal import HTTPTypes
internal import Hummingbird
internal import VaisHost
internal import VaisModel
internal import VaisProtocol
internal import VaisRegistry

/// Packages, indexes and the change feed: what everybody may read.
struct ReadHandlers: Sendable {
    let registry: Registry
    let cache: DocumentCache
    private let fullIndex: FullIndex

    var routes: [Route] {
        [
            Route(.get, "/index/*/*") { try await index($0, shards: 1) },
            Route(.get, "/index/*/*/*") { try await index($0, shards: 2) },
            Route(.get, "/packages/*/index.json", entry),
            Route(.get, "/packages/*") { exchange in
                exchange.target.isPrefixed || exchange.acceptsJSON
                    ? try await package(exchange) : try await page(exchange)
            },
            Route(.get, "/index.json") { try await fullIndex.document().response(to: $0.headers) },
            Route(.get, "/changes", changes),
            Route(.get, "/users/*") { .json(try await registry.profile(of: $0.parameters[0])) },
        ]
    }

    init(_ registry: Registry, _ cache: DocumentCache) {
        self.registry = registry
        self.cache = cache
        fullIndex = FullIndex(registry)
    }

    private func index(_ exchange: Exchange, shards: Int) async throws -> Response {
        let path = exchange.parameters.joined(separator: "/")
        guard let name = IndexPath.name(at: path) else { throw Problem.routeNotFound(exchange.target.path) }
        let document = try await cache.document(.index(name)) { [registry] in
            try PreparedDocument(
                try await registry.index(of: name), contentType: MediaType.index, registry.digester)
        }
        return try document.response(to: exchange.headers)
    }

    private func entry(_ exchange: Exchange) async throws -> Response {
        let name = try exchange.name(0)
        let document = try await cache.document(.entry(name)) { [registry] in
            try PreparedDocument(
                try await registry.indexEntry(name).encoded(), contentType: MediaType.json, registry.digester)
        }
        return try document.response(to: exchange.headers)
    }

    private func package(_ exchange: Exchange) async throws -> Response {
        var response = Response.json(try await registry.info(try exchange.name(0)))
        response.headers[.vary] = "Accept"
        return response
    }

    private func page(_ exchange: Exchange) async throws -> Response {
        PackagePage(try await registry.info(try exchange.name(0))).response
    }

    private func changes(_ exchange: Exchange) async throws -> Response {
        let since = try exchange.target.query.text("since") ?? "0"
        guard let serial = decimal(since) else { throw Problem.invalidParameter("since", "a serial") }
        let limit = try exchange.target.query.number("limit", 1...ProtocolLimits.changesPageSize)
        return .json(
            try await registry.changes(since: UInt64(serial), limit: limit ?? ProtocolLimits.changesPageSize))
    }
}
