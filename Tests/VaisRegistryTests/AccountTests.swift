import RegistryTesting
import Testing
import VaisHost
import VaisModel
import VaisProtocol
import VaisRegistry

@Suite("The registry's accounts") struct AccountTests {
    @Test("the first administrator is made once", arguments: StoreUnderTest.allCases)
    func firstAdmin(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store, settings: RegistrySettings()) { registry in
            #expect(try await !registry.registry.hasUsers())
            #expect(try await registry.registry.createFirstAdmin("root", password: "correct horse"))
            #expect(try await !registry.registry.createFirstAdmin("other", password: "correct horse"))
            let login = try await registry.registry.login(LoginRequest(username: "ROOT", password: "correct horse"))
            #expect(login.user.isAdmin)
        }
    }

    @Test(
        "names and passwords have rules", arguments: StoreUnderTest.allCases,
        [
            ("", "correct horse"), ("-a", "correct horse"), ("a b", "correct horse"), ("ä", "correct horse"),
            ("a", "short"),
            (String(repeating: "a", count: 65), "correct horse"), ("a", String(repeating: "p", count: 1025)),
        ])
    func rules(_ store: StoreUnderTest, _ account: (String, String)) async throws {
        try await TestRegistry.with(store) { registry in
            let request = RegisterRequest(username: account.0, password: account.1)
            #expect(await code { _ = try await registry.registry.register(request) } == "invalid_user")
        }
    }

    @Test("an expired or ended token is refused", arguments: StoreUnderTest.allCases)
    func endedTokens(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let made = try await registry.registry.createToken(
                CreateTokenRequest(name: "t", expiresInDays: 0), by: alice)
            #expect(await code { _ = try await registry.registry.authenticate(made.token) } == "token_expired")
            let other = try await registry.registry.createToken(CreateTokenRequest(name: "t"), by: alice)
            _ = try await registry.registry.authenticate(other.token)
            try await registry.registry.revokeToken(other.id, by: alice)
            #expect(await code { _ = try await registry.registry.authenticate(other.token) } == "invalid_token")
        }
    }

    @Test("a new token does not outlive the one that made it", arguments: StoreUnderTest.allCases)
    func lifetime(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let short = try await registry.registry.createToken(
                CreateTokenRequest(name: "short", expiresInDays: 1), by: alice)
            let caller = try await registry.registry.authenticate(short.token)
            let endless = try await registry.registry.createToken(CreateTokenRequest(name: "endless"), by: caller)
            #expect(endless.expiresAt == short.expiresAt)
        }
    }

    @Test("using a token is noted once a minute, not with every request", arguments: StoreUnderTest.allCases)
    func lastUse(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let token = try await registry.token("alice")
            let alice = try await registry.registry.authenticate(token)
            let first = try await registry.registry.tokens(of: alice)[0].lastUsedAt
            #expect(first != nil)
            let writes = registry.store.writes
            for _ in 0..<5 { _ = try await registry.registry.authenticate(token) }
            #expect(registry.store.writes == writes)
            #expect(try await registry.registry.tokens(of: alice)[0].lastUsedAt == first)
        }
    }

    @Test("what is stored of a token and of a password is neither", arguments: [StoreUnderTest.sqlite])
    func secrets(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let token = try await registry.token("alice")
            #expect(!registry.storedBytes(contain: Array(token.utf8)))
            #expect(!registry.storedBytes(contain: Array("correct horse".utf8)))
            #expect(registry.storedBytes(contain: Array("alice".utf8)))
        }
    }
}
