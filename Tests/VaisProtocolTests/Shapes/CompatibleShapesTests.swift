import Testing
import VaisModel

@testable import VaisProtocol

/// The JSON of the original registry, byte for byte: its clients and scripts read exactly this.
@Suite("Shapes of the original registry") struct CompatibleShapesTests {
    private let checksum = Sample.checksumText
    private let time = Sample.timeText

    private func expectGolden<Shape: JSONShape & Equatable>(
        _ shape: Shape, _ golden: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(shape.json == golden, sourceLocation: sourceLocation)
        #expect(try Shape(golden) == shape, sourceLocation: sourceLocation)
    }

    @Test("a package's information has null for what is unset, and everything else always")
    func packageInfo() throws {
        let version = VersionInfo(
            version: try Sample.version(), checksum: try Sample.checksum(), size: 1234, yanked: false, downloads: 7,
            createdAt: Sample.time, dependencies: [try Sample.dependency("pad", "^1"), try Sample.fullDependency()])
        let info = PackageInfo(
            name: try Sample.name(), downloads: 9, createdAt: Sample.time, updatedAt: Sample.time,
            versions: [version], owners: ["alice"])
        try expectGolden(
            info,
            #"{"name":"left-pad","description":null,"homepage":null,"repository":null,"documentation":null,"license":null,"#
                + #""keywords":[],"categories":[],"downloads":9,"created_at":"\#(time)","updated_at":"\#(time)","#
                + #""versions":[{"version":"1.3.0","checksum":"\#(checksum)","size":1234,"yanked":false,"downloads":7,"#
                + #""created_at":"\#(time)","dependencies":[{"name":"pad","version_req":"^1","kind":"normal"},"#
                + #"{"name":"ansi","version_req":">=1.2, <3","kind":"build","features":["color","wide"],"#
                + #""optional":true,"target":"linux"}]}],"owners":["alice"]}"#)
    }

    @Test("a release's own information is its name and what the package's information says of it")
    func releaseInfo() throws {
        let release = VersionInfo(
            version: try Sample.version(), checksum: try Sample.checksum(), size: 0, yanked: true, downloads: 0,
            createdAt: Sample.time, dependencies: [])
        try expectGolden(
            ReleaseInfo(name: try Sample.name(), release: release),
            #"{"name":"left-pad","version":"1.3.0","checksum":"\#(checksum)","size":0,"yanked":true,"downloads":0,"#
                + #""created_at":"\#(time)","dependencies":[]}"#)
    }

    @Test("an index entry leaves out what is empty, yanked unless true, and dependencies that are not normal")
    func indexEntry() throws {
        var optional = try Sample.fullDependency()
        optional.kind = .normal
        var dev = try Sample.dependency("check", "*")
        dev.kind = .dev
        let plain = IndexVersionEntry(version: try Sample.version("1.2.0"), checksum: try Sample.checksum(), size: 5)
        let full = IndexVersionEntry(
            version: try Sample.version(), checksum: try Sample.checksum(), size: 6, yanked: true,
            dependencies: [try Sample.dependency("pad", "^1"), dev, optional])
        try expectGolden(
            IndexEntry(name: try Sample.name(), versions: [plain, full]),
            #"{"name":"left-pad","versions":[{"version":"1.2.0","checksum":"\#(checksum)","size":5},"#
                + #"{"version":"1.3.0","checksum":"\#(checksum)","size":6,"yanked":true,"dependencies":{"#
                + #""ansi":{"req":">=1.2, <3","features":["color","wide"],"optional":true,"target":"linux"},"#
                + #""pad":{"req":"^1"}}}]}"#)
        try expectGolden(
            IndexEntry(
                name: try Sample.name(), versions: [], description: "d", authors: ["alice"], homepage: "h",
                repository: "r", license: "MIT", keywords: ["k"]),
            #"{"name":"left-pad","versions":[],"description":"d","authors":["alice"],"homepage":"h","repository":"r","#
                + #""license":"MIT","keywords":["k"]}"#)
    }

    @Test("a search result has categories only when there are some to tell")
    func searchResult() throws {
        let hit = SearchHit(
            name: try Sample.name(), description: nil, latestVersion: try Sample.version(), downloads: 3,
            keywords: ["k"], categories: [], updatedAt: Sample.time)
        let golden =
            #"{"packages":[{"name":"left-pad","description":null,"latest_version":"1.3.0","downloads":3,"keywords":["k"],"#
            + #""categories":[],"updated_at":"\#(time)"}],"total":41"#
        try expectGolden(SearchResult(packages: [hit], total: 41), golden + "}")
        try expectGolden(
            SearchResult(packages: [hit], total: 41, categories: [CategoryCount(name: "text", count: 2)]),
            golden + #","categories":[{"name":"text","count":2}]}"#)
    }

    @Test("accounts: register, login, me, profile")
    func accounts() throws {
        let user = UserInfo(id: "1-2", username: "alice", email: nil, isAdmin: false)
        try expectGolden(user, #"{"id":"1-2","username":"alice","email":null,"is_admin":false}"#)
        try expectGolden(
            RegisterRequest(username: "alice", password: "p\"w"), #"{"username":"alice","password":"p\"w"}"#)
        try expectGolden(LoginRequest(username: "alice", password: "x"), #"{"username":"alice","password":"x"}"#)
        try expectGolden(
            LoginResponse(token: "vais_0", expiresAt: Sample.time, user: user),
            #"{"token":"vais_0","expires_at":"\#(time)","#
                + #""user":{"id":"1-2","username":"alice","email":null,"is_admin":false}}"#)
        try expectGolden(
            UserProfile(
                username: "alice", createdAt: Sample.time,
                packages: [OwnedPackage(name: try Sample.name(), description: nil, downloads: 1)]),
            #"{"username":"alice","email":null,"created_at":"\#(time)","#
                + #""packages":[{"name":"left-pad","description":null,"downloads":1}]}"#)
        try expectGolden(OwnerRequest(username: "bob"), #"{"username":"bob"}"#)
    }

    @Test("tokens: list, creation")
    func tokens() throws {
        try expectGolden(
            TokenInfo(
                id: "1", userID: "2", name: "ci", scopes: ["publish"], expiresAt: nil, lastUsedAt: nil,
                createdAt: Sample.time),
            #"{"id":"1","user_id":"2","name":"ci","scopes":["publish"],"expires_at":null,"last_used_at":null,"#
                + #""created_at":"\#(time)"}"#)
        try expectGolden(CreateTokenRequest(name: "ci"), #"{"name":"ci"}"#)
        try expectGolden(
            CreateTokenRequest(name: "ci", scopes: ["yank"], expiresInDays: 30),
            #"{"name":"ci","scopes":["yank"],"expires_in_days":30}"#)
        try expectGolden(
            CreateTokenResponse(id: "1", token: "vais_0", name: "ci", scopes: ["yank"], expiresAt: Sample.time),
            #"{"id":"1","token":"vais_0","name":"ci","scopes":["yank"],"expires_at":"\#(time)"}"#)
    }

    @Test(
        "an expiry beyond 32 bits, negative or with a fraction is refused",
        arguments: ["4294967296", "-1", "1.5", "1e3"])
    func expiry(_ days: String) throws {
        let error = try #require(throws: ProtocolError.self) {
            try CreateTokenRequest(#"{"name":"ci","expires_in_days":\#(days)}"#)
        }
        #expect(error.path == "expires_in_days")
        #expect(try CreateTokenRequest(#"{"name":"ci","expires_in_days":4294967295}"#).expiresInDays == .max)
    }

    @Test("publish, health, changes")
    func small() throws {
        try expectGolden(
            PublishResponse(name: try Sample.name(), version: try Sample.version(), checksum: try Sample.checksum()),
            #"{"name":"left-pad","version":"1.3.0","checksum":"\#(checksum)"}"#)
        try expectGolden(Health(version: "0.1.0"), #"{"status":"ok","version":"0.1.0"}"#)
        try expectGolden(
            Health(version: "0.1.0", durability: "none"), #"{"status":"ok","version":"0.1.0","durability":"none"}"#)
        try expectGolden(
            Changes(serial: 42, names: [try Sample.name("ansi"), try Sample.name()]),
            #"{"serial":42,"names":["ansi","left-pad"],"more":false}"#)
        try expectGolden(
            RegistryDescription(features: ["changes"], uploadBytes: 52_428_800, version: "0.1.0"),
            #"{"api":["v1"],"index_format":1,"features":["changes"],"limits":{"upload_bytes":52428800},"version":"0.1.0"}"#
        )
        try expectGolden(YankRequest(Yank(reason: "security")), #"{"reason":"security"}"#)
        try expectGolden(
            DeprecateRequest(Deprecation(message: "moved", replacement: try Sample.name("pad"))),
            #"{"message":"moved","replacement":"pad"}"#)
    }

    @Test("members that this program does not know are ignored")
    func unknownMembers() throws {
        let json =
            #"{"x":1,"name":"left-pad","version":"1.3.0","download_url":"https://evil","checksum":"\#(checksum)"}"#
        #expect(try PublishResponse(json).version == Sample.version())
    }

    @Test("bare arrays are whole documents")
    func arrays() throws {
        let counts = [CategoryCount(name: "a", count: 1), CategoryCount(name: "b", count: 2)]
        let json = #"[{"name":"a","count":1},{"name":"b","count":2}]"#
        #expect(String(decoding: counts.encoded(), as: UTF8.self) == json)
        #expect(try [CategoryCount](parsing: Array(json.utf8)) == counts)
    }
}
