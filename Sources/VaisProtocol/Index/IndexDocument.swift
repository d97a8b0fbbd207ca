package import VaisModel

/// The index of one package: JSON lines, to which the registry only ever appends.
///
///     {"k":"h","f":1,"n":"left-pad"}                                                    header: format, name
///     {"k":"r","s":17,"v":"1.3.0","c":"9f86…","z":1234,"t":1772366400000000,            release: checksum, size, time,
///      "d":[{"n":"ansi","r":"^1.2"},{"n":"check","r":"*","k":"dev"}]}                            dependencies
///     {"k":"y","s":21,"v":"1.3.0","w":"security","m":"reads outside of its folder"}     yank: reason, message
///     {"k":"u","s":22,"v":"1.3.0"}                                                      unyank
///     {"k":"d","s":30,"n":"pad","m":"moved"}                                            deprecate; one release with `v`
///     {"k":"e","s":31}                                                                  the deprecation has ended
///
/// `k` is the first key of every line, `s` the serial of the event that made it, `t` microseconds since 1970. A later status line
/// supersedes an earlier one. In a dependency, `k` is left out for `normal`, and `f` (features), `o` (optional) and `t` (target)
/// when there is nothing to say. Lines of unknown kinds and unknown keys are skipped; a change that an old reader
/// must not skip raises `f`.
package struct IndexDocument: Sendable, Equatable {
    /// The format this program writes, and the newest that it reads.
    package static let format: Int64 = 1

    package let name: PackageName
    /// The greatest serial of the lines, zero when there are none. A client that has seen a greater one is being rolled back.
    package internal(set) var serial: UInt64
    /// In the order of publication. No two have the same precedence.
    package internal(set) var releases: [IndexRelease]
    /// Set while the whole package is deprecated.
    package internal(set) var deprecation: Deprecation?

    /// Reads an index that was asked for under `name`.
    ///
    /// - Throws: `.wrongPackage` when it speaks of another package, `.newerFormat` when only a newer program can read it,
    ///   `.malformed` when it was cut short or is no strict JSON, `.unexpected` when a line breaks the rules above.
    package init(
        parsing bytes: [UInt8], of name: PackageName, limits: JSONLimits = JSONLimits(bytes: ProtocolLimits.indexBytes)
    ) throws(ProtocolError) {
        var reader = try IndexReader(bytes, name: name, limits: limits)
        self = try reader.read()
    }

    init(name: PackageName) {
        self.name = name
        serial = 0
        releases = []
    }
}
