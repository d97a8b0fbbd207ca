internal import CVaisPlugin

/// What this host says of itself, to plugins and in refusals.
package enum HostIdentity {
    package static let name = "vais"
    /// SemVer of this program.
    package static let version = "0.1.0"
    /// The plugin ABI it offers: any plugin with the same major loads.
    package static let abi = ABIVersion(major: UInt(VAIS_ABI_MAJOR), minor: UInt(VAIS_ABI_MINOR))
}

/// A version of the plugin ABI. A different major is a different contract; a higher minor only adds to it.
package struct ABIVersion: Hashable, Sendable, CustomStringConvertible {
    package var major: UInt
    package var minor: UInt

    package var description: String { "\(major).\(minor)" }
}
