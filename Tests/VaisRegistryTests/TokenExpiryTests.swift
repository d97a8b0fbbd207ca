import RegistryTesting
import Testing
import VaisHost
import VaisModel
import VaisProtocol

@testable import VaisRegistry

@Suite("Tokens that have expired") struct TokenExpiryTests {
    private let day: Int64 = 86_400_000_000

    private func later(_ days: Int64) -> Timestamp {
        Timestamp(microseconds: Timestamp.now().microseconds + days * day)
    }

    /// The events after a serial, as kind, actor and detail.
    private func events(_ registry: TestRegistry, since serial: UInt64) async throws -> [[String]] {
        let since = registry.registry.shapes.eventsSince(.integer(Int64(serial)))
        return try await registry.store.scanAll(since).map { row in
            [try row.text(1), try row.text(2), try row.text(6)]
        }
    }

    @Test("are removed in bounded steps, each with its event", arguments: StoreUnderTest.allCases)
    func steps(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            var ended: [String] = []
            for days in [1, 2, 3] as [UInt32] {
                ended.append(
                    try await registry.registry.createToken(
                        CreateTokenRequest(name: "t\(days)", expiresInDays: days), by: alice
                    ).id)
            }
            let lasting = try await registry.registry.createToken(CreateTokenRequest(name: "long"), by: alice)
            let serial = registry.registry.serial
            #expect(try await registry.registry.removeExpiredTokens(at: later(1)) == 0)
            #expect(try await registry.registry.removeExpiredTokens(limit: 2, at: later(10)) == 2)
            #expect(try await registry.registry.tokens(of: alice).count == 3)
            #expect(try await registry.registry.removeExpiredTokens(limit: 2, at: later(10)) == 1)
            #expect(try await registry.registry.removeExpiredTokens(limit: 2, at: later(10)) == 0)
            let left = try await registry.registry.tokens(of: alice).map(\.name)
            #expect(Set(left) == ["login", "long"])
            #expect(try await events(registry, since: serial) == ended.map { ["token_expired", "", $0] })
            _ = try await registry.registry.authenticate(lasting.token, at: later(10))
            // "long" ends with the login that made it.
            #expect(try await registry.registry.removeExpiredTokens(at: later(500)) == 2)
        }
    }

    @Test("are told so for a day, and go when they are used after it", arguments: StoreUnderTest.allCases)
    func use(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let short = try await registry.registry.createToken(
                CreateTokenRequest(name: "short", expiresInDays: 1), by: alice)
            let serial = registry.registry.serial
            func use(_ days: Int64) async -> String? {
                await code { _ = try await registry.registry.authenticate(short.token, at: later(days)) }
            }
            #expect(await use(1) == "token_expired")
            #expect(registry.registry.serial == serial)
            #expect(await use(3) == "token_expired")
            #expect(await use(3) == "invalid_token")
            #expect(try await events(registry, since: serial) == [["token_expired", "", short.id]])
        }
    }

    @Test("a token that was ended before leaves nothing to remove", arguments: StoreUnderTest.allCases)
    func revoked(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let short = try await registry.registry.createToken(
                CreateTokenRequest(name: "short", expiresInDays: 1), by: alice)
            try await registry.registry.revokeToken(short.id, by: alice)
            #expect(try await registry.registry.removeExpiredTokens(at: later(10)) == 0)
        }
    }
}
