/// Why a storage operation failed, in terms a caller can act on.
package struct StorageError: Error, Sendable, CustomStringConvertible {
    /// What code branches on. The names are those of the plugin ABI.
    package enum Code: Sendable {
        /// A record or object that must exist does not.
        case notFound
        /// A record with this key, or this value of a unique index, exists already.
        case exists
        /// A guard of the batch does not hold; nothing was changed.
        case guardFailed
        /// The backend is locked, overloaded, or lost a race more often than was worth repeating; trying later may help.
        case busy
        /// The deadline passed or the caller went away; nothing was changed.
        case timeout
        /// The backend cannot be reached.
        case unavailable
        /// It is not known whether the commit happened.
        case ambiguous
        /// A declared limit is exceeded, or the disk or a quota is full.
        case limit
        case noSpace
        /// The stored schema does not fit this program.
        case schema
        /// Stored data is damaged.
        case corrupt
        case denied
        case unsupported
        /// A rule of the interface was broken, or the plugin is at fault.
        case failed
    }

    /// Which part of a batch failed.
    package enum Place: Sendable, Equatable {
        case requirement(Int)
        case operation(Int)
    }

    package var code: Code
    /// One sentence: what was tried, and what the backend said.
    package var message: String
    package var hint: String?
    package var place: Place?

    package init(_ code: Code, _ message: String, hint: String? = nil, place: Place? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.place = place
    }

    package var description: String { message }
}
