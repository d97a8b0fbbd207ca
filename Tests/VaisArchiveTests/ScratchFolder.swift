import Glibc

/// A folder of the test's own, removed when the test lets it go.
final class ScratchFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/vais-archive-test.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw ScratchError(number: errno) }
        path = String(cString: made)
    }

    deinit { run(["rm", "-rf", path]) }

    func write(_ name: String, _ contents: [UInt8], mode: mode_t = 0o644) throws {
        let file = "\(path)/\(name)"
        if let slash = name.lastIndex(of: "/") { try makeFolder(String(name[..<slash])) }
        guard let stream = fopen(file, "w") else { throw ScratchError(number: errno) }
        defer { fclose(stream) }
        guard fwrite(contents, 1, contents.count, stream) == contents.count, chmod(file, mode) == 0 else {
            throw ScratchError(number: errno)
        }
    }

    func write(_ name: String, _ contents: String = "x\n", mode: mode_t = 0o644) throws {
        try write(name, Array(contents.utf8), mode: mode)
    }

    func makeFolder(_ name: String) throws {
        var path = self.path
        for component in name.split(separator: "/") {
            path += "/\(component)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw ScratchError(number: errno) }
        }
    }

    func read(_ name: String) throws -> [UInt8] { try Self.read("\(path)/\(name)") }

    static func read(_ file: String) throws -> [UInt8] {
        guard let stream = fopen(file, "r") else { throw ScratchError(number: errno) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Every path below `name` with type, mode and contents, sorted: what makes two trees equal.
    func tree(_ name: String) throws -> [String] {
        var lines: [String] = []
        try Self.list("\(path)/\(name)", "", &lines)
        return lines.sorted()
    }

    private static func list(_ folder: String, _ prefix: String, _ lines: inout [String]) throws {
        guard let stream = opendir(folder) else { throw ScratchError(number: errno) }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0 else { throw ScratchError(number: errno) }
            let mode = String(status.st_mode, radix: 8)
            if status.st_mode & S_IFMT == S_IFDIR {
                lines.append("\(prefix)\(name)/ \(mode)")
                try list("\(folder)/\(name)", "\(prefix)\(name)/", &lines)
            } else {
                let contents = try read("\(folder)/\(name)")
                lines.append("\(prefix)\(name) \(mode) \(contents.count) \(fingerprint(contents))")
            }
        }
    }

    /// FNV-1a; enough to see a difference.
    private static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBufferPointer { $0.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }
    }
}

struct ScratchError: Error {
    var number: Int32
}

/// Runs a program and waits; its exit status, or -1 when it could not be started.
@discardableResult
func run(_ arguments: [String]) -> Int32 {
    var pid: pid_t = 0
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    guard posix_spawnp(&pid, arguments[0], nil, nil, &words, environ) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return -1 } }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
}
