internal import Glibc
internal import VaisHost

/// What a digest, password or transport plugin costs the host: in this process, and in one of the plugin's own.
struct CallMeasurements {
    private let choice: PluginChoice
    /// How long the loop of one measurement goes on, in nanoseconds.
    private static let span: UInt64 = 600_000_000

    init(_ job: KitJob) throws(PluginError) {
        choice = try PluginChoice(job.kind, file: job.plugin, settings: job.configuration)
    }

    func run(_ report: (Measurement) -> Void) throws {
        for isolation in [PluginIsolation.none, .process] {
            let place = isolation == .none ? "" : ", isolated"
            switch choice.kind {
            case .digest: try digests(host(isolation).loadDigest(), place, report)
            case .password: try passwords(host(isolation).loadPassword(), place, report)
            case .transport: try transfers(host(isolation).loadTransport(), place, report)
            case .storage: break
            }
        }
        report(
            try Measurement.repeating("starting the process, opening the plugin", per: "start", span: Self.span) {
                let host = host(.process)
                switch choice.kind {
                case .digest: _ = try host.loadDigest()
                case .password: _ = try host.loadPassword()
                case .transport: _ = try host.loadTransport()
                case .storage: break
                }
            })
    }

    private func host(_ isolation: PluginIsolation) -> PluginHost {
        var choice = choice
        choice.isolation = isolation
        return PluginHost(PluginConfiguration(choice))
    }

    private func digests(_ digester: any Digester, _ place: String, _ report: (Measurement) -> Void) throws {
        let bytes = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try bytes.withUnsafeBytes { bytes in
            for (name, size) in [("no bytes", 0), ("64 KiB", 64 << 10), ("1 MiB", 1 << 20)] {
                let part = UnsafeRawBufferPointer(rebasing: bytes[..<size])
                report(
                    try Measurement.repeating("SHA-256 of \(name)\(place)", per: "call", span: Self.span) {
                        _ = try digester.sha256(of: part)
                    })
            }
            let name = "SHA-256 of 1 MiB in pieces of 16 KiB"
            report(
                try Measurement.repeating(name + place, per: "digest", span: Self.span) {
                    let digest = try digester.sha256()
                    for start in stride(from: 0, to: bytes.count, by: 16 << 10) {
                        try digest.update(UnsafeRawBufferPointer(rebasing: bytes[start..<start + (16 << 10)]))
                    }
                    _ = try digest.finish()
                })
        }
    }

    private func passwords(_ hasher: any PasswordHasher, _ place: String, _ report: (Measurement) -> Void) throws {
        let secret = Array("correct horse battery staple".utf8)
        let phc = try waiting { try await hasher.hash(secret) }
        report(
            try Measurement.repeating("hash\(place)", per: "call", span: Self.span * 2) {
                _ = try waiting { try await hasher.hash(secret) }
            })
        report(
            try Measurement.repeating("verify\(place)", per: "call", span: Self.span * 2) {
                _ = try waiting { try await hasher.verify(secret, against: phc) }
            })
        report(
            try Measurement.repeating("needs_rehash\(place)", per: "call", span: Self.span) {
                _ = try waiting { await hasher.needsRehash(phc) }
            })
    }

    private func transfers(_ transport: any Transport, _ place: String, _ report: (Measurement) -> Void) throws {
        guard let server = SizedAnswers() else { throw Refusal("no loopback port to measure with") }
        defer { server.close() }
        for (name, size) in [("no bytes", 0), ("64 KiB", 64 << 10), ("16 MiB", 16 << 20)] {
            let request = TransportRequest("GET", "http://127.0.0.1:\(server.port)/\(size)")
            report(
                try Measurement.repeating("GET of \(name)\(place)", per: "request", span: Self.span) {
                    try waiting { _ = try await transport.send(request, onHead: { _ in }, onData: { _ in }) }
                })
        }
        try waiting { await transport.close() }
    }
}

/// The outcome of asynchronous work, for a thread that has nothing else to do.
private func waiting<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) throws -> T {
    let outcome = Outcome<T>()
    Task.detached {
        do { outcome.result = .success(try await work()) } catch { outcome.result = .failure(error) }
        sem_post(outcome.isThere)
    }
    while sem_wait(outcome.isThere) != 0 {}
    guard let result = outcome.result else { throw Refusal("no outcome") }
    return try result.get()
}

/// Written by one thread before it raises the semaphore, read by another after.
private final class Outcome<T: Sendable>: @unchecked Sendable {
    var result: Result<T, any Error>?
    let isThere = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(isThere, 0, 0) }

    deinit {
        sem_destroy(isThere)
        isThere.deallocate()
    }
}
