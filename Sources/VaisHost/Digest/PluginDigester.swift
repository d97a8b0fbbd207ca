internal import CVaisPlugin
package import VaisModel

/// Hash functions of a digest plugin, proved by known answers before the first use.
package final class PluginDigester: Digester, @unchecked Sendable {
    private let library: DigestLibrary
    private let sha256Algorithm: UnsafePointer<vais_algorithm>
    private let algorithms: [String: UnsafePointer<vais_algorithm>]

    private static let mostAlgorithms: UInt32 = 256

    package init(_ plugin: LoadedPlugin) throws(PluginError) {
        guard plugin.threadModel != .one else {
            throw PluginError(
                .incompatible,
                "the digest plugin \(plugin.id) \(plugin.version) allows one call at a time, so the tasks that compute "
                    + "digests would hold up each other, and everything else",
                hint: "use a digest plugin with thread model `per session` or `any`")
        }
        library = DigestLibrary(
            table: try plugin.requiredTable(vais_digest.self).pointee,
            name: "the digest plugin \(plugin.id) \(plugin.version)")
        var found: [String: UnsafePointer<vais_algorithm>] = [:]
        var position: UInt32 = 0
        while position < Self.mostAlgorithms, let algorithm = library.table.algorithm(position) {
            found[algorithm.pointee.name.text(atMost: 64)] = algorithm
            position += 1
        }
        algorithms = found
        guard let sha256 = found["sha256"] else {
            throw PluginError(
                .incompatible, "\(library.name) offers no sha256, only \(found.keys.sorted().joined(separator: ", "))",
                hint: "name a digest plugin that does in plugins.toml")
        }
        sha256Algorithm = sha256
        for answer in KnownAnswer.all {
            guard let algorithm = found[answer.algorithm] else { continue }
            try answer.prove(algorithm, library)
        }
    }

    package func sha256() throws(PluginError) -> any RunningDigest { try library.begin(sha256Algorithm) }

    package func sha256(of bytes: UnsafeRawBufferPointer) throws(PluginError) -> Checksum {
        let digest = try library.digest(of: bytes, sha256Algorithm)
        do { return try Checksum(bytes: digest) } catch {
            throw PluginError(.failed, "\(library.name) answered a SHA-256 of \(digest.count) bytes", hint: nil)
        }
    }

    package func running(_ algorithm: String) throws(PluginError) -> (any RunningDigest)? { try begin(algorithm) }

    /// The names of its algorithms, sorted.
    var names: [String] { algorithms.keys.sorted() }

    /// How many bytes a digest has.
    func size(of algorithm: String) -> Int { algorithms[algorithm]?.pointee.resultSize ?? 0 }

    func begin(_ algorithm: String) throws(PluginError) -> PluginDigest? {
        guard let found = algorithms[algorithm] else { return nil }
        return try library.begin(found)
    }

    /// Nil where there is no such algorithm.
    func digest(of bytes: UnsafeRawBufferPointer, _ algorithm: String) throws(PluginError) -> [UInt8]? {
        guard let found = algorithms[algorithm] else { return nil }
        return try library.digest(of: bytes, found)
    }
}

/// The plugin's functions, called by the tasks that need them: they compute, and wait for nothing. Its tables live as long as the process:
/// hence unchecked.
struct DigestLibrary: @unchecked Sendable {
    let table: vais_digest
    let name: String

    func begin(_ algorithm: UnsafePointer<vais_algorithm>) throws(PluginError) -> PluginDigest {
        var context: OpaquePointer?
        try check(table.context_new(algorithm, &context), "begin a digest")
        guard let context else { throw PluginError(.failed, "\(name) began no digest", hint: nil) }
        return PluginDigest(self, context, size: algorithm.pointee.resultSize)
    }

    func digest(of bytes: UnsafeRawBufferPointer, _ algorithm: UnsafePointer<vais_algorithm>) throws(PluginError)
        -> [UInt8]
    {
        var span = vais_span(
            data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), size: UInt64(bytes.count))
        var digest = [UInt8](repeating: 0, count: algorithm.pointee.resultSize)
        try check(table.oneshot(algorithm, &span, 1, &digest, UInt64(digest.count)), "compute a digest")
        return digest
    }

    func check(_ status: vais_status, _ action: String) throws(PluginError) {
        guard status == VAIS_OK else {
            throw PluginError(
                .failed, "\(name) failed to \(action) (status \(status))", hint: "report this to the plugin's author")
        }
    }
}

extension vais_algorithm {
    /// Bytes of a digest, as far as they are believed.
    fileprivate var resultSize: Int { Int(min(digest_size, 1024)) }
}

/// One running hash. Used by one task or thread at a time, as the protocol demands: hence unchecked.
final class PluginDigest: RunningDigest, @unchecked Sendable {
    private let library: DigestLibrary
    private let context: OpaquePointer
    private let size: Int
    private var isFinished = false

    init(_ library: DigestLibrary, _ context: OpaquePointer, size: Int) {
        self.library = library
        self.context = context
        self.size = size
    }

    deinit { library.table.context_free(context) }

    func update(_ bytes: UnsafeRawBufferPointer) throws(PluginError) {
        try requireRunning()
        let span = vais_span(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), size: UInt64(bytes.count))
        try library.check(library.table.context_update(context, span), "digest some bytes")
    }

    func finish() throws(PluginError) -> [UInt8] {
        try requireRunning()
        isFinished = true
        var digest = [UInt8](repeating: 0, count: size)
        try library.check(library.table.context_final(context, &digest, UInt64(size)), "finish a digest")
        return digest
    }

    private func requireRunning() throws(PluginError) {
        guard !isFinished else { throw PluginError(.failed, "a digest was used after it had been finished", hint: nil) }
    }
}
