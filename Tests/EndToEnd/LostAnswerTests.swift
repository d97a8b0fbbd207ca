import Glibc
import Testing

@Suite("A publish whose answer is lost on the way") struct LostAnswerTests {
    private static let upload = "POST /api/v1/packages/publish"
    private static let readBack = "GET /api/v1/packages/json/1.0.0"

    @Test(
        "is a success when the registry turns out to have the same bytes",
        arguments: ["closed", "500", "502", "503", "504", "garbled"])
    func arrived(_ fault: String) throws {
        let workshop = try Workshop { request in
            guard request.method == "POST" else { return .pass }
            if fault == "garbled" { return .garbleAnswer }
            return Int(fault).map { .replaceAnswer($0) } ?? .dropAnswer
        }
        defer { workshop.proxy.stop() }
        let outcome = try workshop.publish(["--json"])
        #expect(outcome.isSuccess, "\(outcome.errors)")
        #expect(outcome.errors.contains("the answer was lost"), "\(outcome.errors)")
        #expect(outcome.output.contains("\"outcome\":\"published_unanswered\""), "\(outcome.output)")
        #expect(workshop.proxy.requests == [Self.upload, Self.readBack])
        #expect(try RegistryViews(workshop.registry.http, "json").releases().keys.sorted() == ["1.0.0"])
    }

    @Test("fails and tells so when the registry does not have it", arguments: ["closed", "502"])
    func didNotArrive(_ fault: String) throws {
        let workshop = try Workshop { request in
            guard request.method == "POST" else { return .pass }
            return Int(fault).map { .refuse($0) } ?? .dropRequest
        }
        defer { workshop.proxy.stop() }
        let outcome = try workshop.publish()
        #expect(outcome.end == .exit(3), "\(outcome.errors)")
        #expect(outcome.errors.contains("caused by: the registry does not have the release"), "\(outcome.errors)")
        #expect(outcome.errors.contains("\nhint: "), "\(outcome.errors)")
        #expect(try RegistryViews(workshop.registry.http, "json").releases().isEmpty)
    }

    @Test("names both checksums when the registry has other bytes")
    func otherBytes() throws {
        let other = SamplePackage("json", "1.0.0", contents: Array("somebody else's".utf8))
        let workshop = try Workshop { request in request.method == "POST" ? .dropRequest : .pass }
        defer { workshop.proxy.stop() }
        #expect(try workshop.registry.http.publish(other, token: workshop.token).status == 200)
        let outcome = try workshop.publish()
        #expect(outcome.end == .exit(1), "\(outcome.errors)")
        #expect(outcome.errors.contains("caused by: sent sha256 "), "\(outcome.errors)")
        #expect(outcome.errors.contains("caused by: the registry has \(other.checksum)"), "\(outcome.errors)")
    }

    @Test("is not called a failure of the package when nobody can be asked")
    func unknown() throws {
        let workshop = try Workshop { request in request.method == "POST" ? .dropAnswer : .refuse(500) }
        defer { workshop.proxy.stop() }
        let outcome = try workshop.publish()
        #expect(outcome.end == .exit(3), "\(outcome.errors)")
        #expect(outcome.errors.contains("whether it arrived could not be learned"), "\(outcome.errors)")
        #expect(outcome.errors.contains("hint: publish again; that is safe"), "\(outcome.errors)")
        // Which is true.
        let again = try workshop.user.run(["publish", "--registry", workshop.registry.url], in: "app")
        #expect(again.isSuccess && again.errors.contains("was there already"), "\(again.errors)")
    }

    @Test("succeeds with a warning when only the check afterwards fails", arguments: [404, 500])
    func unchecked(_ status: Int) throws {
        let workshop = try Workshop { request in request.method == "POST" ? .pass : .refuse(status) }
        defer { workshop.proxy.stop() }
        let outcome = try workshop.publish()
        #expect(outcome.isSuccess, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("warning: published; could not be checked because the "), "\(outcome.errors)")
        #expect(try RegistryViews(workshop.registry.http, "json").releases().keys.sorted() == ["1.0.0"])
    }
}

/// A registry behind a proxy, and a user with a package and a token.
private final class Workshop {
    let registry: RegistryProcess
    let proxy: FaultyProxy
    let user: User
    let token: String

    init(_ decide: @escaping @Sendable (FaultyProxy.Request) -> FaultyProxy.Deed) throws {
        var user = try User(try ScratchFolder())
        registry = try RegistryProcess(user)
        proxy = try FaultyProxy(registry.http, decide)
        token = try registry.adminToken()
        for url in [registry.url, proxy.url] {
            try user.succeed(["login", "--token-stdin", "--registry", url], input: token + "\n")
        }
        user.environment["VAIS_REGISTRY_URL"] = proxy.url
        self.user = user
        try user.scratch.write("app/vais.toml", "[package]\nname = \"json\"\nversion = \"1.0.0\"\n")
    }

    func publish(_ options: [String] = []) throws -> User.Outcome { try user.run(["publish"] + options, in: "app") }
}
