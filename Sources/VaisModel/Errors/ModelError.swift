/// Why a piece of text is not what it should be: a name, a version, a manifest, a lockfile.
///
/// The message is a sentence without a full stop that names the rule and, where one exists, the position. It quotes the
/// text through `quoted`, so printing it is safe whatever the text held.
package struct ModelError: Error, Hashable, Sendable {
    /// What kind of text was refused; this is what callers branch on.
    package enum Code: String, Hashable, Sendable {
        case name
        case version
        case requirement
        case release
        case checksum
        case timestamp
        case manifest
        /// The manifest is fine for its project but may not be published as it stands.
        case publishing
        case lockfile
        /// The lockfile holds conflict markers where healing was not asked for.
        case conflict
        /// The lockfile was written by a newer version and must be left untouched.
        case newerFormat
        /// The lockfile lacks what proves an archive's contents; never repaired silently.
        case integrity
    }

    package var code: Code
    package var message: String
    /// One step that is likely to help, or nil.
    package var hint: String?
    /// The file the text came from, as its reader named it.
    package var file: String?
    /// The line in `file`, from 1.
    package var line: Int?

    package init(_ code: Code, _ message: String, hint: String? = nil, file: String? = nil, line: Int? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.file = file
        self.line = line
    }

    /// The same error, placed in a file; what is already known about the place stays.
    package func located(file: String, line: Int?) -> ModelError {
        var copy = self
        copy.file = self.file ?? file
        copy.line = self.line ?? line
        return copy
    }
}

extension ModelError: CustomStringConvertible {
    /// `file:line: message`, and the hint on a line of its own.
    package var description: String {
        var text = ""
        if let file {
            text += file
            if let line { text += ":\(line)" }
            text += ": "
        }
        text += message
        if let hint { text += "\nhint: \(hint)" }
        return text
    }
}
