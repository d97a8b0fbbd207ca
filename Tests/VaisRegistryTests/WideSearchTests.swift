import RegistryTesting
import Testing
import VaisModel
import VaisProtocol

@testable import VaisRegistry

@Suite("A search with many matches") struct WideSearchTests {
    private func query(_ order: SearchQuery.Order, _ change: (inout SearchQuery) -> Void = { _ in }) -> SearchQuery {
        var query = SearchQuery()
        query.text = "filler"
        query.order = order
        query.limit = 3
        change(&query)
        return query
    }

    @Test("the total is that of all, and so is the order", arguments: StoreUnderTest.allCases)
    func complete(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            try await registry.fill(1030)
            // The last by name: a rank among the first thousand does not see it.
            registry.registry.countDownload(of: ReleaseID(name: try name("p1029"), version: try version("1.0.0")))
            await registry.registry.flushDownloads()
            for labelled in [false, true] {
                let found = try await registry.registry.search(
                    query(.downloads) { if labelled { ($0.text, $0.keyword) = ("", "stuff") } })
                #expect(found.total == 1030 && found.packages.map(\.name.text) == ["p1029", "p0000", "p0001"])
                #expect(found.sort == nil && !found.partial)
            }
            let last = try await registry.registry.search(query(.name) { $0.offset = 1028 })
            #expect(last.packages.map(\.name.text) == ["p1028", "p1029"] && last.total == 1030)
        }
    }

    @Test("what is not sorted says so, and its total is still true", arguments: StoreUnderTest.allCases)
    func tooWide(_ store: StoreUnderTest) async throws {
        var settings = TestRegistry.openSettings
        settings.sortedMatches = 10
        try await TestRegistry.with(store, settings: settings) { registry in
            try await registry.fill(25)
            let found = try await registry.registry.search(query(.downloads))
            #expect(found.total == 25 && found.sort == "relevance" && !found.partial && found.packages.count == 3)
            let ranked = try await registry.registry.search(query(.relevance))
            #expect(ranked.total == 25 && ranked.sort == nil)
            let labelled = try await registry.registry.search(
                query(.newest) { ($0.text, $0.keyword) = ("", "stuff") })
            #expect(labelled.total == 25 && labelled.sort == "name")
            let both = try await registry.registry.search(query(.downloads) { $0.keyword = "stuff" })
            #expect(both.partial && both.total == 10 && both.sort == "relevance")
            #expect(
                await code { _ = try await registry.registry.search(query(.relevance) { $0.offset = 12 }) }
                    == "invalid_parameter")
            #expect(try await registry.registry.search(query(.relevance) { $0.offset = 25 }).packages.isEmpty)
        }
    }
}
