import Foundation
import Testing

@testable import VaisHost

@Suite("A password plugin in a process of its own") struct IsolatedPasswordTests {
    @Test("gets its settings, and no other secret of the host's")
    func settings() async throws {
        let plugin = try TroubledPlugin(.password)
        setenv("VAIS_TEST_SECRET", "open sesame", 1)
        let hasher = try plugin.host(.password, "pepper = { env = \"VAIS_TEST_SECRET\" }\n").loadPassword()
        #expect(try await hasher.hash(Array("settings".utf8)) == "open sesame")
        let environment = try await hasher.hash(Array("environment".utf8))
        #expect(!environment.contains("sesame") && !environment.contains("HOME="))
        #expect(try await hasher.hash(Array("arguments".utf8)) == "vais \(ChildProgram.word)")
        let standard = try plugin.host(.password).loadPassword()
        #expect(try await standard.hash(Array("settings".utf8)) == "none")
    }

    @Test("has nothing open but its connection, cannot be looked into, and gains no rights")
    func surroundings() async throws {
        let plugin = try TroubledPlugin(.password)
        let hasher = try plugin.host(.password).loadPassword()
        let words = try await hasher.hash(Array("descriptors".utf8)).split(separator: " ")
        let open = words.filter { $0.contains("=") }.map { String($0.prefix { $0 != ":" && $0 != "[" }) }.sorted()
        // The folder that is being read, the connection, and this call's lane.
        #expect(
            open == [
                "0=/dev/null", "1=/memfd", "2=/memfd", "3=socket", "4=socket", open.last ?? "",
            ], "\(words)")
        #expect(open.last?.hasSuffix("/fd") == true, "\(words)")
        #expect(
            try await hasher.hash(Array("protection".utf8)) == "dumpable 0, privileges 1, core 0, session 1")
    }

    @Test("is told of wrong settings in the same words as one in this process")
    func configuration() throws {
        let plugin = try TroubledPlugin(.password)
        for config in ["peper = \"x\"", "rounds = \"many\"", "pepper = { file = \"/none\" }", "rounds = 1.5"] {
            let isolated = try plugin.host(.password, config + "\n")
            let plain = try RealPlugins.host(
                "[password]\n\nplugin = \"\(plugin.file)\"\n[password.config]\n\(config)\n", folder: plugin.folder)
            let one = try #require(throws: PluginError.self) { try isolated.loadPassword() }
            let other = try #require(throws: PluginError.self) { try plain.loadPassword() }
            #expect(one.message == other.message && one.hint == other.hint && one.code == other.code)
        }
    }

    @Test("that crashes makes a login an error and nothing worse; what it answers is held to the rules")
    func trouble() async throws {
        let plugin = try TroubledPlugin(.password)
        let hasher = try plugin.host(.password).loadPassword()
        for word in ["abort", "exit", "garbage"] {
            let error = await #expect(throws: PluginError.self) { try await hasher.hash(Array(word.utf8)) }
            #expect(error?.code == .unavailable && error?.message.contains(plugin.file) == true)
            #expect(try await hasher.verify([1, 2], against: "\u{1}\u{2}"))
            #expect(try await !hasher.verify([1, 3], against: "\u{1}\u{2}"))
        }
        await #expect(throws: PluginError.self) { try await hasher.hash(Array("long".utf8)) }
        let binary = await #expect(throws: PluginError.self) { try await hasher.hash(Array("binary".utf8)) }
        #expect(binary?.message.contains("not UTF-8") == true)
        #expect(await hasher.needsRehash("abc"))
        #expect(await !hasher.needsRehash("abcd"))
    }

    @Test("is ended when it takes longer than a hash may")
    func hanging() async throws {
        let plugin = try TroubledPlugin(.password)
        let hasher = try plugin.host(.password) { $0.hash = .milliseconds(300) }.loadPassword()
        let error = await #expect(throws: PluginError.self) { try await hasher.hash(Array("hang".utf8)) }
        #expect(error?.message.contains("did not hash a password within 300 ms, and was ended") == true)
        #expect(try await hasher.verify([1], against: "\u{1}"))
    }

    @Test("leaves no secret in the memory that it shares with the host")
    func wiping() async throws {
        let plugin = try TroubledPlugin(.password)
        let hasher = try #require(try plugin.host(.password).loadPassword() as? IsolatedPasswordHasher)
        let secret = Array("a secret that is long enough to be found".utf8)
        _ = try await hasher.verify(secret, against: "some hash")
        await #expect(throws: PluginError.self) { try await hasher.hash(Array("abort".utf8)) }
        _ = try await hasher.verify(secret, against: "some hash")
        let running = try hasher.plugin.running()
        let isWiped = try running.listener.call(running.child, "look", within: .seconds(10)) {
            lane throws(FrameSocket.Failure) in
            lane.memory.bytes.allSatisfy { $0 == 0 }
        }
        #expect(isWiped)
    }
}
