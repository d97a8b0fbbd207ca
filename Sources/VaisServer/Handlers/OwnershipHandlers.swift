internal import HTTPTypes
internal import Hummingbird
internal import VaisModel
internal import VaisProtocol
internal import VaisRegistry

/// What owners do with their packages besides publishing.
struct OwnershipHandlers: Sendable {
    let registry: Registry

    var routes: [Route] {
        [
            Route(.post, "/packages/*/*/yank") { try await setYanked(true, $0) },
            Route(.post, "/packages/*/*/unyank") { try await setYanked(false, $0) },
            Route(.post, "/packages/*/owners") { exchange in
                let caller = try await registry.authenticate(try exchange.token())
                let request = try await exchange.json(OwnerRequest.self)
                try await registry.addOwner(request.username, to: try exchange.name(0), by: caller)
                return .empty(.created)
            },
            Route(.delete, "/packages/*/owners/*") { exchange in
                let caller = try await registry.authenticate(try exchange.token())
                try await registry.removeOwner(exchange.parameters[1], from: try exchange.name(0), by: caller)
                return .empty(.noContent)
            },
        ]
    }

    private func setYanked(_ yanked: Bool, _ exchange: Exchange) async throws -> Response {
        let caller = try await registry.authenticate(try exchange.token())
        try caller.require(.yank)
        let name = try exchange.name(0)
        guard let version = exchange.version(1) else {
            try await registry.requirePackage(name)
            throw Problem.versionNotFound(name.text, exchange.parameters[1])
        }
        let reason = try await exchange.optionalJSON(YankRequest.self)?.yank ?? Yank()
        try await registry.setYanked(yanked, name, version, reason: reason, by: caller)
        return .empty(.ok)
    }
}
