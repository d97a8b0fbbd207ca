import Foundation
import SeededRandom
import Testing
import VaisModel

@testable import VaisHost

@Suite("The digester") struct PluginDigesterTests {
    @Test(
        "agrees with another implementation, at once and in pieces of any size",
        arguments: [UInt64.random(in: .min ... .max)], PluginIsolation.all)
    func agreement(_ seed: UInt64, _ isolation: PluginIsolation) throws {
        let digester = try RealPlugins.digest(isolation)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let bytes = (0..<Int.random(in: 0...5000, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            let expected = try Checksum(parsing: PluginFile.sha256(ArraySource(array: bytes)) ?? "")
            #expect(try bytes.withUnsafeBytes { try digester.sha256(of: $0) } == expected)
            let running = try digester.sha256()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 0...700, using: &random))
                try Array(piece).withUnsafeBytes { try running.update($0) }
                rest = rest.dropFirst(piece.count)
            }
            #expect(try running.finish() == expected.bytes)
            #expect(throws: PluginError.self) { try running.finish() }
            #expect(throws: PluginError.self) { try running.update(UnsafeRawBufferPointer(start: nil, count: 0)) }
        }
        #expect(try digester.running("sha512")?.finish().count == 64)
        #expect(try digester.running("crc32") == nil)
    }

    @Test("serves many tasks at once", arguments: PluginIsolation.all)
    func concurrency(_ isolation: PluginIsolation) async throws {
        let digester = try RealPlugins.digest(isolation)
        let expected = try digester.sha256(of: UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(expected.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200 {
                        let digest = try digester.sha256().finish()
                        #expect(digest == expected.bytes)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(
        "refuses a plugin that computes a known digest wrongly, has no SHA-256, or takes one call at a time",
        arguments: PluginIsolation.all)
    func knownAnswers(_ isolation: PluginIsolation) throws {
        let folder = try TestFolder()
        let sample = SamplePlugin(folder: folder)
        func load(_ library: String) throws -> any Digester {
            let section = "[digest]\nplugin = \"\(library)\"\nisolation = \"\(isolation.rawValue)\"\n"
            return try RealPlugins.host(section + "[digest.config]\npath = \"x\"\n", folder: folder).loadDigest()
        }
        let wrong = try sample.build("wrong", ["WRONG_DIGEST"])
        let error = #expect(throws: PluginError.self) { try load(wrong) }
        #expect(error?.message.contains("computes sha256 of \"abc\" as 0000") == true)
        let none = try sample.build()
        #expect(throws: PluginError.self) { try load(none) }
        // Tasks would wait for each other on Swift's own threads.
        let narrow = try sample.build("narrow", ["THREADS=VAIS_THREADS_ONE"])
        let refusal = #expect(throws: PluginError.self) { try load(narrow) }
        #expect(refusal?.message.contains("allows one call at a time") == true)
    }
}
