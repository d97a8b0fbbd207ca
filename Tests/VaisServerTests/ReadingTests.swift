import Glibc
import RegistryTesting
import Testing
import VaisHost
import VaisModel
import VaisProtocol
import VaisServer

@testable import VaisRegistry

@Suite("Reading over HTTP") struct ReadingTests {
    @Test("an index has a strong tag, and 304 until it changes")
    func index() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            try await server.publish(TestPackage.archive("left-pad"), "left-pad", token: token)
            let first = try await server.client.get("/api/v1/index/le/ft/left-pad")
            let etag = try #require(first["etag"])
            #expect(etag.hasPrefix("\"") && first["cache-control"] == "public, no-cache")
            #expect(first["repr-digest"]?.hasPrefix("sha-256=:") == true)
            #expect(first["vais-serial"] == "\(server.registry.registry.serial)")
            for tags in [etag, "W/" + etag, "\"other\", " + etag, "*"] {
                let same = try await server.client.get("/index/le/ft/left-pad", ["If-None-Match": tags])
                #expect(same.status == 304 && same.body.isEmpty && same["etag"] == etag)
                #expect(same["content-length"] == nil && same["vais-serial"] != nil)
            }
            try await server.publish(TestPackage.archive("left-pad", "1.1.0"), "left-pad", "1.1.0", token: token)
            let changed = try await server.client.get("/index/le/ft/left-pad", ["If-None-Match": etag])
            #expect(changed.status == 200 && changed["etag"] != etag)
            #expect(changed.body.starts(with: first.body))
        }
    }

    @Test("compressed and plain have tags of their own, and either is known again")
    func compressed() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            for number in 0..<10 {
                try await server.publish(
                    TestPackage.archive("pad", "1.\(number).0"), "pad", "1.\(number).0", token: token)
            }
            let plain = try await server.client.get("/index/3/p/pad")
            let packed = try await server.client.get("/index/3/p/pad", ["Accept-Encoding": "br, gzip"])
            #expect(packed["content-encoding"] == "gzip" && packed["vary"] == "Accept-Encoding")
            #expect(packed.body.count < plain.body.count && packed["etag"] != plain["etag"])
            let again = try await server.client.get(
                "/index/3/p/pad", ["Accept-Encoding": "gzip", "If-None-Match": packed["etag"] ?? ""])
            #expect(again.status == 304)
            let part = try await server.client.get(
                "/index/3/p/pad", ["Accept-Encoding": "gzip", "Range": "bytes=5-14"])
            #expect(part.status == 206 && part.body == Array(plain.body[5..<15]) && part["content-encoding"] == nil)
        }
    }

    @Test(
        "each index has one address",
        arguments: ["/index/pa/d/pad", "/index/3/q/pad", "/index/1/pad", "/index/3/p/none", "/index/3/p/PAD"])
    func address(_ path: String) async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            try await server.publish(TestPackage.archive("pad"), "pad", token: token)
            #expect(try await server.client.get(path).status == 404)
        }
    }

    @Test("an archive is immutable, has ranges, and its digest", arguments: [0, 300_000])
    func archive(_ filler: Int) async throws {
        try await TestServer.with(.sqlite) { server in
            let token = try await server.token("alice")
            let archive = TestPackage.archive("pad", filler: filler)
            try await server.publish(archive, "pad", token: token)
            let path = "/packages/pad/1.0.0.tar.gz"
            let whole = try await server.client.get(path)
            #expect(whole.body == archive)
            #expect(whole["cache-control"] == "public, max-age=31536000, immutable")
            #expect(whole["accept-ranges"] == "bytes" && whole["repr-digest"] != nil)
            let size = archive.count
            for (range, status, part) in [
                ("bytes=0-9", 206, Array(archive[0..<10])), ("bytes=-5", 206, Array(archive[(size - 5)...])),
                ("bytes=\(size)-", 416, []), ("bytes=-0", 416, []), ("bytes=0-1,3-4", 200, archive),
                ("bytes=0-9223372036854775807", 206, archive), ("lines=1-2", 200, archive),
                ("bytes=" + (0..<1000).map { "\($0)-\($0)" }.joined(separator: ","), 200, archive),
            ] {
                let answer = try await server.client.get(path, ["Range": range])
                #expect(answer.status == status, "\(range)")
                if status == 416 {
                    #expect(answer["content-range"] == "bytes */\(size)" && answer.code == "range_not_satisfiable")
                    #expect(try answer.json()["request_id"] != nil)
                } else {
                    #expect(answer.body == part, "\(range)")
                }
                if status == 206 { #expect(answer["content-range"]?.hasSuffix("/\(size)") == true) }
            }
            let head = try await server.client.send("HEAD", path)
            #expect(head.status == 200 && head["content-length"] == "\(size)")
            #expect(try await server.client.get(path, ["If-None-Match": whole["etag"] ?? ""]).status == 304)
        }
    }

    @Test("a GET is a download, a HEAD is none")
    func downloads() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            try await server.publish(TestPackage.archive("pad"), "pad", token: token)
            for _ in 0..<3 { _ = try await server.client.get("/packages/pad/1.0.0.tar.gz") }
            for _ in 0..<5 { _ = try await server.client.send("HEAD", "/packages/pad/1.0.0.tar.gz") }
            await server.registry.registry.flushDownloads()
            let info = try PackageInfo(parsing: try await server.client.get("/api/v1/packages/pad").body)
            #expect(info.downloads == 3 && info.versions[0].downloads == 3)
        }
    }

    @Test("the feed is fine with any number and nothing else")
    func changes() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            try await server.publish(TestPackage.archive("pad"), "pad", token: token)
            let all = try Changes(parsing: try await server.client.get("/changes").body)
            #expect(all.names.map(\.text) == ["pad"])
            let huge = try await server.client.get("/api/v1/changes?since=4611686018427387903")
            #expect(try Changes(parsing: huge.body) == Changes(serial: server.registry.registry.serial, names: []))
            for query in ["since=-1", "since=x", "since=", "since=18446744073709551616", "limit=0", "limit=1001"] {
                #expect(try await server.client.get("/changes?" + query).status == 400, "\(query)")
            }
        }
    }

    @Test("ready says whether store and objects answer, live that the server runs")
    func health() async throws {
        try await TestServer.with(.sqlite) { server in
            #expect(try await server.client.get("/health/live").status == 200)
            #expect(try await server.client.get("/health/ready").status == 200)
            let description = try RegistryDescription(
                parsing: try await server.client.get("/.well-known/vais-registry").body)
            #expect(description.uploadBytes == server.registry.registry.settings.uploadBytes)
            #expect(description.features.contains("index"))
        }
    }

    @Test("the page of a package shows what it says of itself as text, without scripts and foreign links")
    func page() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let archive = TestPackage.archive(
                "pad",
                package: #"""
                    description = "<script>alert(1)</script> {{7*7}}"
                    license = "MIT\" onload=\"x"
                    homepage = "https://example.org/?a=1&b=2"
                    """#)
            #expect(try await server.publish(archive, "pad", token: token).status == 200)
            let page = try await server.client.get("/packages/pad", ["Accept": "text/html"])
            #expect(page.status == 200 && page["content-type"] == "text/html; charset=utf-8")
            #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}"))
            #expect(!page.text.contains("<script") && !page.text.contains("onload=\"x"))
            #expect(page.text.contains("href=\"https://example.org/?a=1&amp;b=2\""))
            #expect(page["content-security-policy"]?.contains("default-src 'none'") == true)
            let json = try await server.client.get("/packages/pad", ["Accept": "application/json"])
            #expect(try PackageInfo(parsing: json.body).name.text == "pad")
            #expect(try await server.client.get("/packages/none", ["Accept": "text/html"]).status == 404)
        }
    }

    @Test("reads of an index that did not change ask the store nothing")
    func hotReads() async throws {
        try await TestServer.with(.sqlite) { server in
            let token = try await server.token("alice")
            try await server.publish(TestPackage.archive("pad"), "pad", token: token)
            let path = "/index/3/p/pad"
            let first = try await server.client.get(path)
            let reads = server.registry.store.reads
            for _ in 0..<100 {
                #expect(try await server.client.get(path).status == 200)
                #expect(try await server.client.get(path, ["If-None-Match": first["etag"] ?? ""]).status == 304)
            }
            #expect(server.registry.store.reads == reads)
        }
    }

    @Test("the original index is made again only when a package changes, and then reads only that package")
    func fullIndex() async throws {
        try await TestServer.with(.sqlite) { server in
            let token = try await server.token("alice")
            for number in 0..<20 where number != 7 {
                try await server.publish(TestPackage.archive("p\(number)"), "p\(number)", token: token)
            }
            let start = server.registry.store.reads
            let first = try await server.client.get("/index.json")
            // All packages of a page together: they, their releases, dependencies and owners, and the owners' names.
            #expect(server.registry.store.reads - start == 5)
            _ = try await server.registry.login("bob")
            let (reads, rows) = (server.registry.store.reads, server.registry.store.rows)
            #expect(try await server.client.get("/index.json", ["If-None-Match": first["etag"] ?? ""]).status == 304)
            #expect(try await server.client.get("/categories").status == 200)
            #expect(server.registry.store.reads == reads + 1)  // the categories, for the first time
            #expect(try await server.client.get("/categories").status == 200)
            #expect(server.registry.store.reads == reads + 1 && server.registry.store.rows == rows)
            try await server.publish(TestPackage.archive("p7"), "p7", token: token)
            try await server.publish(TestPackage.archive("p3", "2.0.0"), "p3", "2.0.0", token: token)
            let before = server.registry.store.reads
            let second = try await server.client.get("/index.json")
            #expect(server.registry.store.reads - before <= 10)
            // What was put together from parts is what is made as a whole.
            var entries: [String] = []
            for name in (0..<20).map({ "p\($0)" }).sorted() {
                entries.append(try await server.client.get("/packages/\(name)/index.json").text)
            }
            #expect(second.text == "[" + entries.joined(separator: ",") + "]")
        }
    }

    @Test("lists go on from page to page, and an offset too far is told so")
    func pages() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            for number in 0..<5 {
                try await server.publish(TestPackage.archive("p\(number)"), "p\(number)", token: token)
            }
            var names: [String] = []
            var path: String? = "/popular?limit=2"
            while let page = path {
                let answer = try SearchResult(parsing: try await server.client.get(page).body)
                names += answer.packages.map(\.name.text)
                path = answer.next.map { "/popular?limit=2&after=\($0)" }
            }
            #expect(names == ["p0", "p1", "p2", "p3", "p4"])
            let beyond = try SearchResult(parsing: try await server.client.get("/recent?offset=99999").body)
            #expect(beyond.total == 5 && beyond.packages.isEmpty)
        }
    }

    @Test("a running server removes what has expired by itself")
    func upkeep() async throws {
        try await TestServer.with(configure: { $0.limits.upkeepInterval = 10 }) { server in
            let shapes = server.registry.registry.shapes
            let expired = shapes.expiriesBefore(.time(2))
            try await server.registry.store.commit(Batch(operations: [shapes.insertExpiry(.time(1), .text("gone"))]))
            while try await !server.registry.store.scanAll(expired).isEmpty {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }
}
