import ArchiveCorpus
import RegistryTesting
import Testing
import VaisModel
import VaisProtocol
import VaisRegistry

@Suite("Hostile archives over HTTP") struct HostileArchiveTests {
    @Test("every hostile archive is refused with its reason, and nothing is stored", arguments: StoreUnderTest.allCases)
    func refused(_ store: StoreUnderTest) async throws {
        try await TestServer.with(store) { server in
            let token = try await server.token("alice")
            let before = server.registry.registry.serial
            for hostile in HostileCase.refused {
                let answer = try await server.publish(
                    hostile.bytes, HostileCase.packageName, HostileCase.packageVersion, token: token)
                #expect((400..<500).contains(answer.status), "\(hostile): \(answer.status)")
                let json = try answer.json()
                #expect(
                    json["reason"] == hostile.expectedCode.map { .string($0) }
                        || json["code"] == .string("invalid_manifest") || json["code"] == .string("invalid_name"),
                    "\(hostile): expected \(hostile.expectedCode ?? ""), got \(answer.text)")
            }
            #expect(server.registry.registry.serial == before)
            #expect(try await server.registry.objects().isEmpty)
            #expect(try await server.client.get("/packages/\(HostileCase.packageName)/index.json").status == 404)
        }
    }

    @Test("archives that only look odd are accepted", arguments: HostileCase.accepted)
    func accepted(_ odd: HostileCase) async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let answer = try await server.publish(
                odd.bytes, HostileCase.packageName, HostileCase.packageVersion, token: token)
            #expect(answer.status == 200, "\(odd): \(answer.text)")
        }
    }

    @Test("the same contents with other times are another archive of the same release: 409")
    func repacked() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let first = TestPackage.archive("pad")
            let published = try PublishResponse(parsing: try await server.publish(first, "pad", token: token).body)
            let other = try await server.publish(TestPackage.archive("pad", mark: "y"), "pad", token: token)
            #expect(other.status == 409)
            #expect(other.error == "Version already exists: pad@1.0.0")
            #expect(try other.json()["checksum"] == .string(published.checksum.hex))
            #expect(try await server.client.get("/packages/pad/1.0.0.tar.gz").body == first)
        }
    }

    @Test(
        "metadata that disagrees with the archive's manifest is refused by field",
        arguments: [
            ("name", #"{"name":"other","version":"1.0.0"}"#), ("version", #"{"name":"pad","version":"1.0.1"}"#),
            ("description", #"{"name":"pad","version":"1.0.0","description":"other"}"#),
            ("license", #"{"name":"pad","version":"1.0.0","license":"GPL-3.0"}"#),
            ("keywords", #"{"name":"pad","version":"1.0.0","keywords":["b"]}"#),
            ("dependencies", #"{"name":"pad","version":"1.0.0","dependencies":{}}"#),
            ("dependencies", #"{"name":"pad","version":"1.0.0","dependencies":{"ansi":"^2"}}"#),
            ("dependencies", #"{"name":"pad","version":"1.0.0","dependencies":{"evil":"^1.2"}}"#),
            ("dev_dependencies", #"{"name":"pad","version":"1.0.0","dev_dependencies":{"ansi":"^1.2"}}"#),
        ])
    func mismatch(_ field: String, _ metadata: String) async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let answer = try await server.publish(
                Form().field("metadata", metadata).field("archive", archive), token: token)
            #expect(answer.status == 400)
            #expect(answer.code == "manifest_mismatch")
            #expect(try answer.json()["field"] == .string(field))
            #expect(try await server.registry.objects().isEmpty)
        }
    }

    @Test("metadata that says the same, or nothing, is fine, and old clients' other members are ignored")
    func agreeing() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let metadata =
                #"{"name":"pad","version":"1.0.0","authors":["x"],"checksum":"00","dependencies":{"ansi":{"version":"^1.2"}}}"#
            let form = Form().field("archive", archive).field("other", "ignored").field("metadata", metadata)
            let answer = try await server.publish(form, token: token)
            #expect(answer.status == 200, "\(answer.text)")
            let info = try PackageInfo(parsing: try await server.client.get("/api/v1/packages/pad").body)
            #expect(info.description == "pads" && info.license == "MIT")
        }
    }

    private let archive = TestPackage.archive(
        "pad", package: "description = \"pads\"\nlicense = \"MIT\"\nkeywords = [\"a\"]",
        rest: "[dependencies]\nansi = \"^1.2\"")
}
