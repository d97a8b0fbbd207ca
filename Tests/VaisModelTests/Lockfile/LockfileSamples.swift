import VaisModel

/// A small lockfile in its canonical form, to be damaged by tests.
enum LockfileSamples {
    static let text = """
        # Written by vais: one archive for every package. `vais update` changes it; do not edit.
        format = 1
        minimum-reader = 1

        [root]
        dependencies = [
            "left-pad ^1.2",
            "web >=1, <3 (corp)",
        ]
        dev-dependencies = [
            "check *",
        ]

        [[package]]
        name = "check"
        version = "0.1.0"
        registry = "default"
        sha256 = "\(digest("c"))"
        size = 10
        dependencies = []

        [[package]]
        name = "left-pad"
        version = "1.3.0"
        registry = "default"
        sha256 = "\(digest("a"))"
        size = 1234
        published = "2026-03-01T12:00:00Z"
        dependencies = []

        [[package]]
        name = "web"
        version = "2.0.0-rc.1+b"
        registry = "corp"
        sha256 = "\(digest("b"))"
        size = 9223372036854775807
        dependencies = [
            "check",
            "left-pad",
        ]

        """

    static func digest(_ digit: String) -> String { String(repeating: digit, count: 64) }

    static func package(
        _ name: String, _ version: String, digest: String = "d", dependencies: [String] = []
    ) throws -> LockedPackage {
        LockedPackage(
            name: try PackageName(parsing: name), version: try Version(parsing: version),
            checksum: try Checksum(parsing: LockfileSamples.digest(digest)), size: 7,
            dependencies: try dependencies.map { try PackageName(parsing: $0) })
    }

    static func requirement(
        _ name: String, _ requirement: String, kind: LockedRequirement.Kind = .normal
    ) throws -> LockedRequirement {
        LockedRequirement(
            name: try PackageName(parsing: name), requirement: try Requirement(parsing: requirement), kind: kind)
    }
}

extension Lockfile {
    /// Reads `text` as `vais.lock`.
    init(_ text: String) throws(ModelError) { try self.init(parsing: Array(text.utf8), file: "vais.lock") }
}
