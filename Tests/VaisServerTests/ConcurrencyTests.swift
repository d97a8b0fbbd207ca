import RegistryTesting
import Testing
import VaisModel
import VaisProtocol
import VaisRegistry

@Suite("Many at once") struct ConcurrencyTests {
    @Test(
        "of 50 publishes of one version one wins, and its bytes are what is served", arguments: StoreUnderTest.allCases)
    func oneVersion(_ store: StoreUnderTest) async throws {
        try await TestServer.with(store, connections: 50) { server in
            let token = try await server.token("alice")
            let archives = (0..<50).map { TestPackage.archive("pad", mark: "\($0)") }
            let answers = try await parallel(50) { number in
                try await server.publish(archives[number], "pad", token: token)
            }
            #expect(answers.filter { $0.status == 200 }.count == 1)
            #expect(answers.filter { $0.status == 409 }.count == 49)
            let winner = try #require(answers.firstIndex { $0.status == 200 })
            let checksum = try PublishResponse(parsing: answers[winner].body).checksum
            #expect(try await server.client.get("/packages/pad/1.0.0.tar.gz").body == archives[winner])
            for answer in answers where answer.status == 409 {
                #expect(try answer.json()["checksum"] == .string(checksum.hex))
            }
            let index = try await server.client.get("/index/3/p/pad")
            let document = try IndexDocument(parsing: index.body, of: try PackageName(parsing: "pad"))
            #expect(document.releases.map(\.checksum) == [checksum])
        }
    }

    @Test(
        "publishes of different packages all succeed and are numbered without gaps", arguments: StoreUnderTest.allCases)
    func differentNames(_ store: StoreUnderTest) async throws {
        try await TestServer.with(store, connections: 24) { server in
            let token = try await server.token("alice")
            let before = server.registry.registry.serial
            let answers = try await parallel(24) { number in
                try await server.publish(TestPackage.archive("p\(number)"), "p\(number)", token: token)
            }
            #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.status))")
            #expect(server.registry.registry.serial == before + 24)
            var serials: [UInt64] = []
            for number in 0..<24 {
                let name = try PackageName(parsing: "p\(number)")
                let index = try await server.client.get("/" + "index/" + IndexPath.path(of: name))
                serials += try IndexDocument(parsing: index.body, of: name).releases.map(\.serial)
            }
            #expect(serials.sorted() == Array((before + 1)...(before + 24)))
            let feed = try Changes(parsing: try await server.client.get("/changes?since=\(before)").body)
            #expect(feed.names.count == 24 && feed.serial == before + 24 && !feed.more)
        }
    }

    @Test("two owners who remove each other leave one", arguments: StoreUnderTest.allCases)
    func lastOwner(_ store: StoreUnderTest) async throws {
        try await TestServer.with(store) { server in
            let tokens = [try await server.token("alice"), try await server.token("bob")]
            for round in 0..<10 {
                let name = "pad\(round)"
                try await server.publish(TestPackage.archive(name), name, token: tokens[0])
                let path = "/packages/\(name)/owners"
                #expect(
                    try await server.client.json("POST", path, token: tokens[0], "{\"username\":\"bob\"}").status == 201
                )
                let statuses = try await parallel(2) { number in
                    try await server.client.json(
                        "DELETE", path + (number == 0 ? "/bob" : "/alice"), token: tokens[number]
                    ).status
                }
                #expect(statuses.filter { $0 == 204 }.count == 1, "\(statuses)")
                let info = try PackageInfo(parsing: try await server.client.get("/api/v1/packages/\(name)").body)
                #expect(info.owners.count == 1)
            }
        }
    }

    @Test("readers never see an index older than an acknowledged change")
    func freshness() async throws {
        try await TestServer.with(connections: 8) { server in
            let token = try await server.token("alice")
            let name = try PackageName(parsing: "pad")
            try await server.publish(TestPackage.archive("pad", "0.0.0"), "pad", "0.0.0", token: token)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        // Keeps builds of the index under way while it changes.
                        while !Task.isCancelled { _ = try await server.client.get("/index/3/p/pad") }
                    }
                }
                for number in 1...30 {
                    try await server.publish(
                        TestPackage.archive("pad", "0.0.\(number)"), "pad", "0.0.\(number)", token: token)
                    let index = try await server.client.get("/index/3/p/pad")
                    let document = try IndexDocument(parsing: index.body, of: name)
                    #expect(document.releases.count == number + 1)
                }
                group.cancelAll()
            }
        }
    }
}

/// Runs `body` for 0, 1… at the same time and gives the results in that order.
func parallel<T: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> T) async throws -> [T] {
    try await withThrowingTaskGroup(of: (Int, T).self) { group in
        for number in 0..<count { group.addTask { (number, try await body(number)) } }
        var results: [Int: T] = [:]
        for try await (number, result) in group { results[number] = result }
        return (0..<count).compactMap { results[$0] }
    }
}
