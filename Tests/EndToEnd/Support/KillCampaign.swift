import Glibc
import SeededRandom
import VaisModel
import VaisProtocol

/// A registry that is killed again and again under several publishers, and a memory of what it promised them.
final class KillCampaign {
    private static let writers = 4
    private static let uploadsEach = 6

    /// What a client knows of its publish.
    private enum Outcome { case acknowledged, unknown, notSent }

    private struct Upload {
        let package: SamplePackage
        var outcome: Outcome
    }

    private let scratch: ScratchFolder
    private let user: User
    private let token: String
    private var random: SeededGenerator
    private var settled: [Upload] = []
    private var serial: UInt64 = 0
    private var (killsAtPoints, killsAtRandom, acknowledged, unknown, landed) = (0, 0, 0, 0, 0)

    init(seed: UInt64, storage: String) throws {
        random = SeededGenerator(seed: seed)
        scratch = try ScratchFolder()
        user = try User(scratch, storage: storage)
        let registry = try RegistryProcess(user)
        token = try registry.adminToken()
        guard try registry.http.publish(SamplePackage("base", "1.0.0"), token: token).status == 200 else {
            throw Failure("the first publish failed")
        }
        _ = try registry.stop()
    }

    var summary: String {
        "\(killsAtPoints + killsAtRandom) kills (\(killsAtPoints) at fail points, \(killsAtRandom) at random): "
            + "\(acknowledged) publishes acknowledged, none lost; \(unknown) unanswered, of which \(landed) had landed whole "
            + "and the others not at all; \(serial) events without a gap"
    }

    /// One life of the server, its end, and the inspection of what it left.
    func round(_ number: Int, failPoint: String?) throws {
        let hit = failPoint.map { "\($0):\(Int.random(in: 1...8, using: &random))" }
        let registry = try RegistryProcess(user, failPoint: hit)
        let uploads = try publish(plan(number), to: registry, killing: hit == nil)
        guard try registry.process.wait(seconds: 10) == .signal(SIGKILL) else {
            throw Failure("\(hit ?? "the random kill") was never reached")
        }
        if hit == nil { killsAtRandom += 1 } else { killsAtPoints += 1 }
        do {
            try inspect(uploads)
        } catch {
            throw Failure("after \(hit ?? "a kill at random"): \(error)")
        }
    }

    /// Every release ever published, once more, from a fresh server.
    func verifyEverything() throws {
        let registry = try RegistryProcess(user)
        for upload in settled { try expect(upload.package, isStoredBy: registry.http) }
        serial = 0
        try followChanges(registry.http)
        guard try registry.stop() == .exit(0) else { throw Failure("the server did not stop in order") }
    }

    // MARK: - Publishing

    /// What each writer will publish: packages of its own and releases of one that all share.
    private func plan(_ round: Int) -> [[Upload]] {
        (0..<Self.writers).map { writer in
            (0..<Self.uploadsEach).map { number in
                let isShared = number % 2 == 1
                let size = random.chance(15) ? Int.random(in: 10_000...100_000, using: &random) : 100
                let contents = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                let dependencies = random.chance(50) ? ["base": "^1", "later": "~2.\(round)"] : [:]
                return Upload(
                    package: SamplePackage(
                        isShared ? "shared-\(round / 10)" : "own-\(round)-\(writer)",
                        isShared ? "\(round).\(writer).\(number)" : "1.0.\(number)", dependencies: dependencies,
                        contents: contents),
                    outcome: .notSent)
            }
        }
    }

    private func publish(_ plan: [[Upload]], to registry: RegistryProcess, killing: Bool) throws -> [Upload] {
        let delay = UInt32.random(in: 0...250_000, using: &random)
        let (pid, http, token) = (registry.process.pid, registry.http, token)
        let results = inParallel(plan.count + 1) { writer -> Result<[Upload], any Error> in
            guard writer < plan.count else {
                if killing {
                    usleep(delay)
                    kill(pid, SIGKILL)
                }
                return .success([])
            }
            return Result { try Self.publish(plan[writer], to: http, token: token) }
        }
        return try results.flatMap { try $0.get() }
    }

    /// One writer: publishes until an answer does not come.
    private static func publish(_ uploads: [Upload], to http: HTTPClient, token: String) throws -> [Upload] {
        var uploads = uploads
        for index in uploads.indices {
            guard let answer = try? http.publish(uploads[index].package, token: token) else {
                uploads[index].outcome = .unknown
                break
            }
            guard answer.status == 200 else { throw Failure("a publish was refused: \(answer)") }
            uploads[index].outcome = .acknowledged
        }
        return uploads
    }

    // MARK: - Inspection

    private func inspect(_ uploads: [Upload]) throws {
        let registry = try RegistryProcess(user)
        let http = registry.http
        let before = try releases(of: uploads, http)
        for upload in uploads {
            let isThere = before[upload.package.name]?[upload.package.version] != nil
            switch upload.outcome {
            case .acknowledged:
                acknowledged += 1
                guard isThere else { throw Failure("\(upload.package.id) was acknowledged and is lost") }
            case .unknown:
                unknown += 1
                if isThere { landed += 1 }
                try retry(upload.package, isThere: isThere, http)
            case .notSent:
                if isThere { throw Failure("\(upload.package.id) was never sent and is there") }
            }
        }
        let sent = uploads.filter { $0.outcome != .notSent }
        let after = try releases(of: sent, http)
        for upload in sent { try check(upload, after, http) }
        for upload in uploads where upload.outcome == .notSent {
            guard try http.get(upload.package.path).status == 404 else {
                throw Failure("\(upload.package.id) was never sent and has an archive")
            }
        }
        try followChanges(http)
        guard try registry.stop() == .exit(0) else { throw Failure("the server did not stop in order") }
        settled += sent
    }

    /// A publish whose answer was lost, repeated: it succeeds, or learns that it had landed.
    private func retry(_ package: SamplePackage, isThere: Bool, _ http: HTTPClient) throws {
        if !isThere, try http.get(package.path).status != 404 {
            throw Failure("\(package.id) has an archive and no release")
        }
        let answer = try http.publish(package, token: token)
        let checksum = try answer.json().object().optionalString("checksum")
        guard answer.status == (isThere ? 409 : 200), checksum == package.checksum else {
            throw Failure("\(package.id) published again: \(answer)")
        }
    }

    private func check(
        _ upload: Upload, _ known: [String: [String: IndexRelease]], _ http: HTTPClient
    ) throws {
        let package = upload.package
        guard let release = known[package.name]?[package.version] else { throw Failure("\(package.id) is lost") }
        guard release.checksum.hex == package.checksum, release.size == UInt64(package.archive.count) else {
            throw Failure("\(package.id) has another checksum or size")
        }
        let dependencies = Dictionary(
            release.dependencies.map { ($0.name.text, "\($0.requirement)") }, uniquingKeysWith: { first, _ in first })
        guard dependencies == package.dependencies else {
            throw Failure("\(package.id) has the dependencies \(dependencies)")
        }
        try expect(package, isStoredBy: http)
    }

    private func expect(_ package: SamplePackage, isStoredBy http: HTTPClient) throws {
        let answer = try http.get(package.path)
        guard answer.status == 200, SHA256.hex(answer.body) == package.checksum else {
            throw Failure("the archive of \(package.id) is \(answer.status), \(answer.body.count) bytes")
        }
    }

    /// The releases of every package that the uploads name, after all views of a package were found to agree.
    private func releases(of uploads: [Upload], _ http: HTTPClient) throws -> [String: [String: IndexRelease]] {
        var known: [String: [String: IndexRelease]] = [:]
        for name in Set(uploads.map(\.package.name)).sorted() { known[name] = try RegistryViews(http, name).releases() }
        return known
    }

    /// Every event since the last inspection, one by one: no serial is missing.
    private func followChanges(_ http: HTTPClient) throws {
        while true {
            let changes = try Changes(parsing: try http.get("/api/v1/changes?since=\(serial)&limit=1").body)
            if changes.serial == serial { break }
            guard changes.serial == serial + 1 else {
                throw Failure("event \(serial) is followed by event \(changes.serial)")
            }
            serial = changes.serial
        }
        let newest = try http.get("/api/v1/health")["vais-serial"]
        guard newest == "\(serial)" else { throw Failure("the newest event is \(newest ?? "unknown"), not \(serial)") }
    }
}

extension SamplePackage {
    fileprivate var id: String { "\(name)@\(version)" }
    fileprivate var path: String { "/api/v1/packages/\(name)/\(version).tar.gz" }
}
