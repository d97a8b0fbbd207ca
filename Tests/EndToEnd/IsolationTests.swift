import Glibc
import SeededRandom
import Testing
import VaisProtocol

@Suite("A registry whose plugins run in processes of their own") struct IsolationTests {
    @Test("outlives them: what was under way is refused as unavailable and can be repeated, and all else goes on")
    func survives() throws {
        let user = try User(try ScratchFolder(), isolated: true)
        let registry = try RegistryProcess(user)
        let token = try registry.adminToken()
        let first = try Self.children(of: registry.process.pid)
        #expect(first.count == 2, "one for digests, one for passwords: \(first)")
        for child in first { kill(child, SIGKILL) }
        // Until the registry has seen their end.
        for child in first { for _ in 0..<3000 where access("/proc/\(child)", F_OK) == 0 { usleep(10_000) } }
        #expect(try registry.adminToken() != token, "a login starts both again")

        var random = SeededGenerator(seed: 17)
        let noise = (0..<400_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let package = SamplePackage("sturdy", "1.0.0", contents: noise)
        let answer = try registry.http.publish(package, token: token) {
            for _ in 0..<1000 where user.scratch.list("data/blobs/tmp").isEmpty { usleep(10_000) }
            for child in try Self.children(of: registry.process.pid) { kill(child, SIGKILL) }
        }
        #expect(answer.status == 503 || answer.status == 200, "\(answer)")
        if answer.status == 503 {
            #expect(answer["retry-after"] != nil)
            #expect(try registry.http.get("/api/v1/packages/sturdy").status == 404, "nothing of it is there")
        }
        let again = try registry.http.publish(package, token: token)
        #expect(again.status == (answer.status == 200 ? 409 : 200), "\(again)")
        #expect(try registry.stop() == .exit(0))
    }

    @Test("takes them along when it is killed")
    func parentKilled() throws {
        let user = try User(try ScratchFolder(), isolated: true)
        let registry = try RegistryProcess(user)
        let children = try Self.children(of: registry.process.pid)
        #expect(children.count == 2)
        registry.process.kill()
        for child in children {
            for _ in 0..<3000 where Self.isAlive(child) { usleep(10_000) }
            #expect(!Self.isAlive(child))
        }
    }

    @Test("says so in `plugin list`")
    func listed() throws {
        let user = try User(try ScratchFolder(), isolated: true)
        let lines = try user.succeed(["plugin", "list"]).split(separator: "\n")
        let isolated = lines.filter { $0.contains(", in a process of its own, chosen by ") }
        #expect(isolated.map { String($0.prefix { $0 != " " }) } == ["transport", "digest", "password"])
        let json = try user.succeed(["plugin", "list", "--json"])
        #expect(json.contains(#""isolation":"process""#) && json.contains(#""isolation":"none""#))
    }

    private static func children(of pid: pid_t) throws -> [pid_t] {
        try FileBytes.list("/proc/\(pid)/task").filter { !$0.hasPrefix(".") }.flatMap { task in
            let text = String(decoding: try FileBytes.read("/proc/\(pid)/task/\(task)/children"), as: UTF8.self)
            return text.split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// What has ended and is only waited for counts as gone.
    private static func isAlive(_ pid: pid_t) -> Bool {
        guard let status = try? FileBytes.read("/proc/\(pid)/status") else { return false }
        return !String(decoding: status, as: UTF8.self).contains("State:\tZ")
    }
}
