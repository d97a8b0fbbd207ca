import Glibc
import Testing

@Suite("A client that is killed at any system call") struct InstallKillTests {
    /// System calls that change something, and with `openat` the moments between them.
    static let calls = [
        "rename,renameat,renameat2", "mkdir,mkdirat", "symlink,symlinkat", "unlink,unlinkat", "fsync,fdatasync,syncfs",
        "write,pwrite64", "openat",
    ]

    @Test("leaves the old project or the new one, and runs again", arguments: calls)
    func install(_ calls: String) throws {
        let workshop = try Workshop()
        try workshop.sweep(calls, ["install"])
    }

    /// Calls are counted by thread. With nothing to download one thread makes all that change the project, so each of them is met.
    @Test("leaves the old links or the new ones when it has only to link", arguments: calls.dropLast())
    func link(_ calls: String) throws {
        let workshop = try Workshop()
        try workshop.fillCache()
        try workshop.sweep(calls, ["install"])
    }

    @Test(
        "while it adds a package, leaves a manifest and a lockfile that are whole",
        arguments: ["rename,renameat,renameat2", "write,pwrite64"])
    func add(_ calls: String) throws {
        let workshop = try Workshop()
        try workshop.sweep(calls, ["add", "other"])
    }
}

/// A project that has version 1 of its packages installed and is about to move to version 2.
private final class Workshop {
    private struct State: Equatable {
        var manifest: [UInt8]
        var lock: [UInt8]
        /// What each link in `.vais/packages` leads to, and the source file found there.
        var links: [String: String]
        var folder: [String]
    }

    private static let names = ["alpha", "beta", "gamma", "delta"]
    private let scratch: ScratchFolder
    private let user: User
    private let registry: RegistryProcess

    init() throws {
        scratch = try ScratchFolder()
        var user = try User(scratch)
        registry = try RegistryProcess(user)
        user.environment["VAIS_REGISTRY_URL"] = registry.url
        self.user = user
        let token = try registry.adminToken()
        for version in ["1.0.0", "2.0.0"] {
            for (index, name) in Self.names.enumerated() {
                let dependencies = index == 0 ? [:] : [Self.names[index - 1]: "^\(version)"]
                try publish(
                    SamplePackage(name, version, dependencies: dependencies, contents: Array(version.utf8)), token)
            }
        }
        try publish(SamplePackage("other", "1.0.0", contents: Array("1.0.0".utf8)), token)
        try write("1")
        try user.succeed(["install"], in: "app")
        try write("2")
        try scratch.copy("app", to: "app-before")
        try scratch.copy("home", to: "home-before")
    }

    private func publish(_ package: SamplePackage, _ token: String) throws {
        let answer = try registry.http.publish(package, token: token)
        guard answer.status == 200 else { throw Failure("\(package.name) was not published: \(answer)") }
    }

    private func write(_ requirement: String) throws {
        try scratch.write(
            "app/vais.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\ndelta = \"\(requirement)\"\n")
    }

    /// From here on the cache already holds what the project is about to install.
    func fillCache() throws {
        try user.succeed(["install"], in: "app")
        try scratch.copy("home", to: "home-before")
    }

    private func reset() throws {
        try scratch.copy("app-before", to: "app")
        try scratch.copy("home-before", to: "home")
    }

    /// Kills the command at the first of the calls, then at a later one, and so on until it is through before it is killed.
    func sweep(_ calls: String, _ command: [String]) throws {
        try reset()
        let old = try state()
        try user.succeed(command, in: "app")
        let new = try state()
        try #require(new.lock != old.lock)
        let isLong = getenv("VAIS_KILL_ROUNDS") != nil
        var (kills, position) = (0, 1)
        while position < 2000 {
            try reset()
            let outcome = try user.run(
                program: [
                    "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e",
                    "inject=\(calls):signal=KILL:when=\(position)", try Program.path(),
                ] + command, in: "app")
            if outcome.isSuccess { break }
            try #require(outcome.end == .signal(SIGKILL), "\(outcome.end): \(outcome.errors)")
            kills += 1
            let found = try state()
            let place = "killed at \(calls) number \(position)"
            #expect(found.manifest == old.manifest || found.manifest == new.manifest, "\(place)")
            #expect(found.lock == old.lock || found.lock == new.lock, "\(place)")
            #expect(found.links == old.links || found.links == new.links, "\(place): \(found.links)")
            let again = try user.run(command, in: "app")
            #expect(again.isSuccess, "\(place): \(again.errors)")
            #expect(try state() == new, "\(place), then run again")
            position += isLong ? 1 : max(1, position / 2)
        }
        if isLong { print("\(command.joined(separator: " ")), killed at \(calls): \(kills) times") }
        #expect(kills > 0, "none of \(calls) was reached")
    }

    private func state() throws -> State {
        var links: [String: String] = [:]
        for name in scratch.list("app/.vais/packages") {
            links[name] = (try? scratch.text("app/.vais/packages/\(name)/src/main.vais")) ?? "torn"
        }
        return State(
            manifest: try scratch.read("app/vais.toml"), lock: try scratch.read("app/vais.lock"), links: links,
            folder: scratch.list("app/.vais"))
    }
}
