internal import Synchronization
package import VaisHost

/// The digest plugin, loaded at the first use. Thread-safe.
package final class LazyDigester: Sendable {
    private let load: @Sendable () throws -> any Digester
    private let loaded = Mutex<(any Digester)?>(nil)

    package init(_ load: @escaping @Sendable () throws -> any Digester) { self.load = load }

    func get() throws -> any Digester {
        try loaded.withLock { digester in
            if let digester { return digester }
            let new = try load()
            digester = new
            return new
        }
    }
}

/// The transport plugin, loaded at the first use. Thread-safe.
package final class LazyTransport: Sendable {
    private let load: @Sendable () throws -> any Transport
    private let loaded = Mutex<(any Transport)?>(nil)

    package init(_ load: @escaping @Sendable () throws -> any Transport) { self.load = load }

    func get() throws -> any Transport {
        try loaded.withLock { transport in
            if let transport { return transport }
            let new = try load()
            transport = new
            return new
        }
    }

    package func close() async {
        let transport = loaded.withLock { $0.take() }
        await transport?.close()
    }
}
