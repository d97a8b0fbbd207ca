import RegistryTesting
import VaisHost
import VaisModel
import VaisProtocol

@testable import VaisRegistry

extension TestRegistry {
    /// Publishes packages `p0000`, `p0001` … with the word `filler` in their description and the keyword `stuff`, without archives.
    func fill(_ count: Int) async throws {
        let caller = try await login("filler-owner", isAdmin: true)
        for start in stride(from: 0, to: count, by: 50) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + 50, count) {
                    group.addTask { try await self.registry.record(try Self.candidate(number), caller) }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func candidate(_ number: Int) throws -> PublishCandidate {
        let digits = String(number)
        let name = "p" + String(repeating: "0", count: 4 - digits.count) + digits
        let text = Array(
            """
            [package]
            name = "\(name)"
            version = "1.0.0"
            description = "filler"
            keywords = ["stuff"]
            """.utf8)
        return PublishCandidate(
            id: ReleaseID(name: try PackageName(parsing: name), version: try Version(parsing: "1.0.0")),
            manifest: try Manifest(parsing: text, file: Manifest.fileName), manifestText: text,
            checksum: try Checksum(bytes: [UInt8](repeating: 7, count: 32)), size: 1, readme: nil)
    }
}

extension Registry {
    /// The caller that `fill` publishes as.
    func admin() async throws -> Caller {
        try await authenticate(
            try await login(LoginRequest(username: "filler-owner", password: "correct horse")).token)
    }
}
