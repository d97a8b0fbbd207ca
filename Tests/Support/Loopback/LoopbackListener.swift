import Glibc
import Synchronization

/// Accepts connections on a loopback port of its own and serves each on a thread of its own.
///
/// A descriptor is closed by its own thread and by nobody else: the number of one closed too early is given to the next socket of the
/// process, and whoever still writes to it writes into the connection of another test.
package final class LoopbackListener: Sendable {
    package let port: UInt16

    private struct State {
        var isListening = true
        var isStopped = false
        var accepted = 0
        var open: Set<Int32> = []
    }

    private let listener: Int32
    private let serve: @Sendable (_ descriptor: Int32, _ number: Int) -> Void
    private let state = Mutex(State())

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter serve: called on the connection's thread with its blocking descriptor, which is closed afterwards, and its number,
    ///   counted from 1.
    package init(_ serve: @escaping @Sendable (_ descriptor: Int32, _ number: Int) -> Void) throws {
        self.serve = serve
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 256) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else {
            let reason = String(cString: strerror(errno))
            close(listener)
            throw Failure(description: "cannot listen on a loopback port: \(reason)")
        }
        guard startThread({ [self] in accept() }) else {
            close(listener)
            throw Failure(description: "no thread to accept connections with")
        }
    }

    /// Connections so far.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// Refuses connections from now on; those that are there go on.
    package func stopListening() {
        state.withLock { state in
            if state.isListening { shutdown(listener, Int32(SHUT_RDWR)) }
        }
    }

    /// Ends every connection. Threads then end by themselves; `waitForThreads` waits for that.
    package func stop() {
        state.withLock { state in
            state.isStopped = true
            if state.isListening { shutdown(listener, Int32(SHUT_RDWR)) }
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Blocks until no thread of this object is left. After `stop` only.
    package func waitForThreads() {
        while state.withLock({ $0.isListening || !$0.open.isEmpty }) { usleep(500) }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return state.withLock { state in
                    state.isListening = false
                    close(listener)
                }
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                state.open.insert(descriptor)
                state.accepted += 1
                return state.accepted
            }
            guard let number, startThread({ [self] in run(descriptor, number) }) else {
                end(descriptor)
                continue
            }
        }
    }

    private func run(_ descriptor: Int32, _ number: Int) {
        serve(descriptor, number)
        shutdown(descriptor, Int32(SHUT_RDWR))
        end(descriptor)
    }

    private func end(_ descriptor: Int32) {
        state.withLock { state in
            state.open.remove(descriptor)
            _ = close(descriptor)
        }
    }
}

private func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    let context = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
            return nil
        }, context.toOpaque())
    guard status == 0 else {
        context.release()
        return false
    }
    pthread_detach(thread)
    return true
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
