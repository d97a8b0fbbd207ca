import Glibc
import VaisProtocol

/// A running `vais registry serve`, on a free port of the loopback address. It is ended with its owner.
final class RegistryProcess {
    static let admin = "root-user"
    static let password = "correct horse battery"

    let process: ChildProcess
    let port: UInt16
    private let log: String

    var url: String { "http://127.0.0.1:\(port)" }
    var http: HTTPClient { HTTPClient(port: port) }

    /// Starts a server and returns once it accepts connections. Throws with its log if it ends or stays silent.
    ///
    /// - Parameters:
    ///   - data: its data folder, and `data`.log its log, below the scratch folder.
    ///   - failPoint: where it shall end as by a crash, `name:count`.
    ///   - wrapper: a command that becomes the server.
    init(
        _ user: User, data: String = "data", failPoint: String? = nil, options: [String] = [], wrapper: [String] = []
    ) throws {
        var environment = user.environment
        environment["VAIS_REGISTRY_ADMIN_USER"] = Self.admin
        environment["VAIS_REGISTRY_ADMIN_PASS"] = Self.password
        environment["VAIS_FAILPOINT"] = failPoint
        log = user.scratch("\(data).log")
        try user.scratch.write("\(data).log", "")
        process = try ChildProcess(
            wrapper + [
                try Program.path(), "registry", "serve", "--data", user.scratch(data), "--listen", "127.0.0.1:0",
            ]
                + options,
            environment: environment, folder: user.scratch.path, output: log, errors: log)
        port = try Self.port(process, log)
    }

    private static func port(_ process: ChildProcess, _ log: String) throws -> UInt16 {
        for _ in 0..<12_000 {
            let text = String(decoding: try FileBytes.read(log), as: UTF8.self)
            for line in text.split(separator: "\n") where line.contains("Serving http://127.0.0.1:") {
                let digits = line.split(separator: "http://127.0.0.1:", maxSplits: 1)[1].prefix { $0.isNumber }
                if let port = UInt16(digits) { return port }
            }
            if let end = process.poll() { throw Failure("the registry ended (\(end)) before it served:\n\(text)") }
            usleep(5000)
        }
        throw Failure("the registry does not serve after a minute")
    }

    /// Asks it to finish what it is doing; how it ended.
    func stop() throws -> ChildProcess.End {
        process.signal(SIGTERM)
        return try process.wait()
    }

    /// A token that may do everything its owner may, from the administrator's password.
    func adminToken() throws -> String {
        let answer = try http.send(
            "POST", "/api/v1/auth/login", headers: [("Content-Type", "application/json")],
            body: Array("{\"username\":\"\(Self.admin)\",\"password\":\"\(Self.password)\"}".utf8))
        guard answer.status == 200 else { throw Failure("no token: \(answer)") }
        return try answer.json().object().string("token")
    }

    /// The most memory it has had in use so far, in bytes.
    func residentBytes() throws -> UInt64 {
        let status = String(decoding: try FileBytes.read("/proc/\(process.pid)/status"), as: UTF8.self)
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let words = line.split { $0 == " " || $0 == "\t" }
            if words.count > 1, let kilobytes = UInt64(words[1]) { return kilobytes << 10 }
        }
        throw Failure("no VmHWM of process \(process.pid)")
    }
}
