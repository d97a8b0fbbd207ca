internal import HTTPTypes
internal import Hummingbird
internal import VaisProtocol
internal import VaisRegistry

/// Accounts and tokens.
struct AccountHandlers: Sendable {
    let registry: Registry

    var routes: [Route] {
        [
            Route(.post, "/auth/register") {
                .json(try await registry.register(try await $0.json(RegisterRequest.self)))
            },
            Route(.post, "/auth/login") { .json(try await registry.login(try await $0.json(LoginRequest.self))) },
            Route(.get, "/auth/me") { .json(registry.me(try await caller($0))) },
            Route(.get, "/auth/tokens") { .json(try await registry.tokens(of: try await caller($0)).encoded()) },
            Route(.post, "/auth/tokens") { exchange in
                let caller = try await caller(exchange)
                let request = try await exchange.json(CreateTokenRequest.self)
                return .json(try await registry.createToken(request, by: caller))
            },
            Route(.delete, "/auth/tokens/*") { exchange in
                try await registry.revokeToken(exchange.parameters[0], by: try await caller(exchange))
                return .empty(.noContent)
            },
        ]
    }

    private func caller(_ exchange: Exchange) async throws -> Caller {
        try await registry.authenticate(try exchange.token())
    }
}
