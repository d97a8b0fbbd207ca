import Testing
import VaisProtocol

@Suite("Fifty publishes of one version at once") struct ParallelPublishTests {
    @Test("leave exactly one winner, and the stored bytes are the winner's")
    func oneWins() throws {
        let scratch = try ScratchFolder()
        let registry = try RegistryProcess(try User(scratch))
        let token = try registry.adminToken()
        let packages = (0..<50).map { SamplePackage("contested", "1.0.0", contents: Array("candidate \($0)".utf8)) }
        let http = registry.http
        let answers = inParallel(packages.count) { index in try? http.publish(packages[index], token: token) }
        let winners = answers.indices.filter { answers[$0]?.status == 200 }
        try #require(winners.count == 1, "\(answers.map { $0.map(\.description) ?? "none" })")
        let winner = packages[winners[0]]
        for (index, answer) in answers.enumerated() where index != winners[0] {
            let answer = try #require(answer, "publish \(index) was not answered")
            #expect(answer.status == 409)
            #expect(try answer.json().object().string("checksum") == winner.checksum, "\(answer)")
        }
        #expect(try answers[winners[0]]?.json().object().string("checksum") == winner.checksum)
        let stored = try http.get("/api/v1/packages/contested/1.0.0.tar.gz")
        #expect(stored.status == 200)
        #expect(SHA256.hex(stored.body) == winner.checksum)
        #expect(stored.body == winner.archive)
        #expect(try registry.stop() == .exit(0))
    }
}
