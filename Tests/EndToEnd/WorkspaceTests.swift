import Testing

@Suite("A member of a workspace") struct WorkspaceTests {
    private static let root = """
        [workspace]
        members = ["member", "sibling"]

        [workspace.dependencies]
        json = { version = "^1.2", features = ["fast"] }
        sibling = { version = "1.0.0", path = "sibling" }
        """
    private static let member = """
        # mine
        [package]
        name = "member"
        version = "0.1.0"

        [dependencies]
        json = { workspace = true, optional = false } # from above
        sibling.workspace = true

        [dev-dependencies.json]
        workspace = true
        """

    @Test("is published with a manifest that stands alone, and can be installed by others")
    func publishes() throws {
        let scratch = try ScratchFolder()
        var user = try User(scratch)
        let registry = try RegistryProcess(user)
        user.environment["VAIS_REGISTRY_URL"] = registry.url
        user.environment["VAIS_REGISTRY_TOKEN"] = try registry.adminToken()
        let json = try registry.http.publish(SamplePackage("json", "1.2.3"), token: try registry.adminToken())
        try #require(json.status == 200)
        try scratch.write("space/vais.toml", Self.root)
        try scratch.write("space/member/vais.toml", Self.member)
        try scratch.write("space/sibling/vais.toml", "[package]\nname = \"sibling\"\nversion = \"1.0.0\"\n")
        try user.succeed(["publish"], in: "space/sibling")
        let first = try user.succeed(["publish", "--json"], in: "space/member")
        #expect(first.contains("\"outcome\":\"published\""))
        let again = try user.succeed(["publish", "--json"], in: "space/member")
        #expect(again.contains("\"outcome\":\"already_published\""), "the same workspace gives the same archive")
        #expect(try scratch.text("space/member/vais.toml") == Self.member, "the file stays as it is")

        try scratch.write(
            "app/vais.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\nmember = \"*\"\n")
        try user.succeed(["install"], in: "app")
        #expect(scratch.list("app/.vais/packages") == ["json", "member", "sibling"])
        let installed = try scratch.text("app/.vais/packages/member/vais.toml")
        #expect(
            installed == """
                # mine
                [package]
                name = "member"
                version = "0.1.0"

                [dependencies]
                json = { version = "^1.2", features = ["fast"] } # from above
                sibling = "1.0.0"

                [dev-dependencies]
                json = { version = "^1.2", features = ["fast"] }


                """, "\(installed)")
    }

    @Test("that takes a folder without a version is refused before anything is sent")
    func refused() throws {
        let user = try User(try ScratchFolder())
        try user.scratch.write(
            "space/vais.toml", "[workspace]\n[workspace.dependencies]\nsibling = { path = \"sibling\" }\n")
        try user.scratch.write(
            "space/member/vais.toml",
            "[package]\nname = \"member\"\nversion = \"0.1.0\"\n[dependencies]\nsibling = { workspace = true }\n")
        let outcome = try user.run(["package"], in: "space/member")
        #expect(outcome.end == .exit(1))
        #expect(outcome.errors.contains("`sibling` is only a folder"), "\(outcome.errors)")
        #expect(user.scratch.list("space/member") == ["vais.toml"])
    }
}
