/// A password plugin at the service of the host. Secrets are read where the host has put them, and nowhere copied.
final class PasswordService: PluginService {
    private let library: PasswordLibrary

    init(_ plugin: LoadedPlugin, _ settings: [Setting]) throws(PluginError) {
        library = try PasswordLibrary(plugin, settings: settings)
    }

    var offer: [UInt8] {
        let cost = library.cost()
        return PasswordOffer(memory: cost.memory, threads: cost.threads).message
    }

    func received(_ kind: FrameKind, _ frame: inout FrameReader) throws(FrameFault) { throw FrameFault() }

    func end() {}

    func answer(
        _ request: LaneRequest, _ first: UnsafeRawBufferPointer, _ secret: UnsafeRawBufferPointer
    ) throws(PluginError) -> [UInt8]? {
        switch request.kind {
        case .hash: try library.hash(.init(secret), salt: .init(first))
        case .verify: [try library.verify(.init(secret), against: .init(first)) ? 1 : 0]
        case .isOutdated: [library.isOutdated(.init(first)) ? 1 : 0]
        default: throw PluginError(.failed, "the process of the password plugin knows no such call", hint: nil)
        }
    }
}
