internal import Glibc
internal import VaisArchive
internal import VaisHost
internal import VaisModel

/// Brings one package into the cache: its archive, checked against the lockfile, and the tree in it.
///
///     folder/archive.tar.gz    named when whole          ─ hashed before each use
///     folder/sha256            written before the tree   ─ see CompletionMarker
///     folder/extracted/        named when whole
struct PackageFilling: Sendable {
    let package: LockedPackage
    let place: CachedRelease
    let source: any RegistrySource
    let session: Session
    /// Where files are hashed and unpacked, so that transfers go on meanwhile.
    let workers: BlockingThreads

    /// Bytes that had to be downloaded.
    func fill() async throws -> UInt64 {
        try Files.makeFolder(place.folder)
        // Filling twice at once would be safe, only wasteful.
        let lock = try await ProcessLock.take(folder: place.folder, noticeAfter: .seconds(2)) {
            session.events.step("Waiting", "for another process that installs \(package.release)")
        }
        defer { withExtendedLifetime(lock) {} }
        // Another process may have been here while we waited.
        if place.isComplete(package.checksum) { return 0 }
        sweep()
        var received: UInt64 = 0
        if try await !workers.run({ try hasArchive() }) {
            if session.isOffline { throw ClientError.notFetched(package.release) }
            try await download()
            received = package.size
        }
        try await workers.run { try unpack() }
        return received
    }

    /// Removes what crashed processes have left: only the holder of the lock writes here.
    private func sweep() {
        StagingFolder.sweep(place.folder)
        for name in Files.list(place.folder)
        where name.hasSuffix(DownloadFile.suffix) || name.hasSuffix(StagedFile.suffix) {
            Files.remove("\(place.folder)/\(name)")
        }
    }

    /// Whether the archive is there and is the right one. One that is damaged or another is removed.
    private func hasArchive() throws -> Bool {
        let descriptor = open(place.archive, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let digest = try session.digester.get().sha256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { break }
            if count == 0 {
                if try Checksum(bytes: try digest.finish()) == package.checksum { return true }
                break
            }
            try digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        Files.remove(place.archive)
        return false
    }

    /// Damage on the way is repaired by one more attempt; a second one is no accident.
    private func download() async throws {
        for attempt in 1...2 {
            do {
                let checksum = try await source.download(package.release, size: package.size, to: place.archive)
                if checksum == package.checksum { return }
                Files.remove(place.archive)
                guard attempt == 2 else { continue }
                throw ClientError(
                    .integrity, "the archive of \(package.release) is not the one that is locked",
                    causes: ["vais.lock has sha256 \(package.checksum)", "\(source.address) sent \(checksum)"],
                    hint: "do not use it; ask the registry's operator", reason: "checksum")
            } catch let error as TransportError where error.code == .tooLarge {
                throw ClientError(
                    .integrity, "the archive of \(package.release) is larger than its \(package.size) bytes",
                    causes: ["\(source.address) sent more"], hint: "do not use it; ask the registry's operator",
                    reason: "size")
            } catch let error as ClientError where error.reason == "size" {
                throw error.during("the archive of \(package.release) is not the one that is locked")
            } catch let error as TransportError where attempt == 1 && error.code == .broken {
                continue
            }
        }
    }

    private func unpack() throws {
        retire()
        // Before the tree appears, so that a tree never stands beside the checksum of another.
        try CompletionMarker.write(package.checksum, to: place.checksum)
        var limits = ArchiveLimits.standard
        // What is locked may be of a registry that allows more than ours does.
        limits.packedBytes = max(limits.packedBytes, package.size)
        do {
            _ = try ArchiveUnpacker.unpack(file: place.archive, destination: place.extracted, limits: limits)
        } catch {
            throw ClientError(error).during("cannot unpack \(package.release)")
        }
    }

    /// Takes away a tree that cannot be trusted, at one stroke: a half-removed one must not be taken for complete.
    private func retire() {
        let aside = "\(place.folder)/\(StagingFolder.prefix)\(String(UInt64.random(in: .min ... .max), radix: 16))"
        guard rename(place.extracted, aside) == 0 else { return }
        FolderRemoval.remove(aside)
    }
}
