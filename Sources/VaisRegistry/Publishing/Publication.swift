internal import VaisArchive
internal import VaisHost
internal import VaisModel
package import VaisProtocol

/// One publish in progress: the archive streams in, hashed and inspected as it flows, into an object that nobody can see yet.
///
///     begin (who may publish) -> write* -> finish: check everything -> object visible -> one guarded batch -> answer
///
/// Up to the batch nothing has happened but an object without a name. Used by one task at a time; ended by `finish` or `cancel`.
package final class Publication: @unchecked Sendable {
    private let registry: Registry
    private let caller: Caller
    private let writer: any BlobWriter
    private let digest: any RunningDigest
    private let inspector: ArchiveInspector
    private var size: UInt64 = 0
    private var isEnded = false

    fileprivate init(_ registry: Registry, _ caller: Caller, _ writer: any BlobWriter) throws {
        self.registry = registry
        self.caller = caller
        self.writer = writer
        digest = try registry.digester.sha256()
        var limits = ArchiveLimits.standard
        limits.packedBytes = registry.settings.uploadBytes
        inspector = try ArchiveInspector(limits: limits)
    }

    /// The next bytes of the archive. After it has thrown, only `cancel` may follow.
    package func write(_ bytes: [UInt8]) async throws(Problem) {
        size += UInt64(bytes.count)
        guard size <= registry.settings.uploadBytes else { throw .tooLarge(limit: registry.settings.uploadBytes) }
        do {
            try bytes.withUnsafeBytes { bytes in
                try digest.update(bytes)
                try inspector.feed(bytes)
            }
        } catch let error as ArchiveError {
            throw Problem(archive: error)
        } catch {
            throw Problem(fault: error)
        }
        try await storing { () throws(StorageError) in try await writer.write(bytes) }
    }

    /// Forgets what came so far.
    package func cancel() async {
        guard !isEnded else { return }
        isEnded = true
        await writer.abort()
    }

    /// Checks the complete archive and publishes it: all of it becomes visible in one step, or nothing does.
    ///
    /// - Parameter metadata: what the client says about the archive besides; where it says anything it must say the same.
    package func finish(metadata: PublishMetadata?) async throws(Problem) -> PublishResponse {
        do throws(Problem) {
            let candidate = try inspect()
            if let metadata { try metadata.check(against: candidate.manifest, candidate.id) }
            try await registry.checkMayPublish(candidate, caller)
            FailPoint.hit("publish.before-blob")
            isEnded = true
            try await storing { () throws(StorageError) in try await writer.commit(candidate.checksum) }
            FailPoint.hit("publish.after-blob")
            try await registry.record(candidate, caller)
            FailPoint.hit("publish.after-record")
            return PublishResponse(name: candidate.id.name, version: candidate.id.version, checksum: candidate.checksum)
        } catch {
            await cancel()
            throw error
        }
    }

    private func inspect() throws(Problem) -> PublishCandidate {
        do {
            let inspection = try inspector.finish()
            let checksum = try Checksum(bytes: try digest.finish())
            let manifest = try Manifest(parsing: inspection.manifest, file: Manifest.fileName)
            let id = try manifest.validateForPublishing()
            return PublishCandidate(
                id: id, manifest: manifest, manifestText: inspection.manifest, checksum: checksum, size: size,
                readme: inspection.readme.map { String(decoding: $0.bytes, as: UTF8.self) })
        } catch let error as ArchiveError {
            throw Problem(archive: error)
        } catch let error as ModelError {
            throw Problem(manifest: error)
        } catch {
            throw Problem(fault: error)
        }
    }
}

/// A complete archive that passed every check of its own.
struct PublishCandidate: Sendable {
    var id: ReleaseID
    var manifest: Manifest
    /// The manifest's bytes.
    var manifestText: [UInt8]
    var checksum: Checksum
    var size: UInt64
    var readme: String?
}

extension Registry {
    /// Begins a publish, if the caller's token allows it.
    package func publication(by caller: Caller, sizeHint: UInt64 = 0) async throws(Problem) -> Publication {
        try caller.require(.publish)
        let writer = try await storing { () throws(StorageError) in
            try await storage.blobs.writer(sizeHint: min(sizeHint, settings.uploadBytes))
        }
        do {
            return try Publication(self, caller, writer)
        } catch {
            await writer.abort()
            throw Problem(fault: error)
        }
    }
}

extension Problem {
    init(archive error: ArchiveError) {
        self =
            error.blamesArchive
            ? .invalidArchive(error.message, reason: error.code.rawValue, hint: error.hint) : Problem(fault: error)
    }

    /// What a manifest breaks, told as the original registry did for names and versions.
    init(manifest error: ModelError) {
        switch error.code {
        case .name: self = .invalidName(error)
        case .version: self = .invalidVersion(error)
        default:
            let place = error.line.map { " (\(Manifest.fileName), line \($0))" } ?? ""
            self = .invalidManifest(error.message + place, hint: error.hint)
        }
    }

    /// A failure on our side; its words are for the log. A plugin whose process has ended is started anew.
    init(fault error: any Error) {
        let comesBack = (error as? PluginError)?.code == .unavailable
        self = comesBack ? .unavailable("A part of the registry is being restarted") : .internalError
        cause = "\(error)"
    }
}
