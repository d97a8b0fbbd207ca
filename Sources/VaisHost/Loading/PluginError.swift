/// Why a plugin could not be chosen, checked, loaded or used.
package struct PluginError: Error, Sendable, CustomStringConvertible {
    package enum Code: UInt8, Sendable {
        /// plugins.toml is missing, malformed, or names an unknown key.
        case configuration
        /// No file for the plugin.
        case notFound
        /// Ownership, permissions, location, pin: the file is not to be trusted.
        case untrusted
        /// Not a plugin, or of another ABI or kind.
        case incompatible
        /// The dynamic loader refused it, such as for a missing library.
        case loading
        /// It was loaded, but a call failed.
        case failed
        /// It runs in a process of its own, which has ended, or is not there at the moment; another is started for a later call.
        case unavailable
    }

    package var code: Code
    /// What failed and why: which file, which plugin, which check.
    package var message: String
    /// The next step, if there is one.
    package var hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { message }
}
