package import VaisModel

/// Writes the lines of one package's index; see `IndexDocument` for their form. The same calls give the same bytes, so a node
/// that builds an index again from the records gets the same ETag.
package struct IndexWriter {
    private var json: JSONWriter

    package var bytes: [UInt8] { json.bytes }

    /// Starts an index with its header.
    package init(name: PackageName, capacity: Int = 1024) {
        json = JSONWriter(capacity: capacity)
        json.object { json in
            json.member("k", "h")
            json.member("f", IndexDocument.format)
            json.member("n", name.text)
        }
        json.endLine()
    }

    /// Appends a release, and a status line when it is yanked or deprecated. Status lines carry the release's own serial
    /// here; use the other calls where the status has an event of its own.
    package mutating func append(_ release: IndexRelease) {
        json.object { json in
            json.member("k", "r")
            json.member("s", release.serial)
            json.member("v", release.version.description)
            json.member("c", release.checksum.hex)
            json.member("z", release.size)
            json.member("t", release.published.microseconds)
            if !release.dependencies.isEmpty {
                json.member("d", release.dependencies) { Self.write($1, to: &$0) }
            }
        }
        json.endLine()
        if let yank = release.yank { append(yank, of: release.version, serial: release.serial) }
        if let deprecation = release.deprecation {
            append(deprecation, of: release.version, serial: release.serial)
        }
    }

    package mutating func append(_ yank: Yank, of version: Version, serial: UInt64) {
        status("y", serial, version) { json in
            json.member("w", ifPresent: yank.reason)
            json.member("m", ifPresent: yank.message)
        }
    }

    package mutating func appendUnyank(of version: Version, serial: UInt64) {
        status("u", serial, version) { _ in }
    }

    /// - Parameter version: nil deprecates the whole package.
    package mutating func append(_ deprecation: Deprecation, of version: Version?, serial: UInt64) {
        status("d", serial, version) { json in
            json.member("n", ifPresent: deprecation.replacement?.text)
            json.member("m", ifPresent: deprecation.message)
        }
    }

    package mutating func appendEndOfDeprecation(of version: Version?, serial: UInt64) {
        status("e", serial, version) { _ in }
    }

    private mutating func status(
        _ kind: String, _ serial: UInt64, _ version: Version?, _ rest: (inout JSONWriter) -> Void
    ) {
        json.object { json in
            json.member("k", kind)
            json.member("s", serial)
            json.member("v", ifPresent: version?.description)
            rest(&json)
        }
        json.endLine()
    }

    private static func write(_ dependency: ReleaseDependency, to json: inout JSONWriter) {
        json.object { json in
            json.member("n", dependency.name.text)
            json.member("r", dependency.requirement.text)
            if dependency.kind != .normal { json.member("k", dependency.kind.rawValue) }
            json.member("f", ifAny: dependency.features)
            if dependency.isOptional { json.member("o", true) }
            json.member("t", ifPresent: dependency.target)
        }
    }
}
