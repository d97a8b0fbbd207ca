internal import Glibc
internal import VaisModel

/// Tokens by the origin they belong to, in `~/.vais/credentials.toml`. `VAIS_REGISTRY_TOKEN` comes first, for the registry in use.
package struct Credentials: Sendable {
    private let file: String
    private let environmentToken: String?
    /// The registry that `VAIS_REGISTRY_TOKEN` is for.
    private let environmentOrigin: String?

    package init(file: String, environmentToken: String? = nil, for registry: RegistryAddress? = nil) {
        self.file = file
        self.environmentToken = environmentToken.flatMap { $0.isEmpty ? nil : $0 }
        environmentOrigin = registry.flatMap(Self.origin)
    }

    /// The token for this registry and no other, nil when there is none.
    package func token(for address: RegistryAddress) throws(ClientError) -> String? {
        guard let origin = Self.origin(address) else { return nil }
        if let environmentToken, origin == environmentOrigin {
            guard Self.isToken(environmentToken) else {
                throw ClientError(
                    .usage, "VAIS_REGISTRY_TOKEN is not a token: it has characters that no token has",
                    hint: "look for a space or a line break in it")
            }
            return environmentToken
        }
        return try read().first { $0.origin == origin }?.token
    }

    /// Keeps a token in the place of the one there was. Of several processes that change the file at once, none undoes what another did.
    package func store(
        _ token: String, for address: RegistryAddress, _ events: Events = Events()
    ) async throws(ClientError) {
        guard let origin = Self.origin(address) else {
            throw ClientError(.input, "\(address) is a folder, which needs no login")
        }
        guard Self.isToken(token) else {
            throw ClientError(.input, "this is not a token: it is empty, or has characters that no token has")
        }
        try await changing(events) { all in all.filter { $0.origin != origin } + [(origin, token)] }
    }

    /// False when there was none.
    package func remove(
        for address: RegistryAddress, _ events: Events = Events()
    ) async throws(ClientError) -> Bool {
        let origin = Self.origin(address)
        guard try read().contains(where: { $0.origin == origin }) else { return false }
        try await changing(events) { all in all.filter { $0.origin != origin } }
        return true
    }

    /// Writes what `change` makes of the tokens that are there, with the folder locked against other processes that do the same.
    private func changing(
        _ events: Events, _ change: ([(origin: String, token: String)]) -> [(origin: String, token: String)]
    ) async throws(ClientError) {
        let folder = Files.parent(of: file)
        try Files.makeFolder(folder, mode: 0o700)
        let lock = try await ProcessLock.take(folder: folder, noticeAfter: .milliseconds(500)) { [file] in
            events.step("Waiting", "for another process that changes \(file)")
        }
        defer { withExtendedLifetime(lock) {} }
        try write(change(try read()))
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            }
    }

    private static func origin(_ address: RegistryAddress) -> String? {
        if case .server(_, let origin) = address.kind { return origin }
        return nil
    }

    private func read() throws(ClientError) -> [(origin: String, token: String)] {
        var status = stat()
        guard stat(file, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw Files.failure("read", file)
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ClientError(
                .input, "\(file) can be read by others", hint: "run `chmod 600 \(file)`; then replace the tokens in it",
                reason: "permissions")
        }
        guard let bytes = try Files.read(file, limit: 1 << 20) else { return [] }
        let root: TOML.Table
        do throws(TOML.Fault) {
            root = try TOML.parse(bytes).root
        } catch {
            throw ClientError(
                .input, "\(file):\(error.line): \(error.message)", hint: "correct it, or remove it and log in again")
        }
        guard case .table(let registries)? = root["registries"]?.node.value else { return [] }
        var found: [(origin: String, token: String)] = []
        for entry in registries.entries {
            guard case .table(let table) = entry.node.value, case .string(let token)? = table["token"]?.node.value
            else {
                throw ClientError(
                    .input, "\(file):\(entry.line): expected a table with a `token`", hint: "log in again")
            }
            found.append((entry.key, token))
        }
        return found
    }

    private func write(_ entries: [(origin: String, token: String)]) throws(ClientError) {
        var text = "# Tokens of registries. Keep this file to yourself.\n"
        for entry in entries.sorted(by: { $0.origin < $1.origin }) {
            text += "\n[registries.\"\(entry.origin)\"]\ntoken = \"\(entry.token)\"\n"
        }
        try Files.write(Array(text.utf8), to: file, mode: 0o600)
    }
}
