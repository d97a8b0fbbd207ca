import RegistryTesting
import Testing
import VaisModel
import VaisProtocol

@Suite("The compatible routes") struct CompatibleRoutesTests {
    /// A server with the accounts alice and bob, and left-pad 1.3.0 by alice.
    private func withPackage(
        _ body: (TestServer, _ alice: String, _ bob: String) async throws -> Void
    ) async throws {
        try await TestServer.with { server in
            let alice = try await server.token("alice")
            let bob = try await server.token("bob")
            let archive = TestPackage.archive(
                "left-pad", "1.3.0",
                package: """
                    description = "pads on the left"
                    license = "MIT"
                    keywords = ["text"]
                    categories = ["strings"]
                    homepage = "https://example.org/pad"
                    """, rest: "[dependencies]\nansi = \"^1.2\"")
            let answer = try await server.publish(archive, "left-pad", "1.3.0", token: alice)
            #expect(answer.status == 200, "\(answer.text)")
            try await body(server, alice, bob)
        }
    }

    @Test("health answers with and without the prefix", arguments: ["/health", "/api/v1/health"])
    func health(_ path: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.client.get(path)
            #expect(answer.status == 200)
            let health = try Health(parsing: answer.body)
            #expect(health.status == "ok")
            // The memory store's; of one that is durable, nothing is said.
            #expect(health.durability == "none")
        }
    }

    @Test("the full index is an array in the order of names, with a tag and compressed when asked for")
    func fullIndex() async throws {
        try await withPackage { server, alice, _ in
            try await server.publish(TestPackage.archive("abc"), "abc", token: alice)
            let answer = try await server.client.get("/index.json")
            let entries = try [IndexEntry](parsing: answer.body)
            #expect(entries.map(\.name.text) == ["abc", "left-pad"])
            #expect(entries[1].authors == ["alice"])
            #expect(entries[1].versions[0].dependencies.map(\.name.text) == ["ansi"])
            #expect(answer.text.contains("\"dependencies\":{\"ansi\":{\"req\":\"^1.2\"}}"))
            #expect(!answer.text.contains("yanked"))
            let again = try await server.client.get("/api/v1/index.json", ["If-None-Match": answer["etag"] ?? ""])
            #expect(again.status == 304)
            let packed = try await server.client.get("/index.json", ["Accept-Encoding": "gzip"])
            #expect(packed["content-encoding"] == "gzip")
            #expect(packed["etag"] != answer["etag"])
            #expect(packed.body.starts(with: [0x1F, 0x8B]))
        }
    }

    @Test("one package's entry, its details and a release's details")
    func packageShapes() async throws {
        try await withPackage { server, _, _ in
            let entry = try await server.client.get("/packages/left-pad/index.json")
            #expect(try IndexEntry(parsing: entry.body).versions.map(\.version.description) == ["1.3.0"])
            let info = try PackageInfo(parsing: try await server.client.get("/api/v1/packages/left-pad").body)
            #expect(info.owners == ["alice"])
            #expect(info.license == "MIT")
            #expect(info.repository == nil)
            #expect(info.categories == ["strings"])
            #expect(info.versions[0].dependencies[0].requirement.description == "^1.2")
            let release = try await server.client.get(
                "/api/v1/packages/left-pad/1.3.0", ["Accept": "application/json"])
            #expect(try ReleaseInfo(parsing: release.body).release.checksum == info.versions[0].checksum)
            let archive = try await server.client.get("/packages/left-pad/1.3.0")
            #expect(archive["content-type"] == "application/gzip")
        }
    }

    @Test(
        "what does not exist is 404 in the original's words",
        arguments: [
            ("/api/v1/packages/nothing", "Package not found: nothing"),
            ("/api/v1/packages/nothing/index.json", "Package not found: nothing"),
            ("/packages/nothing/1.0.0", "Package not found: nothing"),
            ("/packages/nothing/1.0", "Package not found: nothing"),
            ("/packages/left-pad/9.9.9", "Version not found: left-pad@9.9.9"),
            ("/packages/left-pad/9.9.tar.gz", "Version not found: left-pad@9.9.tar.gz"),
            ("/api/v1/users/nobody", "User not found: nobody"),
            ("/nowhere", "Not found: /nowhere"), ("/packages/left-pad/", "Not found: /packages/left-pad/"),
        ])
    func notFound(_ path: String, _ text: String) async throws {
        try await withPackage { server, _, _ in
            let answer = try await server.client.get(path)
            #expect(answer.status == 404)
            #expect(answer.error == text)
            #expect(answer["content-type"] == "application/problem+json")
            #expect(try answer.json()["status"] == .integer(404))
            #expect(try answer.json()["request_id"] == .string(answer["x-request-id"] ?? ""))
        }
    }

    @Test("yanking is for owners and administrators, idempotent, and hides nothing from who has locked it")
    func yank() async throws {
        try await withPackage { server, alice, bob in
            let admin = try await server.token("root", isAdmin: true)
            let path = "/api/v1/packages/left-pad/1.3.0"
            let foreign = try await server.client.json("POST", path + "/yank", token: bob)
            #expect(foreign.status == 403)
            for token in [alice, alice, admin] {
                let answer = try await server.client.json("POST", path + "/yank", token: token)
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
            }
            #expect(try await server.client.get(path + ".tar.gz").status == 200)
            let entry = try await server.client.get("/packages/left-pad/index.json")
            #expect(entry.text.contains("\"yanked\":true"))
            #expect(try await server.client.get("/search?q=left-pad").text.contains("\"total\":0"))
            #expect(try await server.client.json("POST", path + "/unyank", token: admin).status == 200)
            #expect(try await server.client.get("/search?q=left-pad").text.contains("\"total\":1"))
            let missing = try await server.client.json("POST", "/packages/left-pad/7.0.0/yank", token: alice)
            #expect(missing.error == "Version not found: left-pad@7.0.0")
            #expect(try await server.client.json("POST", path + "/yank").status == 401)
        }
    }

    @Test("a yank may say why, and the index tells")
    func yankReason() async throws {
        try await withPackage { server, alice, _ in
            let answer = try await server.client.json(
                "POST", "/api/v1/packages/left-pad/1.3.0/yank", token: alice,
                "{\"reason\":\"security\",\"message\":\"reads too much\"}")
            #expect(answer.status == 200)
            let index = try await server.client.get("/index/le/ft/left-pad")
            let document = try IndexDocument(parsing: index.body, of: try PackageName(parsing: "left-pad"))
            #expect(document.releases[0].yank == Yank(reason: "security", message: "reads too much"))
        }
    }

    @Test("search, categories and the lists have their shapes")
    func search() async throws {
        try await withPackage { server, _, _ in
            let found = try SearchResult(parsing: try await server.client.get("/search?q=pads&sort=unknown").body)
            #expect(found.packages.map(\.name.text) == ["left-pad"])
            #expect(found.packages[0].latestVersion?.description == "1.3.0")
            #expect(found.categories == [CategoryCount(name: "strings", count: 1)])
            let all = try SearchResult(parsing: try await server.client.get("/search?q=").body)
            #expect(all.total == 1)
            let categories = try [CategoryCount](parsing: try await server.client.get("/categories").body)
            #expect(categories == [CategoryCount(name: "strings", count: 1)])
            let strings = try SearchResult(parsing: try await server.client.get("/categories/strings").body)
            #expect(strings.total == 1 && strings.categories != nil)
            let unknown = try await server.client.get("/categories/unknown")
            #expect(unknown.status == 200)
            #expect(try SearchResult(parsing: unknown.body).total == 0)
            for path in ["/popular", "/recent"] {
                let list = try SearchResult(parsing: try await server.client.get(path).body)
                #expect(list.total == 1 && list.categories == nil)
            }
            #expect(try await server.client.get("/search").status == 400)
        }
    }

    @Test("owners come and go, and the last one stays")
    func owners() async throws {
        try await withPackage { server, alice, bob in
            let path = "/api/v1/packages/left-pad/owners"
            let foreign = try await server.client.json("POST", path, token: bob, "{\"username\":\"bob\"}")
            #expect(foreign.status == 403)
            let added = try await server.client.json("POST", path, token: alice, "{\"username\":\"bob\"}")
            #expect(added.status == 201 && added.body.isEmpty)
            #expect(try await server.client.json("POST", path, token: alice, "{\"username\":\"bob\"}").status == 400)
            #expect(try await server.client.json("POST", path, token: alice, "{\"username\":\"eve\"}").status == 404)
            #expect(try await server.client.json("DELETE", path + "/alice", token: bob).status == 204)
            let last = try await server.client.json("DELETE", path + "/bob", token: bob)
            #expect(last.status == 400 && last.code == "last_owner")
            let stranger = try await server.client.json("DELETE", path + "/alice", token: bob)
            #expect(stranger.status == 400 && stranger.code == "not_an_owner")
            #expect(try await server.client.json("DELETE", path + "/bob", token: alice).status == 403)
        }
    }

    @Test("a user's page tells the packages and keeps the address")
    func profile() async throws {
        try await withPackage { server, _, _ in
            let answer = try await server.client.get("/api/v1/users/alice")
            #expect(answer.text.contains("\"email\":null"))
            #expect(try UserProfile(parsing: answer.body).packages.map(\.name.text) == ["left-pad"])
        }
    }

    @Test("a package named like a route can be read")
    func routeNames() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            for name in ["publish", "search", "index", "owners"] {
                let answer = try await server.publish(TestPackage.archive(name), name, token: token)
                #expect(answer.status == 200, "\(answer.text)")
                let info = try await server.client.get("/api/v1/packages/\(name)")
                #expect(try PackageInfo(parsing: info.body).name.text == name)
                #expect(try await server.client.get("/packages/\(name)/1.0.0.tar.gz").status == 200)
            }
        }
    }
}
