internal import CVaisShim
internal import Glibc
internal import VaisHost
internal import VaisModel

/// The cache of archives and what they contain. Written by stage-and-rename, so any number of processes may fill it at once; what is found
/// damaged is fetched again.
struct PackageStore: Sendable {
    private let session: Session
    private let registries: ProjectRegistries
    /// Enough to keep the link and every core busy.
    private static let parallel = 24

    init(_ session: Session, _ registries: ProjectRegistries) {
        self.session = session
        self.registries = registries
    }

    struct Fetched: Sendable {
        /// Archives that had to be downloaded, and their bytes.
        var downloaded = 0
        var bytes: UInt64 = 0
    }

    /// The packages that do not lie unpacked in the cache with the checksum that is locked.
    func missing(_ packages: [LockedPackage]) throws(ClientError) -> [LockedPackage] {
        var missing: [LockedPackage] = []
        for package in packages {
            let place = try registries.folder(of: package.registry).release(package.release)
            if !place.isComplete(package.checksum) { missing.append(package) }
        }
        return missing
    }

    /// Puts `missing` into the cache, and onto the disk. Whatever fails, each package is there as a whole or not at all.
    func fill(_ missing: [LockedPackage]) async throws(ClientError) -> Fetched {
        guard !missing.isEmpty else { return Fetched() }
        if session.isOffline { try refuseUnfetched(missing) }
        // The largest first, so that none of them is what everybody waits for at the end.
        let ordered = missing.sorted { ($1.size, $0.name) < ($0.size, $1.name) }
        session.events.step("Installing", missing.count == 1 ? "\(missing[0].release)" : "\(missing.count) packages")
        do {
            let workers = BlockingThreads(count: max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))), name: "vais-unpack")
            let fetched = try await fetch(ordered, workers)
            // Links and records must not outlive, in a power cut, what they speak of.
            try await workers.run { try sync(missing) }
            return fetched
        } catch {
            throw ClientError(error)
        }
    }

    /// Offline, what is not in the cache ends the run before it begins; the first by name is told.
    private func refuseUnfetched(_ missing: [LockedPackage]) throws(ClientError) {
        for package in missing.sorted(by: { $0.name < $1.name }) {
            let place = try registries.folder(of: package.registry).release(package.release)
            if !Files.exists(place.archive) { throw .notFetched(package.release) }
        }
    }

    private func fetch(_ ordered: [LockedPackage], _ workers: BlockingThreads) async throws -> Fetched {
        try await withThrowingTaskGroup(of: UInt64.self) { group in
            var fetched = Fetched()
            var done = 0
            var next = ordered.makeIterator()
            func start() throws {
                guard let package = next.next() else { return }
                let source = try registries.source(of: package.registry)
                let place = try registries.folder(of: package.registry).release(package.release)
                let filling = PackageFilling(
                    package: package, place: place, source: source, session: session, workers: workers)
                group.addTask { try await filling.fill() }
            }
            for _ in 0..<Self.parallel { try start() }
            while let received = try await group.next() {
                done += 1
                session.events.progress(done, ordered.count)
                if received > 0 { fetched.downloaded += 1 }
                fetched.bytes += received
                try start()
            }
            return fetched
        }
    }

    private func sync(_ packages: [LockedPackage]) throws {
        for registry in Set(packages.map(\.registry)) {
            let folder = try registries.folder(of: registry)
            let descriptor = open(folder.cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Files.failure("open", folder.cache) }
            defer { close(descriptor) }
            guard vais_sync_file_system(descriptor) == 0 else { throw Files.failure("write", folder.cache) }
            for package in packages where package.registry == registry {
                CompletionMarker.settle(folder.release(package.release).checksum)
            }
        }
    }
}

extension CachedRelease {
    /// Whether the tree is there, is complete, and came from the archive with this checksum. Its files are not compared with the archive's;
    /// that somebody has emptied it, through the link in a project, is noticed.
    func isComplete(_ checksum: Checksum) -> Bool {
        // No archive is without a manifest at its root.
        Files.exists("\(extracted)/\(Manifest.fileName)") && CompletionMarker.says(checksum, at: self.checksum)
    }
}
