import Glibc
import Synchronization
import VaisClient
import VaisHost
import VaisModel

/// The real plugins, as the build left them beside the test binary.
enum Plugins {
    static let host = Result { () throws -> PluginHost in
        guard let binary = Files.linkTarget("/proc/self/exe") else { throw ClientError(.fault, "no /proc/self/exe") }
        let folder = Files.parent(of: binary)
        for name in ["transport-curl", "digest-openssl"] where !Files.exists("\(folder)/lib\(name).so") {
            throw ClientError(.fault, "lib\(name).so is not beside \(binary): build all products")
        }
        let temporary = try TemporaryFolder()
        try temporary.write(
            "plugins.toml",
            "search = [\"\(folder)\"]\n[transport]\nplugin = \"transport-curl\"\n[digest]\nplugin = \"digest-openssl\"\n"
        )
        let places = ConfigurationPlaces(
            explicit: temporary.path + "/plugins.toml", environment: [:], binaryFolder: nil)
        return PluginHost(try PluginConfiguration.load(places))
    }

    static func checksum(of bytes: [UInt8]) throws -> Checksum {
        let digester = try host.get().loadDigest()
        return try bytes.withUnsafeBytes { try digester.sha256(of: $0) }
    }
}

/// How often the client loaded a plugin.
final class LoadCounter: Sendable {
    private let loads = Mutex<[String]>([])

    var names: [String] { loads.withLock { $0 } }
    func count(_ name: String) { loads.withLock { $0.append(name) } }
}

/// Counts calls from any thread.
final class Counter: Sendable {
    private let calls = Mutex(0)

    var count: Int { calls.withLock { $0 } }

    /// 1 for the first call.
    func next() -> Int {
        calls.withLock { calls in
            calls += 1
            return calls
        }
    }
}
