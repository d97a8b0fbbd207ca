import SeededRandom
import Testing
import VaisModel

@testable import VaisProtocol

@Suite("An index that was written") struct IndexRoundTripTests {
    @Test("is read back as it was, whatever the registry put into it", arguments: 1...40)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let name = try Sample.name("package-\(seed)")
        let releases = try Self.releases(using: &random)
        var writer = IndexWriter(name: name)
        for release in releases { writer.append(release) }
        let document = try IndexDocument(parsing: writer.bytes, of: name)
        #expect(document.releases == releases, "seed \(seed)")
        #expect(document.serial == releases.last?.serial ?? 0, "seed \(seed)")
    }

    @Test("and damaged afterwards is refused or read, and never crashes the reader", arguments: 1...40)
    func damage(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let name = try Sample.name("package-\(seed)")
        var writer = IndexWriter(name: name)
        for release in try Self.releases(using: &random) { writer.append(release) }
        for _ in 0..<20 {
            var bytes = writer.bytes
            let index = Int.random(in: 0..<bytes.count, using: &random)
            if Bool.random(using: &random) {
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            } else {
                bytes.removeSubrange(index..<min(bytes.count, index + 3))
            }
            guard let document = try? IndexDocument(parsing: bytes, of: name) else { continue }
            var again = IndexWriter(name: name)
            for release in document.releases { again.append(release) }
            #expect(try IndexDocument(parsing: again.bytes, of: name).releases == document.releases, "seed \(seed)")
        }
    }

    /// A package's releases in order, with dependency lists that mostly repeat.
    private static func releases(using random: inout SeededGenerator) throws -> [IndexRelease] {
        var dependencies: [ReleaseDependency] = []
        var serial: UInt64 = 0
        return try (0..<Int.random(in: 0...20, using: &random)).map { index in
            if Int.random(in: 0..<3, using: &random) == 0 { dependencies = try Self.dependencies(using: &random) }
            serial += UInt64.random(in: 1...50, using: &random)
            var release = try Sample.release(
                "\(index / 5).\(index % 5).0" + (["", "", "-rc.1", "+linux"].randomElement(using: &random) ?? ""),
                serial: serial, dependencies: dependencies)
            release.size = UInt64.random(in: 0...UInt64(Int64.max), using: &random)
            release.published = Timestamp(microseconds: Int64.random(in: .min ... .max, using: &random))
            release.checksum = try Checksum(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
            if Bool.random(using: &random) { release.yank = Yank(reason: "broken", message: "é\n\"\\") }
            if Bool.random(using: &random) { release.deprecation = Deprecation(message: nil, replacement: nil) }
            return release
        }
    }

    private static func dependencies(using random: inout SeededGenerator) throws -> [ReleaseDependency] {
        try (0..<Int.random(in: 0...5, using: &random)).map { index in
            var dependency = try Sample.dependency(
                "dependency-\(index)",
                ["*", "^1.2", ">=1.0.0-rc.1, <2", "~1", "=1.4.0"].randomElement(using: &random) ?? "*")
            dependency.kind = ReleaseDependency.Kind.allCases.randomElement(using: &random) ?? .normal
            if Bool.random(using: &random) { dependency.features = ["a", "\"b\""] }
            dependency.isOptional = Bool.random(using: &random)
            if Bool.random(using: &random) { dependency.target = "cfg(unix)" }
            return dependency
        }
    }
}
