internal import Glibc
internal import Logging
internal import VaisHost
internal import VaisModel

/// A program of its own with a digest plugin in a process of its own: for what cannot be seen where other tests run. `isolation-host SCENARIO
/// PLUGIN` does what the scenario says, and prints what it saw.
@main
struct Main {
    static func main() {
        if CommandLine.arguments.dropFirst() == [ChildProgram.word] { PluginProcess.run() }
        guard CommandLine.arguments.count == 3 else { exit(64) }
        do {
            let scenario = try Scenario(plugin: CommandLine.arguments[2])
            switch CommandLine.arguments[1] {
            case "restarts": try scenario.restarts(200)
            case "log": try scenario.log()
            case "wait": try scenario.wait()
            case "exit": exit(3)
            default: exit(64)
            }
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }
}

struct Scenario {
    let digester: any Digester

    init(plugin: String) throws {
        var choice = PluginChoice(.digest, plugin: plugin, origin: .environment("TEST"))
        choice.isolation = .process
        var limits = IsolationLimits()
        limits.starts = 1000
        LoggingSystem.bootstrap { _ in PrintedLog() }
        digester = try PluginHost(PluginConfiguration(choice), limits: limits).loadDigest()
    }

    func digest(_ text: String) -> String {
        do { return try Array(text.utf8).withUnsafeBytes { try digester.sha256(of: $0) }.hex } catch {
            return "\(error)"
        }
    }

    /// How many descriptors there are after the first and the last of so many ends of the plugin's process; and how many threads.
    func restarts(_ count: Int) throws {
        for round in 0...count {
            guard digest("abc").hasPrefix("ba7816bf") else { return print("no digest in round \(round)") }
            if round == 1 || round == count { print(counted("fd"), counted("task"), children().count) }
            if round == count { break }
            guard digest("abort").contains("SIGABRT") else { return print("no crash in round \(round)") }
        }
    }

    func log() throws {
        _ = digest("log")
        // Lines and answers come by ways of their own; at the process's end all lines are there.
        _ = digest("abort")
        print("done")
    }

    /// Prints the id of the plugin's process, then goes nowhere.
    func wait() throws {
        print(children().map { "\($0)" }.joined(separator: " "))
        fflush(nil)
        while true { pause() }
    }

    private func counted(_ folder: String) -> Int { names("/proc/self/\(folder)").count }

    private func children() -> [Int32] {
        names("/proc/self/task").flatMap { task -> [Int32] in
            guard let file = fopen("/proc/self/task/\(task)/children", "r") else { return [] }
            defer { fclose(file) }
            var number: Int32 = 0
            var found: [Int32] = []
            while withUnsafeMutablePointer(to: &number, { withVaList([$0]) { vfscanf(file, "%d", $0) } }) == 1 {
                found.append(number)
            }
            return found
        }
    }

    private func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}

struct PrintedLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { print("\(event.level) \(event.metadata ?? [:]) \(event.message)") }
}
