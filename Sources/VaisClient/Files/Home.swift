internal import Glibc
package import VaisModel

/// The user's folder `~/.vais`, or where `VAIS_HOME` says.
package struct Home: Sendable {
    package let path: String

    package init(path: String) { self.path = Files.absolute(path) }

    /// From the environment; throws when neither `VAIS_HOME` nor `HOME` says where it is.
    package init(environment: [String: String]) throws(ClientError) {
        if let home = environment["VAIS_HOME"], !home.isEmpty {
            path = Files.absolute(home)
        } else if let home = environment["HOME"], !home.isEmpty {
            path = Files.absolute(home) + "/.vais"
        } else {
            throw ClientError(
                .input, "there is no home folder", hint: "set HOME, or VAIS_HOME to a folder of your choice")
        }
    }

    package var credentials: String { path + "/credentials.toml" }
    package var configuration: String { path + "/config.toml" }

    /// Everything kept of one registry.
    package func registry(_ key: String?) -> RegistryFolder {
        RegistryFolder(path: path + (key.map { "/registries/\($0)" } ?? "/registry"))
    }
}

/// What is kept of one registry: its index, its archives, and what they contain.
package struct RegistryFolder: Sendable, Hashable {
    package let path: String

    package init(path: String) { self.path = path }

    package var index: String { path + "/index.cache" }
    package var cache: String { path + "/cache" }

    /// Where a release's tree lies below `cache`.
    static func tree(_ name: String, _ version: String) -> String { name + "/" + version + "/extracted" }

    package func release(_ release: ReleaseID) -> CachedRelease {
        CachedRelease(folder: "\(cache)/\(release.name)/\(release.version)")
    }
}

/// Where one release lies in the cache.
package struct CachedRelease: Sendable, Hashable {
    package let folder: String

    package var archive: String { folder + "/archive.tar.gz" }
    /// There only when it is complete.
    package var extracted: String { folder + "/extracted" }
    /// The checksum of the archive that `extracted` came from, in hexadecimal; written before `extracted` appears.
    package var checksum: String { folder + "/sha256" }
}
