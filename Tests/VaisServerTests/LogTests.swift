import Glibc
import Logging
import RegistryTesting
import Synchronization
import Testing
import VaisProtocol
import VaisServer

@Suite("The server's log") struct LogTests {
    @Test("a failure of ours tells the client a number and the log the cause, and neither tells the token")
    func cause() async throws {
        let lines = LogLines()
        try await TestServer.with(
            .sqlite,
            configure: { configuration in
                configuration.logger = Logger(label: "test") { _ in CapturingLog(lines: lines) }
                configuration.logsRequests = true
            },
            { server in
                let token = try await server.token("alice")
                try await server.publish(TestPackage.archive("pad", filler: 200_000), "pad", token: token)
                for file in server.registry.blobFiles() { unlink(file) }
                let answer = try await server.client.get(
                    "/packages/pad/1.0.0.tar.gz?secret=1", ["Authorization": "Bearer \(token)"])
                #expect(answer.status == 500 && answer.error == "Internal server error")
                #expect(!answer.text.contains("missing"))
                let id = try #require(answer["x-request-id"])
                let all = lines.all
                #expect(all.contains { $0.contains(id) && $0.contains("is missing") })
                #expect(all.contains { $0.contains(id) && $0.contains("status=500") })
                #expect(!all.contains { $0.contains(token) || $0.contains("secret") || $0.contains("correct horse") })
            })
    }
}

private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct CapturingLog: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(lines: LogLines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }
        lines.add("\(event.message) \(pairs.joined(separator: " "))")
    }
}
