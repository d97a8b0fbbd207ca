import VaisModel

@testable import VaisProtocol

/// Values that tests share, so that a claim shows only what it is about.
enum Sample {
    static let checksumText = String(repeating: "0123456789abcdef", count: 4)
    static let time = Timestamp(microseconds: 1_772_366_400_000_000)
    static let timeText = "2026-03-01T12:00:00Z"

    static func name(_ text: String = "left-pad") throws -> PackageName { try PackageName(parsing: text) }

    static func version(_ text: String = "1.3.0") throws -> Version { try Version(parsing: text) }

    static func checksum() throws -> Checksum { try Checksum(parsing: checksumText) }

    static func dependency(_ name: String, _ requirement: String) throws -> ReleaseDependency {
        ReleaseDependency(name: try Sample.name(name), requirement: try Requirement(parsing: requirement))
    }

    /// A dependency that says everything.
    static func fullDependency() throws -> ReleaseDependency {
        var dependency = try Sample.dependency("ansi", ">=1.2, <3")
        dependency.kind = .build
        dependency.features = ["color", "wide"]
        dependency.isOptional = true
        dependency.target = "linux"
        return dependency
    }

    static func release(
        _ version: String, serial: UInt64 = 1, dependencies: [ReleaseDependency] = []
    ) throws -> IndexRelease {
        IndexRelease(
            version: try Sample.version(version), checksum: try checksum(), size: 1234, published: time,
            dependencies: dependencies, serial: serial)
    }
}

extension JSONShape {
    /// The shape's JSON as text, for comparing with a golden one.
    var json: String { String(decoding: encoded(), as: UTF8.self) }

    init(_ json: String) throws(ProtocolError) { try self.init(parsing: Array(json.utf8)) }
}
