import Glibc

/// A folder of the test's own, removed when the test lets it go.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/vais-end-to-end.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure("no scratch folder: \(systemMessage())") }
        path = String(cString: made)
    }

    deinit { remove("") }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ contents: [UInt8]) throws {
        if let slash = name.lastIndex(of: "/") { try makeFolder(String(name[..<slash])) }
        try FileBytes.write(contents, to: self(name))
    }

    func write(_ name: String, _ contents: String) throws { try write(name, Array(contents.utf8)) }

    func read(_ name: String) throws -> [UInt8] { try FileBytes.read(self(name)) }

    func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    func exists(_ name: String) -> Bool { access(self(name), F_OK) == 0 }

    func makeFolder(_ name: String) throws {
        var path = self.path
        for component in name.split(separator: "/") {
            path += "/\(component)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
                throw Failure("cannot make \(path): \(systemMessage())")
            }
        }
    }

    /// Removes a file or a tree.
    func remove(_ name: String) { _ = try? ChildProcess.run(["rm", "-rf", name.isEmpty ? path : self(name)]) }

    /// Replaces `target` by a copy of the tree `source`.
    func copy(_ source: String, to target: String) throws {
        remove(target)
        guard try ChildProcess.run(["cp", "-a", self(source), self(target)]) == 0 else {
            throw Failure("cannot copy \(source) to \(target)")
        }
    }

    /// Names in a folder, sorted; none where it is missing.
    func list(_ name: String) -> [String] { FileBytes.list(self(name)) }
}

/// Whole files.
enum FileBytes {
    static func read(_ file: String) throws -> [UInt8] {
        guard let stream = fopen(file, "re") else { throw Failure("cannot read \(file): \(systemMessage())") }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to file: String) throws {
        guard let stream = fopen(file, "we") else { throw Failure("cannot write \(file): \(systemMessage())") }
        defer { fclose(stream) }
        guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else {
            throw Failure("cannot write \(file): \(systemMessage())")
        }
    }

    static func list(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

/// Why a test could not do what it set out to do.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

func systemMessage() -> String { String(cString: strerror(errno)) }
