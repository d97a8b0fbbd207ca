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
        /// Nil until it is read.
        var cache: IndexCache?
        var known: [PackageName: Known] = [:]
        var isDirty = false
        /// Whether the registry was asked what changed since the cache was written, so that what is not stale is right.
        var isCurrent = false
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
        state = Mutex(State())
    }

    package func knownIndex(of name: PackageName) -> IndexDocument?? {
        state.withLock { state in
            switch state.known[name] {
            case .document(let document): return .some(document)
            case .fetching: return nil
            case nil: break
            }
            guard freshness == .offline || state.isCurrent, let entry = cache(&state)[name],
                freshness == .offline || !entry.isStale,
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

    /// What is kept on the disk, read when it is first needed.
    private func cache(_ state: inout State) -> IndexCache {
        if let cache = state.cache { return cache }
        let cache = IndexCache(of: address, reading: folder.index)
        state.cache = cache
        return cache
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
            defer { state.isDirty = false }
            return state.isDirty ? state.cache : nil
        }
        cache?.write(to: folder.index)
    }

    /// Asks once in a run what changed since the cache was written.
    private func learnChanges() async throws {
        try await changes.run {
            let cache = self.state.withLock { self.cache(&$0) }
            let news = try await self.news(since: cache.serial, hasEntries: !cache.entries.isEmpty)
            self.state.withLock { state in
                state.cache?.markStale(news.isComplete ? news.names : Set(cache.entries.keys))
                state.isDirty = state.isDirty || news.serial != cache.serial || !news.names.isEmpty
                state.cache?.serial = news.serial
                state.isCurrent = true
            }
        }
    }

    private struct News {
        /// The registry's serial up to which the names are complete.
        var serial: UInt64
        var names: Set<PackageName> = []
        /// False when everything may have changed.
        var isComplete = true
    }

    private func news(since: UInt64, hasEntries: Bool) async throws -> News {
        // Without entries only the registry's serial is of interest, and no name.
        let everything = UInt64(Int64.max)
        var news = News(serial: hasEntries ? since : everything)
        do {
            for _ in 0..<Self.mostPages {
                let asked = news.serial
                let answer = try await connection.send("GET", Routes.changes(since: asked), authorization: .ifAsked)
                let changes = try Changes(parsing: answer.body)
                let newest = answer.head[HeaderName.serial].flatMap(UInt64.init) ?? changes.serial
                guard hasEntries else {
                    // A registry that only repeats the question has not told its serial.
                    return News(serial: newest == everything ? 0 : newest)
                }
                guard newest >= since, changes.serial >= asked else {
                    throw ClientError(
                        .integrity, "\(address) has gone back from change \(since) to \(min(newest, changes.serial))",
                        hint: "if the registry was restored from a backup, remove \(folder.index) and try again",
                        reason: "rollback")
                }
                news.names.formUnion(changes.names)
                news.serial = changes.serial
                if !changes.more { return news }
                // A cache that lags far behind is cheaper to revalidate than to be told about.
                if changes.serial == asked { break }
            }
            let answer = try await connection.send(
                "GET", Routes.changes(since: everything), authorization: .ifAsked)
            let newest = answer.head[HeaderName.serial].flatMap(UInt64.init) ?? news.serial
            return News(serial: max(newest, news.serial), isComplete: false)
        } catch let problem as Problem where problem.status == 404 {
            // A registry of the original kind has no feed.
            return News(serial: 0, isComplete: false)
        }
    }

    /// Pages of the feed that are read before everything is taken for changed.
    private static let mostPages = 4

    private func fetch(_ name: PackageName) async throws -> IndexDocument? {
        try await slots.run {
            let cached = self.state.withLock { self.cache(&$0)[name] }
            // A body that was damaged on disk counts as absent: asking whether it is still right would bring it back for ever.
            let old = cached.flatMap { try? IndexDocument(parsing: Array($0.body), of: name) }
            var headers: [(name: String, value: String)] = []
            if let cached, old != nil, !cached.etag.isEmpty { headers.append(("If-None-Match", cached.etag)) }
            let answer = try await self.connection.send(
                "GET", Routes.index(name), headers: headers, authorization: .ifAsked, accepted: [304, 404],
                limit: ProtocolLimits.indexBytes)
            switch answer.head.status {
            case 404:
                guard cached == nil else {
                    throw ClientError(
                        .integrity, "\(self.address) has forgotten the package `\(name)`",
                        hint:
                            "do not trust this registry before its operator has explained it; the cached copy is kept",
                        reason: "rollback")
                }
                self.settle(name, nil, entry: nil)
                return nil
            case 304:
                guard var cached, let old, !cached.etag.isEmpty else {
                    throw ClientError(.network, "\(self.address) answered 304 to a first request", reason: "status")
                }
                cached.isStale = false
                self.settle(name, old, entry: cached)
                return old
            default:
                guard !answer.body.isEmpty else {
                    throw ClientError(
                        .network, "\(self.address) answered with an empty index of `\(name)`", reason: "empty")
                }
                let document = try IndexDocument(parsing: answer.body, of: name)
                if let old { try self.refuseRewriting(old, document) }
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
            if let entry {
                state.cache?[name] = entry
                state.isDirty = true
            }
        }
    }
}
