import CVaisPlugin
import Glibc
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

    @Test("name a proxy that may refuse the way to a secure server")
    func refusingProxy() async throws {
        let proxy = try HostileServer { connection in
            while connection.readHead() != nil { connection.respond("", status: "407 Proxy Authentication Required") }
        }
        defer { proxy.stop() }
        let client = try TestClient(settings: ["proxy": "http://me:secret@127.0.0.1:\(proxy.port)"])
        defer { client.close() }
        let response = await client.send(TestRequest(url: "https://registry.example.org/"))
        #expect(response.outcome == VAIS_UNAVAILABLE && response.heads == 0)
        #expect(response.message.hasPrefix("the proxy does not connect to registry.example.org:443: "))
        #expect(response.message.contains("407") && !response.message.contains("secret"))
    }

    @Test("are taken from the environment where the operator gives none")
    func environment() async {
        await #expect(processExitsWith: .success) {
            let identity = try TLSIdentity("127.0.0.1")
            let secure = try HostileServer(identity: identity, TransportTests.echo)
            let proxy = try HostileServer { connection in
                while let head = connection.readHead() { connection.respond("proxied \(head.target)") }
            }
            for name in ["CURL_CA_BUNDLE", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] { unsetenv(name) }
            setenv("SSL_CERT_FILE", identity.file, 1)
            setenv("http_proxy", "http://127.0.0.1:\(proxy.port)", 1)
            setenv("no_proxy", "", 1)
            let client = try TestClient(settings: [:])
            let trusted = await client.send(TestRequest(secure, "/secure", scheme: "https"))
            let proxied = await client.send(TestRequest(url: "http://registry.example.org/a"))
            client.close()
            secure.stop()
            proxy.stop()
            setenv("SSL_CERT_FILE", "/nonexistent/authorities.pem", 1)
            let isRefused = (try? TestClient(settings: [:])) == nil
            unlink(identity.file)
            let isRight =
                trusted.text == "/secure" && proxied.text == "proxied http://registry.example.org/a" && isRefused
            exit(isRight ? EXIT_SUCCESS : EXIT_FAILURE)
        }
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
