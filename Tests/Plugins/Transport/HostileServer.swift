import Loopback

/// A server on a loopback port that does with each connection what a test wants, right or wrong, on a thread of its
/// own.
final class HostileServer: Sendable {
    typealias Behaviour = @Sendable (HostileConnection) -> Void

    private let listener: LoopbackListener

    var port: UInt16 { listener.port }
    /// Connections so far.
    var accepted: Int { listener.accepted }

    /// - Parameters:
    ///   - identity: speak TLS with this certificate.
    ///   - http2: pick HTTP/2 when the client offers it.
    init(identity: TLSIdentity? = nil, http2: Bool = false, _ behaviour: @escaping Behaviour) throws {
        listener = try LoopbackListener { descriptor, number in
            blockBrokenPipeSignal()
            if let connection = HostileConnection(descriptor, number, identity, http2) { behaviour(connection) }
        }
    }

    /// Refuses connections from now on; those that are there go on.
    func stopListening() { listener.stopListening() }

    /// Ends every connection and thread. A test calls it last.
    func stop() {
        listener.stop()
        listener.waitForThreads()
    }
}
