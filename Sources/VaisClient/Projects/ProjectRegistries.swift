internal import Synchronization
internal import VaisModel

/// The registries of a project by their logical names, each opened once and only when it is needed. Thread-safe.
package final class ProjectRegistries: Sendable {
    private let session: Session
    private let manifest: Manifest
    private let opened = Mutex<[RegistryAddress: any RegistrySource]>([:])
    private let folders = Mutex<[String: RegistryFolder]>([:])

    init(_ manifest: Manifest, _ session: Session) {
        self.manifest = manifest
        self.session = session
    }

    /// Where a logical name leads. `--registry` replaces the default for one command.
    package func address(of registry: String) throws(ClientError) -> RegistryAddress {
        if registry == RegistryName.default, session.overridesDefault { return session.defaultRegistry }
        if let url = manifest.registries[registry] {
            do throws(ClientError) {
                return try RegistryAddress(parsing: url)
            } catch {
                // Not an argument but a file is at fault.
                throw ClientError(
                    .input, "[registries.\(registry)]: \(error.message)", hint: error.hint, reason: error.reason)
            }
        }
        if registry == RegistryName.default { return session.defaultRegistry }
        if let address = session.registries[registry] { return address }
        throw ClientError(
            .input, "there is no registry `\(registry)`",
            hint: "add `[registries.\(registry)]` with its `url` to vais.toml", reason: "unknown_registry")
    }

    /// Where things of a registry are kept.
    func folder(of registry: String) throws(ClientError) -> RegistryFolder {
        if let known = folders.withLock({ $0[registry] }) { return known }
        let folder = session.folder(of: try address(of: registry))
        folders.withLock { $0[registry] = folder }
        return folder
    }

    package func source(of registry: String) throws(ClientError) -> any RegistrySource {
        let address = try address(of: registry)
        return try opened.withLock { opened throws(ClientError) in
            if let source = opened[address] { return source }
            let source = try session.source(address, folder: session.folder(of: address))
            opened[address] = source
            return source
        }
    }

    /// Lets every registry that was opened write what it learned.
    func keep() async {
        for source in opened.withLock({ Array($0.values) }) { await source.keep() }
    }
}
