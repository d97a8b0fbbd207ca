import RegistryTesting
import Testing
import VaisProtocol
import VaisRegistry

@Suite("Accounts over HTTP") struct AccountRoutesTests {
    @Test("register, log in, and see oneself")
    func accounts() async throws {
        try await TestServer.with { server in
            let body = "{\"username\":\"alice\",\"password\":\"correct horse\",\"email\":\"alice@example.org\"}"
            let registered = try await server.client.json("POST", "/api/v1/auth/register", body)
            #expect(registered.status == 200)
            let user = try UserInfo(parsing: registered.body)
            #expect(user.email == "alice@example.org" && !user.isAdmin)
            #expect(try registered.json()["token"] == nil)
            let again = try await server.client.json("POST", "/api/v1/auth/register", body)
            #expect(again.status == 409 && again.error == "User already exists: alice")
            let login = try await server.client.json("POST", "/api/v1/auth/login", body)
            #expect(login.status == 200)
            let session = try LoginResponse(parsing: login.body)
            #expect(session.token.hasPrefix("vais_") && session.expiresAt != nil)
            let me = try await server.client.json("GET", "/api/v1/auth/me", token: session.token)
            #expect(me.status == 200)
            #expect(me.text.contains("\"email\":null"))
            #expect(try UserInfo(parsing: me.body).id == user.id)
        }
    }

    @Test("a wrong password and an unknown user get the same answer")
    func wrongPassword() async throws {
        try await TestServer.with { server in
            _ = try await server.token("alice")
            for name in ["alice", "nobody"] {
                let answer = try await server.client.json(
                    "POST", "/auth/login", "{\"username\":\"\(name)\",\"password\":\"wrong horse\"}")
                #expect(answer.status == 401)
                #expect(answer.error == "Invalid credentials")
                #expect(answer["www-authenticate"] != nil)
            }
        }
    }

    @Test("names that differ in case only are one user")
    func caseOfNames() async throws {
        try await TestServer.with { server in
            _ = try await server.token("alice")
            let answer = try await server.client.json(
                "POST", "/auth/register", "{\"username\":\"Alice\",\"password\":\"correct horse\"}")
            #expect(answer.status == 409)
        }
    }

    @Test("guessing is slowed down, with the time to wait")
    func rateLimit() async throws {
        try await TestServer.with { server in
            let body = "{\"username\":\"victim\",\"password\":\"wrong horse\"}"
            for _ in 0..<10 { #expect(try await server.client.json("POST", "/auth/login", body).status == 401) }
            let refused = try await server.client.json("POST", "/auth/login", body)
            #expect(refused.status == 429)
            #expect(refused["retry-after"].flatMap { Int($0) } ?? 0 > 0)
        }
    }

    @Test("registration is closed unless the operator opens it")
    func closed() async throws {
        try await TestServer.with(settings: RegistrySettings()) { server in
            let answer = try await server.client.json(
                "POST", "/auth/register", "{\"username\":\"alice\",\"password\":\"correct horse\"}")
            #expect(answer.status == 403 && answer.code == "registration_closed")
        }
    }

    @Test("tokens are made, listed without secrets, and ended")
    func tokens() async throws {
        try await TestServer.with { server in
            let alice = try await server.token("alice")
            let made = try await server.client.json("POST", "/auth/tokens", token: alice, "{\"name\":\"ci\"}")
            #expect(made.status == 200)
            let token = try CreateTokenResponse(parsing: made.body)
            #expect(token.scopes == ["publish", "yank"] && token.expiresAt != nil)
            let list = try await server.client.json("GET", "/auth/tokens", token: alice)
            #expect(try [TokenInfo](parsing: list.body).map(\.name) == ["ci", "login"])
            #expect(!list.text.contains("hash") && !list.text.contains("vais_"))
            let path = "/auth/tokens/\(token.id)"
            let bob = try await server.token("bob")
            #expect(try await server.client.json("DELETE", path, token: bob).status == 404)
            #expect(try await server.client.json("DELETE", path, token: alice).status == 204)
            #expect(try await server.client.json("DELETE", path, token: alice).status == 404)
            #expect(try await server.client.json("DELETE", "/auth/tokens/7", token: alice).status == 400)
            #expect(try await server.client.json("GET", "/auth/me", token: token.token).status == 401)
        }
    }

    @Test(
        "a token makes none that is stronger than itself",
        arguments: [
            (["read"], ["read"], 200), (["read"], ["publish"], 403), (["publish"], ["publish", "yank"], 403),
            (["publish"], [], 403), (["publish", "yank"], [], 200), (["publish", "yank"], ["admin"], 403),
            (["publish"], ["nonsense"], 400),
        ] as [([String], [String], Int)])
    func strength(_ own: [String], _ wanted: [String], _ status: Int) async throws {
        try await TestServer.with { server in
            let alice = try await server.token("alice")
            let weaker = try await server.client.json(
                "POST", "/auth/tokens", token: alice,
                text(CreateTokenRequest(name: "own", scopes: own)))
            let token = try CreateTokenResponse(parsing: weaker.body).token
            let answer = try await server.client.json(
                "POST", "/auth/tokens", token: token, text(CreateTokenRequest(name: "new", scopes: wanted)))
            #expect(answer.status == status, "\(answer.text)")
        }
    }

    @Test(
        "a token may do what its scopes say, whoever's it is", arguments: [false, true],
        [(["publish"], 200, 403), (["yank"], 403, 200), (["read"], 403, 403), (["publish", "yank"], 200, 200)]
            as [([String], Int, Int)])
    func scopes(_ isAdmin: Bool, _ row: ([String], Int, Int)) async throws {
        try await TestServer.with { server in
            let owner = try await server.token("alice", isAdmin: isAdmin)
            try await server.publish(TestPackage.archive("pad"), "pad", token: owner)
            let made = try await server.client.json(
                "POST", "/auth/tokens", token: owner, text(CreateTokenRequest(name: "t", scopes: row.0)))
            let token = try CreateTokenResponse(parsing: made.body).token
            let published = try await server.publish(TestPackage.archive("pad", "2.0.0"), "pad", "2.0.0", token: token)
            #expect(published.status == row.1)
            if row.1 == 403 { #expect(published.error == "Forbidden: Missing required scope: publish") }
            #expect(try await server.client.json("POST", "/packages/pad/1.0.0/yank", token: token).status == row.2)
        }
    }

    @Test("the largest number of days and a version that is not ASCII crash nothing")
    func extremes() async throws {
        try await TestServer.with { server in
            let alice = try await server.token("alice")
            let made = try await server.client.json(
                "POST", "/auth/tokens", token: alice, "{\"name\":\"t\",\"expires_in_days\":4294967295}")
            #expect(made.status == 200)
            let tooLarge = try await server.client.json(
                "POST", "/auth/tokens", token: alice, "{\"name\":\"t\",\"expires_in_days\":4294967296}")
            #expect(tooLarge.status == 400)
            #expect(try await server.client.get("/packages/pad/%EF%BC%91.0.0").status == 404)
            let form = Form().field("metadata", "{\"name\":\"pad\",\"version\":\"１.0.0\"}").field(
                "archive", TestPackage.archive("pad"))
            let answer = try await server.publish(form, token: alice)
            #expect(answer.status == 400 && answer.code == "invalid_version")
            #expect(try await server.client.get("/health").status == 200)
        }
    }

    @Test(
        "what is no token is refused without a look into the store",
        arguments: ["Bearer x", "Bearer " + String(repeating: "a", count: 7000), "Basic YTpi", "Bearer", "vais_0"])
    func noTokens(_ value: String) async throws {
        try await TestServer.with { server in
            let reads = server.registry.store.reads
            let answer = try await server.client.get("/auth/me", ["Authorization": value])
            #expect(server.registry.store.reads == reads)
            #expect(answer.status == 401)
            #expect(answer["www-authenticate"]?.hasPrefix("Bearer") == true)
        }
    }

    private func text(_ shape: some JSONShape) -> String { String(decoding: shape.encoded(), as: UTF8.self) }
}
