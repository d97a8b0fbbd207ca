import RegistryTesting
import Testing
import VaisModel
import VaisProtocol
import VaisRegistry

@Suite("What a package says of itself") struct ShownMetadataTests {
    private func publish(_ registry: TestRegistry, _ version: String, _ word: String, by caller: Caller) async throws {
        try await registry.publish(
            TestPackage.archive(
                "pad", version,
                package: """
                    description = "the \(word) one"
                    license = "\(word)"
                    keywords = ["\(word)", "both"]
                    categories = ["\(word)"]
                    """), by: caller)
    }

    private func expect(_ word: String, _ registry: TestRegistry, _ comment: Comment) async throws {
        let info = try await registry.registry.info(name("pad"))
        #expect(info.description == "the \(word) one" && info.license == word, comment)
        #expect(info.keywords == [word, "both"] && info.categories == [word], comment)
        #expect(try await registry.registry.categories() == [CategoryCount(name: word, count: 1)], comment)
        for other in ["old", "new"] {
            let expected: UInt64 = other == word ? 1 : 0
            var query = SearchQuery()
            query.text = other
            #expect(try await registry.registry.search(query).total == expected, comment)
            (query.text, query.keyword) = ("", other)
            #expect(try await registry.registry.search(query).total == expected, comment)
        }
    }

    @Test("follows the newest release that is not yanked, in the same step", arguments: StoreUnderTest.allCases)
    func follows(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            try await publish(registry, "1.0.0", "old", by: alice)
            try await publish(registry, "2.0.0", "new", by: alice)
            try await expect("new", registry, "published")
            let writes = registry.store.writes
            try await registry.registry.setYanked(true, name("pad"), version("2.0.0"), by: alice)
            #expect(registry.store.writes == writes + 1)
            try await expect("old", registry, "the newest is yanked")
            try await registry.registry.setYanked(true, name("pad"), version("1.0.0"), by: alice)
            #expect(try await registry.registry.info(name("pad")).description == "the old one")
            try await registry.registry.setYanked(false, name("pad"), version("2.0.0"), by: alice)
            try await expect("new", registry, "only the newest is back")
            try await registry.registry.setYanked(false, name("pad"), version("1.0.0"), by: alice)
            try await expect("new", registry, "both are back")
        }
    }

    @Test("categories count no package whose releases are all yanked", arguments: StoreUnderTest.allCases)
    func categories(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            for package in ["a", "b"] {
                try await registry.publish(
                    TestPackage.archive(package, package: "categories = [\"text\"]"), by: alice)
            }
            #expect(try await registry.registry.categories() == [CategoryCount(name: "text", count: 2)])
            for package in ["a", "b"] {
                try await registry.registry.setYanked(true, name(package), version("1.0.0"), by: alice)
            }
            #expect(try await registry.registry.categories().isEmpty)
            try await registry.registry.setYanked(false, name("b"), version("1.0.0"), by: alice)
            #expect(try await registry.registry.categories() == [CategoryCount(name: "text", count: 1)])
        }
    }

    @Test("packages that use a new label at the same moment are all counted", arguments: StoreUnderTest.allCases)
    func sharedLabel(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        try await registry.publish(
                            TestPackage.archive("p\(number)", package: "categories = [\"text\"]"), by: alice)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await registry.registry.categories() == [CategoryCount(name: "text", count: 12)])
        }
    }

    @Test("publishing to a package reads as much with many releases as with one", arguments: StoreUnderTest.allCases)
    func publishingIsBounded(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            var rows: [Int] = []
            for number in 0..<12 {
                let before = registry.store.rows
                try await registry.publish(TestPackage.archive("pad", "1.\(number).0"), by: alice)
                rows.append(registry.store.rows - before)
            }
            #expect(rows[1] == rows[11])
        }
    }
}
