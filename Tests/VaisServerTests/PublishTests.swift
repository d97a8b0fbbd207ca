import RegistryTesting
import Testing
import VaisModel
import VaisProtocol

@Suite("Publishing over HTTP") struct PublishTests {
    @Test("what was uploaded is what is downloaded and what the index says", arguments: StoreUnderTest.allCases)
    func roundTrip(_ store: StoreUnderTest) async throws {
        try await TestServer.with(store) { server in
            let token = try await server.token("alice")
            let archive = TestPackage.archive("left-pad", "1.3.0")
            let answer = try await server.publish(archive, "left-pad", "1.3.0", token: token)
            #expect(answer.status == 200, "\(answer.text)")
            let published = try PublishResponse(parsing: answer.body)
            #expect(published.name.text == "left-pad")
            let download = try await server.client.get("/api/v1/packages/left-pad/1.3.0.tar.gz")
            #expect(download.status == 200)
            #expect(download.body == archive)
            #expect(download["content-type"] == "application/gzip")
            #expect(download["content-disposition"] == "attachment; filename=\"left-pad-1.3.0.tar.gz\"")
            let index = try await server.client.get("/api/v1/index/le/ft/left-pad")
            let document = try IndexDocument(parsing: index.body, of: try PackageName(parsing: "left-pad"))
            #expect(document.releases.map(\.checksum) == [published.checksum])
        }
    }
}
