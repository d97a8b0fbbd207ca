import RegistryTesting
import Synchronization
import Testing
import VaisModel
import VaisProtocol
import VaisRegistry

@Suite("The registry's events") struct EventTests {
    @Test("every change has the next serial, and doing nothing has none", arguments: StoreUnderTest.allCases)
    func serials(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let start = registry.registry.serial
            #expect(start == 2)  // the account and its token
            try await registry.publish(TestPackage.archive("pad"), by: alice)
            #expect(registry.registry.serial == start + 1)
            for _ in 0..<2 { try await registry.registry.setYanked(true, name("pad"), version("1.0.0"), by: alice) }
            #expect(registry.registry.serial == start + 2)
            for _ in 0..<2 { try await registry.registry.setYanked(false, name("pad"), version("1.0.0"), by: alice) }
            #expect(registry.registry.serial == start + 3)
        }
    }

    @Test(
        "the feed names each changed package once, and a serial from the future gets the newest",
        arguments: StoreUnderTest.allCases)
    func feed(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            for package in ["b", "a", "b"] {
                let number = registry.registry.serial
                try await registry.publish(TestPackage.archive(package, "1.0.\(number)"), by: alice)
            }
            let all = try await registry.registry.changes(since: 0)
            #expect(all == Changes(serial: registry.registry.serial, names: [try name("a"), try name("b")]))
            let part = try await registry.registry.changes(since: 0, limit: 3)
            #expect(part.more && part.serial == 3 && part.names.map(\.text) == ["b"])
            let rest = try await registry.registry.changes(since: part.serial)
            #expect(!rest.more && rest.names.map(\.text) == ["a", "b"])
            for future in [registry.registry.serial, UInt64(Int64.max), UInt64.max] {
                let none = try await registry.registry.changes(since: future)
                #expect(none == Changes(serial: registry.registry.serial, names: []))
            }
        }
    }

    @Test("an observer hears of a change before it is acknowledged", arguments: StoreUnderTest.allCases)
    func observers(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let heard = Mutex<[String]>([])
            registry.registry.observe { name in heard.withLock { $0.append(name.text) } }
            let alice = try await registry.login("alice")
            try await registry.publish(TestPackage.archive("pad"), by: alice)
            #expect(heard.withLock { $0 } == ["pad"])
            _ = try await registry.login("bob")
            try await registry.registry.addOwner("bob", to: name("pad"), by: alice)
            #expect(heard.withLock { $0 } == ["pad", "pad"])
        }
    }

    @Test("changes made at the same time leave no gap", arguments: StoreUnderTest.allCases)
    func parallelChanges(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let alice = try await registry.login("alice")
            let start = registry.registry.serial
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<30 {
                    group.addTask {
                        if number % 3 == 0 {
                            _ = try await registry.registry.createToken(CreateTokenRequest(name: "t"), by: alice)
                        } else {
                            try await registry.publish(TestPackage.archive("p\(number)"), by: alice)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(registry.registry.serial == start + 30)
            let serials = try await (0..<30).asyncFlatMap { number -> [UInt64] in
                guard number % 3 != 0 else { return [] }
                let name = try name("p\(number)")
                return try IndexDocument(parsing: try await registry.registry.index(of: name), of: name).releases.map(
                    \.serial)
            }
            #expect(Set(serials).count == 20)
            #expect(serials.allSatisfy { $0 > start && $0 <= start + 30 })
        }
    }
}

extension Sequence {
    fileprivate func asyncFlatMap<T>(_ transform: (Element) async throws -> [T]) async throws -> [T] {
        var result: [T] = []
        for element in self { result += try await transform(element) }
        return result
    }
}
