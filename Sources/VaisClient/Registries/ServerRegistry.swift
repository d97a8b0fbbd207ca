internal import Glibc
internal import VaisHost
package import VaisModel
package import VaisProtocol
internal import Synchronization

/// A registry server as a source of packages: indexes are kept from run to run, and one question (`/changes`) tells which of them are
/// still right. Thread-safe.
package final class ServerRegistry: RegistrySource {
    private enum Known: Sendable {
        case document(IndexDocument?)
        case fetching(Task<IndexDocument?, any Error>)
    }

    private struct State {
        var cache: IndexCache
        var known: [PackageName: Known] = [:]
        var isDirty = false
        /// Serial of the registry as this run has seen it, from which the cache is right once it is written.
        var serial: UInt64 = 0
        /// Names whose cached index must be asked for again; nil before the registry was asked.
        var stale: Set<PackageName>?
        var everythingIsStale = false
    }

    /// How far the cache may be trusted.
    package enum Freshness: Sendable {
        /// Ask the registry once whether anything changed.
        case current
        /// Never ask; what is not in the cache is not there.
        case offline
    }

    package let connection: ServerConnection
    private let folder: RegistryFolder
    private let freshness: Freshness
    private let digester: LazyDigester
    private let state: Mutex<State>
    private let changes = OnceTask()
    /// More requests at once than this gain nothing on one machine and annoy a server.
    private let slots = Slots(32)

    package var address: RegistryAddress { connection.address }

    package init(_ connection: ServerConnection, folder: RegistryFolder, freshness: Freshness, digester: LazyDigester) {
        self.connection = connection
        self.folder = folder
        self.freshness = freshness
        self.digester = digester
        state = Mutex(State(cache: IndexCache(reading: folder.index)))
    }

    package func knownIndex(of name: PackageName) -> IndexDocument?? {
        state.withLock { state in
            if case .document(let document) = state.known[name] { return .some(document) }
            guard freshness == .offline || (state.stale.map { !$0.contains(name) } ?? false), !state.everythingIsStale,
                let entry = state.cache[name],
                let document = try? IndexDocument(parsing: Array(entry.body), of: name)
            else { return nil }
            state.known[name] = .document(document)
            return .some(document)
        }
    }

    package func index(of name: PackageName) async throws -> IndexDocument? {
        if freshness == .current { try await learnChanges() }
        if let known = knownIndex(of: name) { return known }
        if freshness == .offline {
            throw ClientError(
                .network, "the index of `\(name)` is not in the cache, and --offline forbids to fetch it",
                hint: "run the command once without --offline", reason: "offline")
        }
        let task = state.withLock { state -> Task<IndexDocument?, any Error> in
            switch state.known[name] {
            case .document(let document): return Task { document }
            case .fetching(let task): return task
            case nil:
                let task = Task { try await self.fetch(name) }
                state.known[name] = .fetching(task)
                return task
            }
        }
        return try await task.value
    }

    package func download(_ release: ReleaseID, size: UInt64, to file: String) async throws -> Checksum {
        try await slots.run {
            let sink = try DownloadFile(file, limit: size, digest: try self.digester.get().sha256())
            do {
                try await self.connection.stream(Routes.archive(release), limit: size, onData: { try sink.write($0) })
                return try sink.finish()
            } catch {
                sink.discard()
                throw error
            }
        }
    }

    package func similarNames(to name: PackageName) async -> [PackageName] {
        guard freshness == .current else { return [] }
        let words = name.text.split(whereSeparator: { $0 == "-" || $0 == "_" })
        guard let word = words.max(by: { $0.count < $1.count }), word.count >= 3,
            let answer = try? await connection.send(
                "GET", Routes.search(String(word.prefix(word.count - 1)), page: VaisProtocol.Page(limit: 20))),
            let result = try? SearchResult(parsing: answer.body)
        else { return [] }
        return result.packages.map(\.name)
    }

    package func keep() async {
        let cache = state.withLock { state -> IndexCache? in
            guard state.isDirty || (state.stale != nil && state.cache.serial != state.serial) else { return nil }
            state.cache.serial = state.serial
            // What is stale and was not asked for again must not be taken for right next time.
            for name in state.everythingIsStale ? Set(state.cache.entries.keys) : state.stale ?? [] {
                if case .document = state.known[name] { continue }
                state.cache[name] = nil
            }
            return state.cache
        }
        cache?.write(to: folder.index)
    }

    /// Asks once in a run what changed since the cache was written.
    private func learnChanges() async throws {
        try await changes.run {
            let (since, isEmpty) = self.state.withLock { ($0.cache.serial, $0.cache.entries.isEmpty) }
            var serial = since
            var stale: Set<PackageName> = []
            var everything = false
            do {
                // A cache that lags far behind is cheaper to revalidate than to be told about.
                for round in 0... {
                    let answer = try await self.connection.send(
                        "GET", Routes.changes(since: isEmpty ? .max >> 1 : serial))
                    let changes = try Changes(parsing: answer.body)
                    stale.formUnion(changes.names)
                    let registrySerial = answer.head[HeaderName.serial].flatMap(UInt64.init) ?? changes.serial
                    guard isEmpty || registrySerial >= since else {
                        throw ClientError(
                            .integrity, "\(self.address) has gone back from change \(since) to \(registrySerial)",
                            hint:
                                "if the registry was restored from a backup, remove \(self.folder.index) and try again",
                            reason: "rollback")
                    }
                    serial = isEmpty ? registrySerial : changes.serial
                    if isEmpty || !changes.more { break }
                    if round == 4 {
                        everything = true
                        serial = registrySerial
                        break
                    }
                }
            } catch let problem as Problem where problem.status == 404 {
                // A registry of the original kind has no feed.
                everything = true
            }
            self.state.withLock { state in
                state.stale = stale
                state.everythingIsStale = everything
                state.serial = serial
            }
        }
    }

    private func fetch(_ name: PackageName) async throws -> IndexDocument? {
        try await slots.run {
            let cached = self.state.withLock { $0.cache[name] }
            var headers: [(name: String, value: String)] = []
            if let cached, !cached.etag.isEmpty { headers.append(("If-None-Match", cached.etag)) }
            let answer = try await self.connection.send(
                "GET", Routes.index(name), headers: headers, authorization: .ifKnown, accepted: [304, 404],
                limit: ProtocolLimits.indexBytes)
            switch answer.head.status {
            case 404:
                self.settle(name, nil, entry: nil)
                return nil
            case 304:
                guard let cached else { throw ClientError(.network, "\(self.address) answered 304 to a first request") }
                let document = try IndexDocument(parsing: Array(cached.body), of: name)
                self.settle(name, document, entry: cached)
                return document
            default:
                guard !answer.body.isEmpty else {
                    throw ClientError(
                        .network, "\(self.address) answered with an empty index of `\(name)`", reason: "empty")
                }
                let document = try IndexDocument(parsing: answer.body, of: name)
                if let cached, let old = try? IndexDocument(parsing: Array(cached.body), of: name) {
                    try self.refuseRewriting(old, document)
                }
                self.settle(
                    name, document, entry: IndexCache.Entry(etag: answer.head["ETag"] ?? "", body: answer.body[...]))
                return document
            }
        }
    }

    /// A registry never changes or forgets a release; one that does is broken or hostile, and what is cached stays as evidence.
    private func refuseRewriting(_ old: IndexDocument, _ new: IndexDocument) throws {
        guard new.serial >= old.serial else {
            throw ClientError(
                .integrity, "the index of `\(new.name)` went back from change \(old.serial) to \(new.serial)",
                hint: "do not trust this registry before its operator has explained it; the cached copy is kept",
                reason: "rollback")
        }
        let checksums = Dictionary(
            new.releases.map { ($0.version, $0.checksum) }, uniquingKeysWith: { first, _ in first })
        for release in old.releases where checksums[release.version] != release.checksum {
            throw ClientError(
                .integrity, "\(new.name)@\(release.version) had another checksum before, or has disappeared",
                hint: "do not trust this registry before its operator has explained it; the cached copy is kept",
                reason: "rewritten")
        }
    }

    private func settle(_ name: PackageName, _ document: IndexDocument?, entry: IndexCache.Entry?) {
        state.withLock { state in
            state.known[name] = .document(document)
            state.cache[name] = entry
            state.isDirty = true
        }
    }
}
