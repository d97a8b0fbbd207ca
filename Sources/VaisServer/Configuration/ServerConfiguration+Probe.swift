internal import Glibc

extension ServerConfiguration {
    /// Throws when the address cannot be listened on. For a server that would first change something: it finds out before, and not when it
    /// begins to serve. Between the two another program may take the port; then `RegistryServer.run` says the same.
    package func probeAddress() throws(ServerConfigurationError) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var addresses: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &addresses)
        defer { if let addresses { freeaddrinfo(addresses) } }
        guard status == 0, let address = addresses?.pointee else {
            throw .cannotListen(self, String(cString: gai_strerror(status)))
        }
        let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        // A machine without this kind of socket: the server itself may know better.
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // As the server does: connections of an earlier one that are still dying are no obstacle.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            throw .cannotListen(self, String(cString: strerror(errno)))
        }
    }
}

extension ServerConfigurationError {
    static func cannotListen(_ configuration: ServerConfiguration, _ reason: String) -> ServerConfigurationError {
        ServerConfigurationError(
            message: "cannot listen on \(configuration.host):\(configuration.port): \(reason)",
            hint: "choose another address or port; port 0 takes a free one")
    }
}
