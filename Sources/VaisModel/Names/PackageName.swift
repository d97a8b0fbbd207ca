/// The name of a package: 1 to 64 of `a-z 0-9 - _`, beginning with a letter or a digit, without two separators in a row,
/// and not one of the `ReservedNames`.
///
/// Ordered by bytes, which for these characters is also the order a reader expects.
package struct PackageName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let maximumLength = 64

    package let text: String

    /// The name with `-` folded to `_`. Two packages of one registry never share it, since their names would be
    /// mistaken for each other.
    package var identity: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 { bytes.append(byte == UInt8(ascii: "-") ? UInt8(ascii: "_") : byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Throws: `.name`, naming the rule that `text` breaks.
    package init(parsing text: String) throws(ModelError) {
        if let fault = NameFault.find(in: text.utf8.span) { throw fault.error(for: text) }
        try self.init(unreserved: text)
    }

    /// The name that fills `bytes`; the fast path for lockfiles.
    init(parsing bytes: Span<UInt8>) throws(ModelError) {
        if let fault = NameFault.find(in: bytes) {
            throw fault.error(for: String(decoding: bytes.copied(0..<bytes.count), as: UTF8.self))
        }
        try self.init(unreserved: bytes.asciiText(0..<bytes.count))
    }

    private init(unreserved text: String) throws(ModelError) {
        if let reason = ReservedNames.reason(for: text) {
            throw ModelError(
                .name, "\(quoted(text)) cannot name a package: \(reason)",
                hint: "choose another name, for example `\(text)-tools`")
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (left: PackageName, right: PackageName) -> Bool { left.text < right.text }
}
