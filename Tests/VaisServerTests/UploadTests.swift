import Glibc
import RegistryTesting
import Testing
import VaisProtocol
import VaisRegistry

@Suite("Uploads") struct UploadTests {
    @Test("40 MiB go up and come down the same, in bounded memory")
    func large() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let archive = TestPackage.archive("big", filler: 54 << 20)
            #expect(archive.count > 40 << 20 && archive.count < 50 << 20)
            let answer = try await server.publish(archive, "big", token: token)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await server.client.get("/packages/big/1.0.0.tar.gz").body == archive)
            let part = try await server.client.get(
                "/packages/big/1.0.0.tar.gz", ["Range": "bytes=1000000-1299999"])
            #expect(part.status == 206)
            #expect(part.body == Array(archive[1_000_000..<1_300_000]))
        }
    }

    @Test("the limit is what the operator says: as much is accepted, one byte more is 413")
    func limit() async throws {
        let archive = TestPackage.archive("pad", filler: 300_000)
        for (limit, status) in [(archive.count, 200), (archive.count - 1, 413)] {
            var settings = TestRegistry.openSettings
            settings.uploadBytes = UInt64(limit)
            try await TestServer.with(settings: settings) { server in
                let token = try await server.token("alice")
                let answer = try await server.publish(archive, "pad", token: token)
                #expect(answer.status == status, "\(answer.text)")
                if status == 413 { #expect(try await server.registry.objects().isEmpty) }
            }
        }
    }

    @Test("who may not publish, and what is too long, is refused before the body is sent")
    func early() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let cases = [
                ("", "1000", 401), ("Bearer vais_" + String(repeating: "0", count: 64), "1000", 401),
                ("Bearer \(token)", "900000000", 413), ("Bearer \(token)", "99999999999999999999", 400),
            ]
            for (authorization, length, status) in cases {
                let answer = try await server.client.raw(
                    "POST /api/v1/packages/publish HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                        + (authorization.isEmpty ? "" : "Authorization: \(authorization)\r\n")
                        + "Content-Length: \(length)\r\nExpect: 100-continue\r\n\r\n")
                #expect(answer.status == status)
                #expect(answer["connection"] == "close")
            }
        }
    }

    @Test("a client that waits for permission gets it, once its headers are fine")
    func permission() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let form = Form().field("metadata", #"{"name":"pad","version":"1.0.0"}"#).field(
                "archive", TestPackage.archive("pad"))
            let statuses = try await server.client.connected { connection in
                connection.write(
                    "POST /packages/publish HTTP/1.1\r\nHost: x\r\nContent-Type: \(form.contentType)\r\n"
                        + "Authorization: Bearer \(token)\r\nContent-Length: \(form.bytes.count)\r\n"
                        + "Expect: 100-continue\r\n\r\n")
                let permission = try connection.readAnswer()
                connection.write(form.bytes)
                return [permission.status, try connection.readAnswer().status]
            }
            #expect(statuses == [100, 200])
        }
    }

    @Test("a large upload that is refused still lets the client read why")
    func refusalIsReadable() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let rubbish = [UInt8](repeating: 7, count: 8 << 20)
            let answer = try await server.publish(rubbish, "pad", token: token)
            #expect(answer.status == 400)
            #expect(try answer.json()["reason"] == .string("format"))
        }
    }

    @Test("an upload that breaks off leaves nothing", arguments: [1, 50, 99])
    func abort(_ percent: Int) async throws {
        try await TestServer.with(.sqlite) { server in
            let token = try await server.token("alice")
            let form = Form().field("metadata", #"{"name":"pad","version":"1.0.0"}"#).field(
                "archive", TestPackage.archive("pad", filler: 600_000))
            try await server.client.connected { connection in
                connection.write(
                    "POST /packages/publish HTTP/1.1\r\nHost: x\r\nContent-Type: \(form.contentType)\r\n"
                        + "Authorization: Bearer \(token)\r\nContent-Length: \(form.bytes.count)\r\n\r\n")
                connection.write(Array(form.bytes.prefix(form.bytes.count * percent / 100)))
            }
            try await eventually { try await server.registry.objects().isEmpty }
            #expect(try await server.client.get("/packages/pad/index.json").status == 404)
        }
    }

    @Test(
        "broken forms are refused",
        arguments: [
            Form().field("metadata", "{}"), Form().field("archive", "x"),
            Form().field("metadata", "{}").field("metadata", "{}"),
            Form().field("metadata", "{").field("archive", TestPackage.archive("pad")),
            Form().field("metadata", #"{"name":"pad","name":"pad","version":"1.0.0"}"#),
            Form().field("archive", [1], fileName: "../evil"), Form().field("archive", [1], fileName: "..\\evil"),
            (0..<100).reduce(Form()) { form, number in form.field("f\(number)", "x") },
            Form().field(String(repeating: "n", count: 70_000), "x"),
            Form().field("metadata", "{}").field("archive", []),
        ])
    func brokenForms(_ form: Form) async throws {
        try await TestServer.with(.sqlite) { server in
            let token = try await server.token("alice")
            let answer = try await server.publish(form, token: token)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer["content-type"] == "application/problem+json")
            #expect(try await server.registry.objects().isEmpty)
        }
    }

    @Test(
        "a body that is no form is refused",
        arguments: [
            ("application/json", 415), ("multipart/form-data", 400), ("multipart/form-data; boundary=", 415),
            ("multipart/form-data; boundary=a; boundary=b", 415),
            ("multipart/form-data; boundary=" + String(repeating: "b", count: 71), 400),
        ])
    func noForm(_ type: String, _ status: Int) async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let answer = try await server.client.send(
                "POST", "/packages/publish", ["Content-Type": type, "Authorization": "Bearer \(token)"], body: [1, 2])
            #expect(answer.status == status, "\(answer.text)")
        }
    }
}

/// Waits until something that happens soon has happened; fails when it has not in ten seconds.
func eventually(_ holds: () async throws -> Bool, _ location: SourceLocation = #_sourceLocation) async throws {
    for _ in 0..<1000 {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not happen in ten seconds", sourceLocation: location)
}
