import RegistryTesting
import Testing
import VaisModel
import VaisProtocol
import VaisRegistry

@Suite("The registry's publishing") struct PublishingTests {
    @Test("the first publish takes the name, a later one needs an owner", arguments: StoreUnderTest.allCases)
    func ownership(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let bob = try await registry.login("bob")
            try await registry.publish(TestPackage.archive("pad"), by: alice)
            #expect(
                await code { try await registry.publish(TestPackage.archive("pad", "2.0.0"), by: bob) } == "not_owner")
            #expect(try await registry.registry.owners(of: name("pad")) == ["alice"])
            let root = try await registry.login("root", isAdmin: true)
            try await registry.publish(TestPackage.archive("pad", "2.0.0"), by: root)
            #expect(
                try await registry.registry.info(name("pad")).versions.map(\.version.description) == ["2.0.0", "1.0.0"])
        }
    }

    @Test("a name that differs only by `-` and `_` is taken", arguments: StoreUnderTest.allCases)
    func lookAlike(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            try await registry.publish(TestPackage.archive("two-words"), by: alice)
            #expect(
                await code { try await registry.publish(TestPackage.archive("two_words"), by: alice) } == "name_taken")
            do {
                _ = try await registry.registry.info(name("two_words"))
                Issue.record("the other spelling was found")
            } catch let problem as Problem {
                #expect(problem.hint?.contains("two-words") == true)
            }
        }
    }

    @Test("versions that differ only in build metadata are one release", arguments: StoreUnderTest.allCases)
    func buildMetadata(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let first = try await registry.publish(TestPackage.archive("pad", "1.0.0+a"), by: alice)
            do {
                try await registry.publish(TestPackage.archive("pad", "1.0.0+b"), by: alice)
                Issue.record("it was published twice")
            } catch let problem as Problem {
                #expect(problem.code == "version_exists")
                #expect(problem["checksum"] == .string(first.checksum.hex))
            }
        }
    }

    @Test("a refused publish changes nothing and takes no name", arguments: StoreUnderTest.allCases)
    func refusal(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            try await registry.publish(TestPackage.archive("pad", package: "description = \"old\""), by: alice)
            let bob = try await registry.login("bob")
            let serial = registry.registry.serial
            let changed = TestPackage.archive("pad", package: "description = \"new\"")
            #expect(await code { try await registry.publish(changed, by: alice) } == "version_exists")
            #expect(await code { try await registry.publish(changed, by: bob) } == "not_owner")
            let wrong = PublishMetadata(name: "other", version: "1.0.0")
            #expect(
                await code { try await registry.publish(TestPackage.archive("fresh"), by: bob, metadata: wrong) }
                    == "manifest_mismatch")
            #expect(try await registry.registry.info(name("pad")).description == "old")
            #expect(await code { _ = try await registry.registry.info(name("fresh")) } == "package_not_found")
            #expect(registry.registry.serial == serial)
        }
    }

    @Test("what a package says of itself is what its highest release says", arguments: StoreUnderTest.allCases)
    func description(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            for (version, text) in [("2.0.0", "two"), ("1.9.0", "one"), ("3.0.0-rc.1", "preview"), ("2.1.0", "best")] {
                try await registry.publish(
                    TestPackage.archive(
                        "pad", version, package: "description = \"\(text)\"\nkeywords = [\"\(text)\"]"),
                    by: alice)
            }
            let info = try await registry.registry.info(name("pad"))
            #expect(info.description == "best" && info.keywords == ["best"])
            var query = SearchQuery()
            query.keyword = "two"
            #expect(try await registry.registry.search(query).total == 0)
            query.keyword = "best"
            #expect(try await registry.registry.search(query).packages.first?.latestVersion?.description == "2.1.0")
        }
    }

    @Test("dependencies are the manifest's, of every kind", arguments: StoreUnderTest.allCases)
    func dependencies(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            try await registry.publish(
                TestPackage.archive(
                    "pad",
                    rest: """
                        [dependencies]
                        ansi = { version = "^1.2", features = ["color"], optional = true }
                        [dev-dependencies]
                        check = "*"
                        """),
                by: alice)
            let release = try await registry.registry.info(name("pad"), version("1.0.0")).release
            #expect(release.dependencies.map(\.name.text).sorted() == ["ansi", "check"])
            let entry = try await registry.registry.indexEntry(name("pad"))
            #expect(entry.versions[0].dependencies.map(\.name.text) == ["ansi"])
            #expect(entry.versions[0].dependencies[0].features == ["color"])
            let index = try IndexDocument(parsing: try await registry.registry.index(of: name("pad")), of: name("pad"))
            #expect(index.releases[0].dependencies.count == 2)
        }
    }

    @Test("a token without the scope begins nothing", arguments: StoreUnderTest.allCases)
    func scope(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let root = try await registry.login("root", isAdmin: true)
            let made = try await registry.registry.createToken(
                CreateTokenRequest(name: "reader", scopes: ["read"]), by: root)
            let reader = try await registry.registry.authenticate(made.token)
            #expect(
                await code { try await registry.publish(TestPackage.archive("pad"), by: reader) } == "missing_scope")
            let objects = try await registry.objects()
            #expect(objects.isEmpty)
        }
    }
}
