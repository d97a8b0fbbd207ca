internal import Glibc
package import VaisModel

/// A folder with a `vais.toml`, and what lies beside it.
package struct Project: Sendable {
    package let folder: String
    package let manifest: Manifest
    package let manifestText: [UInt8]

    package var manifestPath: String { folder + "/" + Manifest.fileName }
    package var lockfilePath: String { folder + "/" + Lockfile.fileName }
    /// What only this program writes to.
    package var ownFolder: String { folder + "/.vais" }
    package var packagesFolder: String { ownFolder + "/" + Self.packagesName }
    static let packagesName = "packages"
    /// What `install` has installed last.
    package var statePath: String { ownFolder + "/installed" }

    /// The project in `folder`.
    package init(folder: String) throws(ClientError) {
        let path = folder + "/" + Manifest.fileName
        guard let bytes = try Files.read(path, limit: Manifest.maximumSize + 1) else {
            throw ClientError(.input, "there is no vais.toml in \(folder)", hint: "run `vais init` to make one")
        }
        try self.init(folder: folder, manifestText: bytes)
    }

    /// The project in `folder` as it would be with this manifest.
    package init(folder: String, manifestText: [UInt8]) throws(ClientError) {
        let own: Manifest
        do throws(ModelError) {
            own = try Manifest(parsing: manifestText, file: folder + "/" + Manifest.fileName)
        } catch {
            throw ClientError(error)
        }
        manifest = try Self.inherited(own, in: folder)
        self.folder = folder
        self.manifestText = manifestText
    }

    /// The project that `folder` lies in: its own manifest, or the nearest above.
    package static func find(from folder: String) throws(ClientError) -> Project {
        if let project = try findIfAny(from: folder) { return project }
        throw ClientError(
            .input, "there is no vais.toml in \(Files.absolute(folder)) or above", hint: "run `vais init` to make one")
    }

    /// As `find`; nil when there is none.
    package static func findIfAny(from folder: String) throws(ClientError) -> Project? {
        var current = Files.absolute(folder)
        while true {
            if Files.exists(current + "/" + Manifest.fileName) { return try Project(folder: current) }
            let above = Files.parent(of: current)
            if above == current { return nil }
            current = above
        }
    }

    /// What the lockfile says; nil when there is none. Conflict markers are an error here.
    package func readLockfile() throws(ClientError) -> Lockfile? {
        try readLockfileText().map { text throws(ClientError) in try lockfile(text) }
    }

    /// The bytes of the lockfile; nil when there is none.
    func readLockfileText() throws(ClientError) -> [UInt8]? { try Files.read(lockfilePath) }

    /// What the bytes of the lockfile say. Conflict markers are an error here.
    func lockfile(_ text: [UInt8]) throws(ClientError) -> Lockfile {
        do throws(ModelError) {
            return try Lockfile(parsing: text, file: lockfilePath)
        } catch {
            throw ClientError(error)
        }
    }

    /// As `lockfile`, but conflict markers are healed: both sides are merged.
    func healedLockfile(_ text: [UInt8]) throws(ClientError) -> HealedLockfile {
        do throws(ModelError) {
            return try Lockfile.parseHealing(text, file: lockfilePath)
        } catch {
            throw ClientError(error)
        }
    }

    /// Writes the lockfile unless it says the same already. True when it was written.
    @discardableResult
    package func write(_ lockfile: Lockfile) throws(ClientError) -> Bool { try writeLockfile(lockfile.encoded()) }

    /// As `write`, with the bytes that say it.
    @discardableResult
    func writeLockfile(_ text: [UInt8]) throws(ClientError) -> Bool {
        if try readLockfileText() == text { return false }
        // A link in its place is not followed: a project comes from anywhere, and whatever the link leads to would be lost.
        try StagedFile(text, replacing: lockfilePath).place()
        return true
    }

    /// Whether writing this lockfile would change the file.
    package func differs(from lockfile: Lockfile) throws(ClientError) -> Bool {
        try readLockfileText() != lockfile.encoded()
    }
}
