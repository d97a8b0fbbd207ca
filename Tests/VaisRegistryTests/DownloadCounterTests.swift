import RegistryTesting
import Synchronization
import Testing
import VaisHost
import VaisModel
import VaisProtocol

@testable import VaisRegistry

@Suite("Counted downloads") struct DownloadCounterTests {
    /// Of the package and of its release.
    private func expect(_ downloads: [UInt64], _ registry: TestRegistry) async throws {
        let info = try await registry.registry.info(name("pad"))
        #expect([info.downloads, info.versions[0].downloads] == downloads)
    }

    private func with(
        _ store: StoreUnderTest, _ body: (TestRegistry, ReleaseID) async throws -> Void
    ) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            try await registry.publish(TestPackage.archive("pad"), by: alice)
            try await body(registry, ReleaseID(name: try name("pad"), version: try version("1.0.0")))
        }
    }

    @Test("are kept when the store refuses them", arguments: StoreUnderTest.allCases)
    func refused(_ store: StoreUnderTest) async throws {
        try await with(store) { registry, pad in
            registry.store.setFault { _ in .refused(.unavailable) }
            for _ in 0..<3 { registry.registry.countDownload(of: pad) }
            #expect(await registry.registry.flushDownloads() == 3)
            registry.registry.countDownload(of: pad)
            #expect(await registry.registry.flushDownloads() == 4)
            registry.store.setFault(nil)
            #expect(await registry.registry.flushDownloads() == 0)
            try await expect([4, 4], registry)
        }
    }

    @Test("count once when they are stored and the answer is lost", arguments: StoreUnderTest.allCases)
    func answerLost(_ store: StoreUnderTest) async throws {
        try await with(store) { registry, pad in
            registry.store.setFault { _ in .answerLost }
            for _ in 0..<3 { registry.registry.countDownload(of: pad) }
            #expect(await registry.registry.flushDownloads() == 3)
            try await expect([3, 3], registry)
            // Neither a second loss nor what is counted meanwhile changes that.
            registry.registry.countDownload(of: pad)
            _ = await registry.registry.flushDownloads()
            registry.store.setFault(nil)
            #expect(await registry.registry.flushDownloads() == 0)
            try await expect([4, 4], registry)
        }
    }

    @Test("of a release that is gone do not keep the others back", arguments: StoreUnderTest.allCases)
    func unknown(_ store: StoreUnderTest) async throws {
        try await with(store) { registry, pad in
            registry.registry.countDownload(of: pad)
            for package in ["aaa", "zzz"] {
                registry.registry.countDownload(of: ReleaseID(name: try name(package), version: try version("1.0.0")))
            }
            #expect(await registry.registry.flushDownloads() == 0)
            try await expect([1, 1], registry)
        }
    }

    @Test("flushes that meet do not lose or double any", arguments: StoreUnderTest.allCases)
    func parallel(_ store: StoreUnderTest) async throws {
        try await with(store) { registry, pad in
            // Every other attempt fails, in one way or the other.
            let attempts = Mutex(0)
            registry.store.setFault { _ in
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                return attempt % 4 == 1 ? .answerLost : attempt % 4 == 3 ? .refused(.busy) : nil
            }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        registry.registry.countDownload(of: pad)
                        await registry.registry.flushDownloads()
                    }
                }
            }
            registry.store.setFault(nil)
            #expect(await registry.registry.flushDownloads() == 0)
            try await expect([20, 20], registry)
        }
    }

    @Test("are stored when the registry closes, and what was not is told")
    func closing() async throws {
        try await TestRegistry.withFolder { folder in
            let first = try await TestRegistry.open(.sqlite, in: folder)
            let alice = try await first.login("alice")
            try await first.publish(TestPackage.archive("pad"), by: alice)
            let pad = ReleaseID(name: try name("pad"), version: try version("1.0.0"))
            // The store is away for two attempts.
            let attempts = Mutex(0)
            first.store.setFault { _ in
                attempts.withLock { attempts in
                    attempts += 1
                    return attempts <= 2 ? .refused(.unavailable) : nil
                }
            }
            for _ in 0..<7 { first.registry.countDownload(of: pad) }
            #expect(await first.registry.close() == 0)
            let second = try await TestRegistry.open(.sqlite, in: folder)
            try await expect([7, 7], second)
            second.registry.countDownload(of: pad)
            second.store.setFault { _ in .refused(.unavailable) }
            #expect(await second.registry.close() == 1)
        }
    }

    @Test("leave one id behind, however many batches were stored", arguments: StoreUnderTest.allCases)
    func ids(_ store: StoreUnderTest) async throws {
        try await with(store) { registry, pad in
            for _ in 0..<5 {
                registry.registry.countDownload(of: pad)
                await registry.registry.flushDownloads()
            }
            let shapes = registry.registry.shapes
            let ids = try await registry.store.scanAll(shapes.flushesBefore(.text("g")))
            #expect(ids.count == 1)
        }
    }
}
