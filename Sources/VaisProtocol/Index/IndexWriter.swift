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

    /// Writes a whole index with the lines in the order of their serials, so that it grows at its end only.
    package init(name: PackageName, releases: [IndexRelease], statuses: [IndexStatus]) {
        self.init(name: name, capacity: 128 + 256 * releases.count)
        let statuses = statuses.sorted { $0.serial < $1.serial }
        var next = statuses.startIndex
        for release in releases.sorted(by: { $0.serial < $1.serial }) {
            while next < statuses.endIndex, statuses[next].serial < release.serial {
                append(statuses[next])
                next += 1
            }
            append(release)
        }
        for status in statuses[next...] { append(status) }
    }

    package mutating func append(_ status: IndexStatus) {
        switch status.change {
        case .yank(let yank):
            line("y", status) { json in
                json.member("w", ifPresent: yank.reason)
                json.member("m", ifPresent: yank.message)
            }
        case .unyank: line("u", status) { _ in }
        case .deprecation(let deprecation):
            line("d", status) { json in
                json.member("n", ifPresent: deprecation.replacement?.text)
                json.member("m", ifPresent: deprecation.message)
            }
        case .endOfDeprecation: line("e", status) { _ in }
        }
    }

    /// Appends a release, and a status line when it is yanked or deprecated. Status lines carry the release's own serial
    /// here; an `IndexStatus` carries that of its own event.
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
        if let yank = release.yank {
            append(IndexStatus(.yank(yank), of: release.version, serial: release.serial))
        }
        if let deprecation = release.deprecation {
            append(IndexStatus(.deprecation(deprecation), of: release.version, serial: release.serial))
        }
    }

    private mutating func line(_ kind: String, _ status: IndexStatus, _ rest: (inout JSONWriter) -> Void) {
        json.object { json in
            json.member("k", kind)
            json.member("s", status.serial)
            json.member("v", ifPresent: status.version?.description)
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
