import Glibc
import Synchronization

/// A server on a loopback port that does with each connection what a test wants, right or wrong, on a thread of its
/// own.
final class HostileServer: Sendable {
    typealias Behaviour = @Sendable (HostileConnection) -> Void

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var sockets: [Int32] = []
        var threads: [pthread_t] = []
        var accepted = 0
        var stopped = false
    }

    /// - Parameters:
    ///   - identity: speak TLS with this certificate.
    ///   - http2: pick HTTP/2 when the client offers it.
    init(identity: TLSIdentity? = nil, http2: Bool = false, _ behaviour: @escaping Behaviour) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard bound else { throw PluginProblem("cannot listen on 127.0.0.1") }
        port = UInt16(bigEndian: address.sin_port)
        let accepting = startThread { [self] in accept(identity, http2, behaviour) }
        state.withLock { $0.threads.append(accepting) }
    }

    /// Connections so far.
    var accepted: Int { state.withLock { $0.accepted } }

    /// Refuses connections from now on; those that are there go on.
    func stopListening() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Ends every connection and thread. A test calls it last.
    func stop() {
        let threads = state.withLock { state in
            state.stopped = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            return state.threads
        }
        stopListening()
        for thread in threads { pthread_join(thread, nil) }
        // Threads begun while the first were ending.
        for thread in state.withLock({ $0.threads.dropFirst(threads.count) }) { pthread_join(thread, nil) }
        for socket in state.withLock({ $0.sockets }) { close(socket) }
        close(listener)
    }

    private func accept(_ identity: TLSIdentity?, _ http2: Bool, _ behaviour: @escaping Behaviour) {
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { return }
            state.withLock { state in
                state.accepted += 1
                state.sockets.append(socket)
                if state.stopped { shutdown(socket, Int32(SHUT_RDWR)) }
                let number = state.accepted
                state.threads.append(
                    startThread {
                        blockBrokenPipeSignal()
                        if let connection = HostileConnection(socket, number, identity, http2) { behaviour(connection) }
                        shutdown(socket, Int32(SHUT_RDWR))
                    })
            }
        }
    }
}
