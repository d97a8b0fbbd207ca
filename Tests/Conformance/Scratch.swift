import Glibc

/// A temporary folder that goes with its owner.
final class Scratch: Sendable {
    let path: String

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/vais-kit-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw TestProblem("cannot make a folder in \(base)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove() }

    func remove() {
        for name in (try? fileNames(in: path)) ?? [] { unlink(path + "/" + name) }
        rmdir(path)
    }
}

struct TestProblem: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

func fileNames(in path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw TestProblem("cannot list \(path)") }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        names.append(
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            })
    }
    return names.filter { $0 != "." && $0 != ".." }
}

func readFile(_ path: String) throws -> String {
    guard let file = fopen(path, "re") else { throw TestProblem("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

func writeFile(_ path: String, _ text: String) throws {
    guard let file = fopen(path, "we") else { throw TestProblem("cannot write \(path)") }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw TestProblem("cannot write \(path)") }
}

/// Runs a program found on PATH, and throws unless it succeeds.
func run(_ arguments: [String]) throws {
    let status = try status(of: arguments)
    guard status == 0 else { throw TestProblem("\(arguments.joined(separator: " ")) ended with status \(status)") }
}

/// Runs a program found on PATH; its exit status, or 128 and the number of the signal that ended it.
func status(of arguments: [String]) throws -> Int32 {
    var raw: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for argument in raw { free(argument) } }
    var process = pid_t()
    guard posix_spawnp(&process, arguments[0], nil, nil, &raw, environ) == 0 else {
        throw TestProblem("cannot run \(arguments[0])")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
}
