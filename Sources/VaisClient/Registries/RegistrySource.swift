package import VaisModel
package import VaisProtocol

/// What resolving and installing need of a registry, wherever it is. Safe to use from any task.
package protocol RegistrySource: Sendable {
    var address: RegistryAddress { get }
    /// The package's index as it was last seen or is now, whichever `freshness` asks for; nil when there is no such package.
    func index(of name: PackageName) async throws -> IndexDocument?
    /// The index if it is in memory and fresh enough; never waits.
    func knownIndex(of name: PackageName) -> IndexDocument??
    /// Copies the archive of a release to `file` and gives its checksum and size as received. At most `size` bytes are accepted.
    func download(_ release: ReleaseID, size: UInt64, to file: String) async throws -> Checksum
    /// Names of packages that resemble `name`, best first.
    func similarNames(to name: PackageName) async -> [PackageName]
    /// Writes what was learned to the cache; called once, at the end.
    func keep() async
}
