/// Why an archive was refused, could not be made, or could not be unpacked.
package struct ArchiveError: Error, Sendable, CustomStringConvertible {
    /// What code branches on. The raw values are stable: the registry sends them to clients and tests name them.
    package enum Code: String, Sendable, CaseIterable {
        // Where an entry would land.
        case pathEscape = "path_escape"
        case name
        case encoding
        case reserved
        case pathTooLong = "path_too_long"
        case depth
        // What an entry is.
        case link
        case type
        case sparse
        case gnu
        case pax
        case globalPax = "global_pax"
        // Entries that cannot live beside each other.
        case duplicate
        case collision
        case pathConflict = "path_conflict"
        // The bytes of the container.
        case format
        case size
        case checksum
        case truncated
        case trailing
        // Limits.
        case tooLarge = "too_large"
        case ratio
        case entries
        // The package inside.
        case root
        case manifestCase = "manifest_case"
        case manifestMissing = "manifest_missing"
        // This machine, or the folder to pack; never the fault of an archive.
        case pattern
        case changed
        case io
    }

    package var code: Code
    /// What failed and where, with the entry named in escaped form; safe to print on a terminal.
    package var message: String
    /// One step that is likely to help, or nil.
    package var hint: String?
    /// What the layer below said; for logs.
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    package var description: String { "\(message) [\(code.rawValue)]" }

    /// True when the archive itself is at fault, so that trying again with the same bytes cannot help.
    package var blamesArchive: Bool {
        switch code {
        case .io, .changed, .pattern: false
        default: true
        }
    }
}

extension ArchiveError {
    /// A refusal of one entry: `entry "a/../b" …`.
    static func entry(
        _ path: UnsafeRawBufferPointer, _ code: Code, _ reason: String, hint: String? = nil
    ) -> ArchiveError {
        ArchiveError(code, "entry \(EscapedPath.quote(path)) \(reason)", hint: hint)
    }
}
