import RegistryTesting
import Testing
import VaisModel
import VaisProtocol
import VaisRegistry

@Suite("The registry's search") struct SearchTests {
    private func withPackages(_ store: StoreUnderTest, _ body: (TestRegistry) async throws -> Void) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            for (name, lines) in [
                ("pad", "description = \"fills up\""),
                ("left-pad", "description = \"fills on the left\"\ncategories = [\"text\"]"),
                ("zebra", "description = \"stripes and pad\"\nkeywords = [\"animal\"]\ncategories = [\"text\"]"),
            ] {
                try await registry.publish(TestPackage.archive(name, package: lines), by: alice)
            }
            try await body(registry)
        }
    }

    private func names(_ registry: TestRegistry, _ change: (inout SearchQuery) -> Void) async throws -> [String] {
        var query = SearchQuery()
        change(&query)
        return try await registry.registry.search(query).packages.map(\.name.text)
    }

    @Test("the exact name comes first, whatever the order", arguments: StoreUnderTest.allCases)
    func exact(_ store: StoreUnderTest) async throws {
        try await withPackages(store) { registry in
            for order in [SearchQuery.Order.relevance, .downloads, .newest] {
                let found = try await names(registry) {
                    $0.text = "pad"
                    $0.order = order
                }
                #expect(found.first == "pad")
                #expect(Set(found) == ["pad", "left-pad", "zebra"])
            }
        }
    }

    @Test("all words count, wildcards are none, and pages do not overlap", arguments: StoreUnderTest.allCases)
    func words(_ store: StoreUnderTest) async throws {
        try await withPackages(store) { registry in
            #expect(try await names(registry) { $0.text = "fills left" } == ["left-pad"])
            for text in ["%", "_", "p%d", "\"pad\" OR", "NOT pad"] {
                #expect(try await names(registry) { $0.text = text }.count <= 3)
            }
            #expect(try await names(registry) { $0.text = "%%" }.isEmpty)
            let pages = try await [0, 1, 2, 3].reduceAsync { offset in
                try await names(registry) {
                    $0.order = .name
                    $0.limit = 1
                    $0.offset = offset
                }
            }
            #expect(pages == ["left-pad", "pad", "zebra"])
        }
    }

    @Test("categories and keywords match whole, and are counted", arguments: StoreUnderTest.allCases)
    func labels(_ store: StoreUnderTest) async throws {
        try await withPackages(store) { registry in
            let counts = try await registry.registry.categories()
            #expect(counts == [CategoryCount(name: "text", count: 2)])
            let text = try await names(registry) { $0.category = "text" }
            #expect(Set(text) == ["left-pad", "zebra"])
            let part = try await names(registry) { $0.category = "tex" }
            #expect(part.isEmpty)
            let both = try await names(registry) {
                $0.keyword = "animal"
                $0.category = "text"
            }
            #expect(both == ["zebra"])
        }
    }

    @Test("a package whose releases are all yanked is not found", arguments: StoreUnderTest.allCases)
    func yanked(_ store: StoreUnderTest) async throws {
        try await withPackages(store) { registry in
            let alice = try await registry.registry.authenticate(
                try await registry.registry.login(LoginRequest(username: "alice", password: "correct horse")).token)
            try await registry.registry.setYanked(true, name("zebra"), version("1.0.0"), by: alice)
            #expect(try await names(registry) { $0.text = "zebra" }.isEmpty)
            #expect(try await names(registry) { _ in }.count == 2)
        }
    }
}

extension Sequence {
    fileprivate func reduceAsync<T>(_ transform: (Element) async throws -> [T]) async throws -> [T] {
        var result: [T] = []
        for element in self { result += try await transform(element) }
        return result
    }
}
