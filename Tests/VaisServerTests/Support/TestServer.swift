import Logging
import RegistryTesting
import ServiceLifecycle
import VaisHost
import VaisModel
import VaisProtocol
import VaisRegistry
import VaisServer

/// A registry server on a free port of the loopback interface, on a real store.
final class TestServer: Sendable {
    let registry: TestRegistry
    let client: TestClient
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    private init(_ registry: TestRegistry, _ client: TestClient, _ group: ServiceGroup, _ task: Task<Void, any Error>) {
        self.registry = registry
        self.client = client
        self.group = group
        self.task = task
    }

    /// Runs `body` with a server, then stops it.
    static func with(
        _ store: StoreUnderTest = .memory, settings: RegistrySettings = TestRegistry.openSettings,
        connections: Int = 8, configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestRegistry.with(store, settings: settings) { registry in
            let server = try await start(registry, connections, configure)
            do {
                try await body(server)
            } catch {
                try? await server.shutDown()
                throw error
            }
            try? await server.shutDown()
        }
    }

    private static func start(
        _ registry: TestRegistry, _ connections: Int, _ configure: (inout ServerConfiguration) -> Void
    ) async throws -> TestServer {
        var configuration = ServerConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.logger.logLevel = .critical
        configure(&configuration)
        let (addresses, continuation) = AsyncStream<RegistryServer.Address>.makeStream()
        let server = RegistryServer(registry: registry.registry, configuration: configuration) { address in
            continuation.yield(address)
        }
        let group = ServiceGroup(services: [server], logger: configuration.logger)
        let task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        guard let address = await addresses.first(where: { _ in true }) else {
            try await task.value
            throw TestFailure("the server ended before it listened")
        }
        return TestServer(registry, TestClient(port: address.port, connections: connections), group, task)
    }

    /// Begins the orderly stop and waits for its end.
    func shutDown() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
    }

    func beginShutdown() async { await group.triggerGracefulShutdown() }

    /// A new account's token.
    func token(_ username: String, isAdmin: Bool = false) async throws -> String {
        try await registry.token(username, isAdmin: isAdmin)
    }

    /// Uploads an archive as a form, with metadata of the given name and version.
    @discardableResult
    func publish(_ archive: [UInt8], _ name: String, _ version: String = "1.0.0", token: String) async throws -> Answer
    {
        try await publish(
            Form().field("metadata", Array("{\"name\":\"\(name)\",\"version\":\"\(version)\"}".utf8)).field(
                "archive", archive, fileName: "package.tar.gz"), token: token)
    }

    func publish(_ form: Form, token: String?) async throws -> Answer {
        try await client.send(
            "POST", "/api/v1/packages/publish",
            ["Content-Type": form.contentType].merging(
                token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
            ) { $1 },
            body: form.bytes)
    }
}

/// A multipart form.
struct Form {
    static let boundary = "----form-7d3f"
    private var parts: [UInt8] = []

    var contentType: String { "multipart/form-data; boundary=\(Self.boundary)" }
    var bytes: [UInt8] { parts + Array("--\(Self.boundary)--\r\n".utf8) }

    func field(_ name: String, _ contents: [UInt8], fileName: String? = nil) -> Form {
        var form = self
        let file = fileName.map { "; filename=\"\($0)\"" } ?? ""
        form.parts += Array(
            "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(file)\r\n\r\n".utf8)
        form.parts += contents + [13, 10]
        return form
    }

    func field(_ name: String, _ contents: String) -> Form { field(name, Array(contents.utf8)) }
}
