import Foundation
import Logging
import Synchronization
import Testing

@testable import VaisHost

@Suite("A plugin in a process of its own") struct IsolatedPluginTests {
    static let golden = GoldenTexts("isolation.txt")
    static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test(
        "that crashes or ends in the middle of a call makes the call an error, and the next call starts it anew",
        arguments: ["abort", "exit", "segv", "words", "close", "garbage", "lie", "flood"])
    func trouble(_ word: String) throws {
        let plugin = try TroubledPlugin(.digest)
        let digester = try plugin.digester()
        for _ in 0..<2 {
            #expect(try digester.digest("abc") == Self.abc)
            let error = try #require(throws: PluginError.self) { try digester.digest(word) }
            #expect(error.code == .unavailable)
            Self.golden.expect(error, is: word, folder: plugin.folder)
        }
        #expect(try digester.digest("abc") == Self.abc)
    }

    @Test("that does not answer within its time is ended, and the next call starts it anew")
    func hanging() throws {
        let plugin = try TroubledPlugin(.digest)
        let digester = try plugin.digester { $0.call = .milliseconds(300) }
        let error = try #require(throws: PluginError.self) { try digester.digest("hang") }
        Self.golden.expect(error, is: "hang", folder: plugin.folder)
        #expect(try digester.digest("abc") == Self.abc)
    }

    @Test(
        "that crashes, ends, hangs or babbles while it is loaded is refused with the reason",
        arguments: ["abort", "exit", "hang", "lie", "words"])
    func loading(_ word: String) throws {
        let plugin = try TroubledPlugin(
            .digest, whileLoading: "obey((const uint8_t *)\"\(word)\", \(word.utf8.count))")
        let error = try #require(throws: PluginError.self) {
            try plugin.digester { $0.start = word == "hang" ? .milliseconds(500) : .seconds(30) }
        }
        #expect(error.code == .loading)
        Self.golden.expect(error, is: "loading: \(word)", folder: plugin.folder)
    }

    @Test("that always crashes is started a few times only within a while")
    func pace() throws {
        let plugin = try TroubledPlugin(.digest)
        let digester = try plugin.digester {
            $0.starts = 3
            $0.period = .seconds(3600)
        }
        for _ in 0..<3 {
            let error = try #require(throws: PluginError.self) { try digester.digest("abort") }
            #expect(error.message.contains("SIGABRT"))
        }
        let error = try #require(throws: PluginError.self) { try digester.digest("abc") }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("is not started again for 3"))
        #expect(error.message.contains("SIGABRT"))
    }

    @Test("is started at most so often within a period, and again when that is over")
    func startPace() {
        var limits = IsolationLimits()
        limits.starts = 2
        limits.period = .nanoseconds(100)
        var pace = StartPace(limits)
        #expect(pace.start(at: 1000) == nil)
        #expect(pace.start(at: 1050) == nil)
        #expect(pace.start(at: 1060) == 40)
        #expect(pace.start(at: 1099) == 1)
        #expect(pace.start(at: 1100) == nil)
        #expect(pace.start(at: 1149) == 1)
        #expect(pace.start(at: 1150) == nil)
        limits.period = .nanoseconds(Int64.max)
        pace = StartPace(limits)
        #expect(pace.start(at: .max - 2) == nil)
        #expect(pace.start(at: .max - 1) == nil)
        #expect(pace.start(at: .max) != nil)
    }

    @Test("killed again and again under a hundred calls at once answers each rightly or with an error")
    func killed() async throws {
        let plugin = try TroubledPlugin(.digest)
        let digester = try #require(try plugin.digester() as? IsolatedDigester)
        // Threads, since digests block, and other tests need Swift's own.
        let counts = Mutex((right: 0, failed: 0))
        let callers = DispatchGroup()
        for number in 0..<100 {
            callers.enter()
            Thread.detachNewThread {
                for round in 0..<30 {
                    let text = "thread \(number) round \(round)"
                    do throws(PluginError) {
                        let digest = try digester.digest(text)
                        #expect(digest == PluginFile.sha256(ArraySource(array: Array(text.utf8))))
                        counts.withLock { $0.right += 1 }
                    } catch {
                        #expect(error.code == .unavailable && error.message.contains("SIGKILL"))
                        counts.withLock { $0.failed += 1 }
                    }
                }
                callers.leave()
            }
        }
        for _ in 0..<20 {
            if let pid = try digester.plugin.running().child.pid { kill(pid, SIGKILL) }
            try await Task.sleep(for: .milliseconds(10))
        }
        await withCheckedContinuation { ended in callers.notify(queue: .global()) { ended.resume() } }
        let (right, failed) = counts.withLock { $0 }
        #expect(right + failed == 3000 && right > 0)
        // A call may still find the one that was killed last; the next one does not.
        _ = try? digester.digest("abc")
        #expect(try digester.digest("abc") == Self.abc)
    }

    @Test("killed in the middle of a call ends that call; a digest in the making is lost, and says so")
    func killedInCall() async throws {
        let plugin = try TroubledPlugin(.digest)
        let digester = try #require(try plugin.digester() as? IsolatedDigester)
        let pid = try #require(try digester.plugin.running().child.pid)
        let running = try digester.sha256()
        let large = [UInt8](repeating: 7, count: 300_000)
        try large.withUnsafeBytes { try running.update($0) }
        let hanging = Thread { _ = try? digester.digest("hang") }
        hanging.start()
        usleep(200_000)
        kill(pid, SIGKILL)
        let error = #expect(throws: PluginError.self) { try large.withUnsafeBytes { try running.update($0) } }
        #expect(error?.code == .unavailable && error?.message.contains("SIGKILL") == true)
        #expect(throws: PluginError.self) { try running.finish() }
        #expect(try digester.digest("abc") == Self.abc)
    }

    @Test("loads the bytes that were checked, or nothing")
    func replaced() throws {
        let plugin = try TroubledPlugin(.digest)
        let choice = PluginChoice(.digest, plugin: plugin.file, origin: .file(plugin.file, line: 0))
        let file = try PluginFile.checking(plugin.file, for: choice, hashing: true)
        let hello = HelloMessage(
            kind: .digest, path: file.path, sha256: file.sha256 ?? "", identity: file.identity, logLevel: .error)
        var other = hello
        other.sha256 = String(repeating: "0", count: 64)
        let byDigest = try #require(throws: PluginError.self) { try PluginProcess.load(other) }
        #expect(byDigest.code == .untrusted && byDigest.message.contains("was replaced"))
        other = hello
        other.identity.modified += 1
        #expect(throws: PluginError.self) { try PluginProcess.load(other) }
    }

    @Test("is held to its pin at each start")
    func pin() throws {
        let plugin = try TroubledPlugin(.digest)
        let text = "[digest]\nplugin = \"\(plugin.file)\"\nisolation = \"process\"\nsha256 = "
        let right = String(try run(["sha256sum", plugin.file]).prefix(64))
        let digester = try RealPlugins.host(text + "\"\(right)\"\n", folder: plugin.folder).loadDigest()
        #expect(try digester.digest("abc") == Self.abc)
        _ = try run(["sh", "-c", "printf x >> '\(plugin.file)'"])
        #expect(try digester.digest("abc") == Self.abc, "what runs goes on running")
        #expect(throws: PluginError.self) { try digester.digest("abort") }
        let error = try #require(throws: PluginError.self) { try digester.digest("abc") }
        #expect(error.code == .untrusted && error.message.contains("pins \(right)"))
    }

    @Test("leaves no descriptor, thread or process behind over 200 ends")
    func leaks() throws {
        let plugin = try TroubledPlugin(.digest)
        let lines = try run([buildFolder + "/isolation-host", "restarts", plugin.file]).split(separator: "\n")
        try #require(lines.count == 2, "\(lines)")
        #expect(lines[0] == lines[1])
        #expect(lines[1].hasSuffix(" 1"), "one process at the end: \(lines[1])")
    }

    @Test("speaks in the host's log, bounded and on one line")
    func log() throws {
        let plugin = try TroubledPlugin(.digest)
        let lines = try run([buildFolder + "/isolation-host", "log", plugin.file]).split(separator: "\n")
        #expect(lines.count == 51 && lines.last == "done")
        let line = try #require(lines.first)
        #expect(line.hasPrefix("error [\"plugin\": org.example.troubled] said \u{FFFD}\u{FFFD}[31mx"))
        #expect(line.utf8.count < 2200)
    }

    @Test("is gone with a program that is killed, even while it hangs")
    func parentKilled() throws {
        let plugin = try TroubledPlugin(.digest)
        let host = Process()
        host.executableURL = URL(fileURLWithPath: buildFolder + "/isolation-host")
        host.arguments = ["wait", plugin.file]
        let output = Pipe()
        host.standardOutput = output
        try host.run()
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .newlines)), "\(text)")
        #expect(kill(pid, 0) == 0)
        // Stopped, it cannot even notice that its socket is closed.
        kill(pid, SIGSTOP)
        kill(host.processIdentifier, SIGKILL)
        host.waitUntilExit()
        var rounds = 0
        while isAlive(pid), rounds < 3000 {
            usleep(10_000)
            rounds += 1
        }
        #expect(!isAlive(pid))
    }

    /// A process that has ended but has not been waited for counts as gone: whoever inherits it may take its time.
    private func isAlive(_ pid: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return false }
        return !status.contains("State:\tZ")
    }
}
