import Testing

@Suite(
    "A project on a read-only file system", .enabled(if: SmallDisk.isPossible, "nothing can be mounted on this machine")
)
struct ReadOnlyProjectTests {
    @Test("is read as ever, and what would change it fails with the reason")
    func commands() throws {
        let scratch = try ScratchFolder()
        var user = try User(scratch)
        let registry = try FolderOfPackages(scratch, [SamplePackage("json", "1.0.0"), SamplePackage("other", "1.0.0")])
            .option
        try scratch.write(
            "app/vais.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\njson = \"1\"\n")
        try user.succeed(["install"] + registry, in: "app")
        // Root may write whatever the modes say, but not here; the mount goes with the process.
        let disk = try SmallDisk(scratch, "unused", options: "size=64k")
        let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\""
        user.wrapper = disk.entering + ["unshare", "-m", "sh", "-c", script, "sh", scratch("app")]
        try user.succeed(["tree"], in: "app")
        let harmless = [
            ["lock"], ["lock", "--check"], ["lock", "--update"], ["install"], ["install", "--locked"], ["update"],
        ]
        // What changes nothing needs no writing.
        for command in harmless { try user.succeed(command + registry, in: "app") }
        for command in [["add", "other"], ["remove", "json"]] {
            let outcome = try user.run(command + registry, in: "app")
            #expect(outcome.end == .exit(1), "\(command): \(outcome.errors)")
            #expect(
                outcome.errors.contains(
                    "error: cannot write \(scratch("app/vais.toml")): Read-only file system\nhint: "),
                "\(command): \(outcome.errors)")
        }
    }
}
