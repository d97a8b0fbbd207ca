import RegistryTesting
import Testing
import VaisModel
import VaisProtocol

@testable import VaisRegistry

@Suite("The registry's lists") struct ListTests {
    private func query(_ order: SearchQuery.Order, limit: Int = 5, offset: Int = 0, after: String? = nil) -> SearchQuery
    {
        var query = SearchQuery()
        (query.order, query.limit, query.offset, query.after) = (order, limit, offset, after)
        return query
    }

    @Test("a page costs what it shows, however many packages there are", arguments: StoreUnderTest.allCases)
    func bounded(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            try await registry.fill(40)
            for order in [SearchQuery.Order.downloads, .newest, .name, .relevance] {
                let before = (registry.store.reads, registry.store.rows)
                let page = try await registry.registry.search(query(order))
                #expect(page.total == 40 && page.packages.count == 5)
                // The total, the page, and its packages.
                #expect(registry.store.reads - before.0 == 3)
                #expect(registry.store.rows - before.1 == 11)
            }
        }
    }

    @Test("categories cost what they show, however many there have been", arguments: StoreUnderTest.allCases)
    func categoriesAreBounded(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            for number in 0..<12 {
                try await registry.publish(
                    TestPackage.archive("pad", "1.\(number).0", package: "categories = [\"c\(number)\"]"), by: alice)
            }
            let before = registry.store.rows
            #expect(try await registry.registry.categories() == [CategoryCount(name: "c11", count: 1)])
            #expect(registry.store.rows - before == 1)
        }
    }

    @Test("lists are in order, ties by name, and pages go on where one ended", arguments: StoreUnderTest.allCases)
    func order(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            try await registry.fill(9)
            for (package, count) in [("p0003", 5), ("p0007", 9), ("p0001", 5)] {
                for _ in 0..<count {
                    registry.registry.countDownload(
                        of: ReleaseID(name: try name(package), version: try version("1.0.0")))
                }
            }
            await registry.registry.flushDownloads()
            let popular = ["p0007", "p0001", "p0003", "p0000", "p0002", "p0004", "p0005", "p0006", "p0008"]
            var found: [String] = []
            var next: String?
            repeat {
                let page = try await registry.registry.search(query(.downloads, limit: 4, after: next))
                found += page.packages.map(\.name.text)
                next = page.next
            } while next != nil
            #expect(found == popular)
            for offset in [0, 1, 5, 8, 9, 50] {
                let page = try await registry.registry.search(query(.downloads, limit: 4, offset: offset))
                #expect(page.packages.map(\.name.text) == Array(popular.dropFirst(offset).prefix(4)) && page.total == 9)
            }
            let owner = try await registry.registry.admin()
            try await registry.registry.setYanked(true, try name("p0003"), try version("1.0.0"), by: owner)
            try await registry.registry.setYanked(false, try name("p0003"), try version("1.0.0"), by: owner)
            let recent = try await registry.registry.search(query(.newest, limit: 1))
            #expect(recent.packages.map(\.name.text) == ["p0003"])
        }
    }

    @Test(
        "what is yanked is neither listed nor counted, and comes back in its place", arguments: StoreUnderTest.allCases)
    func yanked(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            try await registry.fill(3)
            let owner = try await registry.registry.admin()
            let release = ReleaseID(name: try name("p0001"), version: try version("1.0.0"))
            try await registry.registry.setYanked(true, release.name, release.version, by: owner)
            registry.registry.countDownload(of: release)
            await registry.registry.flushDownloads()
            let hidden = try await registry.registry.search(query(.downloads))
            #expect(hidden.total == 2 && hidden.packages.map(\.name.text) == ["p0000", "p0002"])
            try await registry.registry.setYanked(false, release.name, release.version, by: owner)
            let shown = try await registry.registry.search(query(.downloads))
            #expect(shown.total == 3 && shown.packages.map(\.name.text) == ["p0001", "p0000", "p0002"])
        }
    }

    @Test("a place in a list that is none begins at the start", arguments: ["", "x.y.z", "1", "9.UPPER", "a.b"])
    func badPlace(_ text: String) async throws {
        try await TestRegistry.with(.memory) { registry in
            try await registry.fill(2)
            #expect(try await registry.registry.search(query(.downloads, after: text)).packages.count == 2)
        }
    }
}
