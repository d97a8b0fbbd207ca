internal import Glibc
internal import VaisArchive
internal import VaisHost
internal import VaisModel

/// The cache of archives and what they contain. Written by stage-and-rename, so any number of processes may fill it at once; what is found
/// damaged is fetched again.
struct PackageStore: Sendable {
    private let session: Session
    private let addresses: [String: RegistryAddress]
    private let folders: [String: RegistryFolder]
    /// Enough to keep the link and both cores busy.
    private static let parallel = 16

    init(_ session: Session, addresses: [String: RegistryAddress], folders: [String: RegistryFolder]) {
        self.session = session
        self.addresses = addresses
        self.folders = folders
    }

    /// Sees to it that every package lies unpacked in the cache, with the checksum that is locked.
    func ensure(_ packages: [LockedPackage]) async throws(ClientError) -> (downloaded: Int, bytes: UInt64) {
        let missing = packages.filter { !isComplete($0) }
        guard !missing.isEmpty else { return (0, 0) }
        // The largest first, so that none of them is what everybody waits for at the end.
        let ordered = missing.sorted { ($1.size, $0.name) < ($0.size, $1.name) }
        do {
            let sources = try sources()
            session.events.step("Installing", "\(missing.count) packages")
            return try await withThrowingTaskGroup(of: UInt64.self) { group in
                var downloaded = 0
                var bytes: UInt64 = 0
                var done = 0
                var next = ordered.makeIterator()
                func start() {
                    guard let package = next.next() else { return }
                    group.addTask { try await self.fetch(package, sources[package.registry]) }
                }
                for _ in 0..<Self.parallel { start() }
                while let received = try await group.next() {
                    done += 1
                    session.events.progress(done, ordered.count)
                    if received > 0 { downloaded += 1 }
                    bytes += received
                    start()
                }
                return (downloaded, bytes)
            }
        } catch {
            throw ClientError(error)
        }
    }

    private func sources() throws(ClientError) -> [String: any RegistrySource] {
        var sources: [String: any RegistrySource] = [:]
        for (name, address) in addresses {
            if let folder = folders[name] { sources[name] = try session.source(address, folder: folder) }
        }
        return sources
    }

    private func place(_ package: LockedPackage) -> CachedRelease? {
        folders[package.registry]?.release(package.release)
    }

    private func isComplete(_ package: LockedPackage) -> Bool {
        guard let place = place(package), Files.exists(place.extracted) else { return false }
        return (try? Files.read(place.checksum, limit: 256)) == Array(package.checksum.hex.utf8)
    }

    /// Bytes that had to be downloaded.
    private func fetch(_ package: LockedPackage, _ source: (any RegistrySource)?) async throws -> UInt64 {
        guard let place = place(package), let source else {
            throw ClientError(.fault, "the registry `\(package.registry)` was not opened")
        }
        try Files.makeFolder(place.folder)
        StagingFolder.sweep(place.folder)
        var received: UInt64 = 0
        if try !hasArchive(package, place) {
            if session.isOffline {
                throw ClientError(
                    .network,
                    "the archive of \(package.release) is not in the cache, and --offline forbids to fetch it",
                    hint: "run the command once without --offline", reason: "offline")
            }
            try await download(package, place, source)
            received = package.size
        }
        try unpack(package, place)
        return received
    }

    /// Whether the archive is there and is the right one. One that is damaged or another is removed.
    private func hasArchive(_ package: LockedPackage, _ place: CachedRelease) throws -> Bool {
        let descriptor = open(place.archive, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let digest = try session.digester.get().sha256()
        var buffer = [UInt8](repeating: 0, count: 128 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Files.failure("read", place.archive) }
            if count == 0 { break }
            try buffer.withUnsafeBytes { try digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        if try Checksum(bytes: try digest.finish()) == package.checksum { return true }
        Files.remove(place.archive)
        return false
    }

    /// Damage on the way is repaired by one more attempt; a second one with the same wrong bytes is no accident.
    private func download(_ package: LockedPackage, _ place: CachedRelease, _ source: any RegistrySource) async throws {
        var wrong: Checksum?
        for attempt in 1...2 {
            do {
                let checksum = try await source.download(package.release, size: package.size, to: place.archive)
                if checksum == package.checksum { return }
                Files.remove(place.archive)
                wrong = checksum
            } catch let error as TransportError where attempt == 1 && (error.code == .broken || error.code == .timeout)
            {
                continue
            }
        }
        throw ClientError(
            .integrity, "the archive of \(package.release) is not the one that is locked",
            causes: [
                "vais.lock has sha256 \(package.checksum)", "\(source.address) sent \(wrong.map(\.hex) ?? "nothing")",
            ],
            hint: "do not use it; ask the registry's operator", reason: "checksum")
    }

    private func unpack(_ package: LockedPackage, _ place: CachedRelease) throws {
        FolderRemoval.remove(place.extracted)
        // Before the tree appears, so that a complete tree always has its checksum beside it.
        try Files.write(Array(package.checksum.hex.utf8), to: place.checksum, durable: false)
        var limits = ArchiveLimits.standard
        // What is locked may be of a registry that allows more than ours does.
        limits.packedBytes = max(limits.packedBytes, package.size)
        do {
            _ = try ArchiveUnpacker.unpack(file: place.archive, destination: place.extracted, limits: limits)
        } catch {
            throw ClientError(error).during("cannot unpack \(package.release)")
        }
    }
}
