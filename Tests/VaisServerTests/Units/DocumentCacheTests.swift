import NIOCore
import Synchronization
import Testing
import VaisModel
import VaisProtocol

@testable import VaisServer

@Suite("DocumentCache") struct DocumentCacheTests {
    private let name = try? PackageName(parsing: "pad")

    private func document(_ text: String) throws -> PreparedDocument {
        PreparedDocument(archive: Array(text.utf8), try Checksum(bytes: [UInt8](repeating: 1, count: 32)))
    }

    private func text(_ document: PreparedDocument) -> String { String(buffer: document.plain.bytes) }

    @Test("however many ask at once, it is built once") func singleFlight() async throws {
        let cache = DocumentCache(limit: 1 << 20)
        let key = DocumentCache.Key.index(try #require(name))
        let built = Counter()
        let document = try document("x")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    _ = try await cache.document(key) {
                        built.increment()
                        try await Task.sleep(for: .milliseconds(20))
                        return document
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(built.value == 1)
        #expect(cache.known(key) != nil)
    }

    @Test("what was being built when the package changed is not kept") func race() async throws {
        let cache = DocumentCache(limit: 1 << 20)
        let name = try #require(name)
        let (old, new) = (try document("old"), try document("new"))
        let (started, begin) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        async let first = cache.document(.index(name)) {
            begin.finish()
            for await _ in released {}
            return old
        }
        for await _ in started {}
        cache.invalidate(name)
        // Who asks after the change does not join the build that began before it.
        let second = try await cache.document(.index(name)) { new }
        #expect(text(second) == "new")
        release.finish()
        #expect(text(try await first) == "old")
        #expect(cache.known(.index(name)).map(text) == "new")
    }

    @Test("a failure is told to all who asked and not kept") func failure() async throws {
        let cache = DocumentCache(limit: 1 << 20)
        let key = DocumentCache.Key.entry(try #require(name))
        await #expect(throws: Problem.self) { try await cache.document(key) { throw Problem.packageNotFound("pad") } }
        let document = try document("x")
        #expect(text(try await cache.document(key) { document }) == "x")
    }

    @Test("it stays within its bound, and what is used stays longest") func bound() async throws {
        let cache = DocumentCache(limit: 100_000)
        let hot = DocumentCache.Key.index(try PackageName(parsing: "hot"))
        let large = try document(String(repeating: "x", count: 10_000))
        _ = try await cache.document(hot) { large }
        var kept = 0
        for number in 0..<100 {
            let key = DocumentCache.Key.index(try PackageName(parsing: "p\(number)"))
            _ = try await cache.document(key) { large }
            #expect(cache.known(hot) != nil, "after \(number)")
        }
        for number in 0..<100 where cache.known(.index(try PackageName(parsing: "p\(number)"))) != nil { kept += 1 }
        #expect(kept < 10)
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func increment() { count.withLock { $0 += 1 } }
}
