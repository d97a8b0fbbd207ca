import CVaisPlugin
import Testing

@Suite("The transport plugin's settings") struct TransportSettingTests {
    @Test("send requests through a proxy, except to the hosts named")
    func proxy() async throws {
        let target = try HostileServer { connection in
            while connection.readHead() != nil { connection.respond("direct") }
        }
        defer { target.stop() }
        let proxy = try HostileServer { connection in
            while let head = connection.readHead() { connection.respond("proxied \(head.target)") }
        }
        defer { proxy.stop() }
        let address = "http://127.0.0.1:\(proxy.port)"
        let through = try TestClient(settings: ["proxy": address, "no_proxy": "example.org"])
        defer { through.close() }
        #expect(await through.send(TestRequest(target, "/a")).text == "proxied http://127.0.0.1:\(target.port)/a")
        let around = try TestClient(settings: ["proxy": address, "no_proxy": "127.0.0.1"])
        defer { around.close() }
        #expect(await around.send(TestRequest(target, "/a")).text == "direct")
    }

    @Test(
        "that cannot be followed are refused with a reason",
        arguments: [
            ("ca_file", "/nonexistent/authorities.pem", "cannot read the certificates in /nonexistent/authorities.pem"),
            ("http_version", "3", "http_version must be"),
        ])
    func refused(_ key: String, _ value: String, _ words: String) throws {
        let error = #expect(throws: PluginProblem.self) { try TestClient(settings: [key: value]) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
