internal import Synchronization

/// A digest plugin at the service of the host. Digests under way are known by the numbers that the host gives them.
final class DigestService: PluginService {
    private let digester: PluginDigester
    private let names: [String]
    private let digests = Mutex<[UInt64: PluginDigest]>([:])

    /// Known answers are computed before anything else.
    init(_ plugin: LoadedPlugin) throws(PluginError) {
        digester = try PluginDigester(plugin)
        names = digester.names
    }

    var offer: [UInt8] { DigestOffer.message(names.map { ($0, digester.size(of: $0)) }) }

    func received(_ kind: FrameKind, _ frame: inout FrameReader) throws(FrameFault) { throw FrameFault() }

    func end() {}

    func answer(
        _ request: LaneRequest, _ bytes: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) throws(PluginError) -> [UInt8]? {
        let number = request.context
        switch request.kind {
        case .digest: return try digester.digest(of: bytes, name(request))
        case .begin:
            guard let digest = try digester.begin(name(request)) else { throw unknown("algorithm") }
            try digest.update(bytes)
            digests.withLock { $0[number] = digest }
            return []
        case .update:
            guard let digest = digests.withLock({ $0[number] }) else { throw unknown("digest") }
            do throws(PluginError) { try digest.update(bytes) } catch {
                digests.withLock { $0[number] = nil }
                throw error
            }
            return []
        case .finish:
            guard let digest = digests.withLock({ $0.removeValue(forKey: number) }) else { throw unknown("digest") }
            try digest.update(bytes)
            return try digest.finish()
        case .abandon:
            digests.withLock { $0[number] = nil }
            return nil
        default: throw unknown("call")
        }
    }

    private func name(_ request: LaneRequest) -> String {
        names.indices.contains(Int(request.algorithm)) ? names[Int(request.algorithm)] : ""
    }

    private func unknown(_ what: String) -> PluginError {
        PluginError(.failed, "the process of the digest plugin knows no such \(what)", hint: nil)
    }
}
