import Glibc
import VaisArchive
import VaisClient

/// A folder of one test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/vais-client-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ClientError(.fault, "no temporary folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { FolderRemoval.remove(path) }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Files.makeFolder(Files.parent(of: "\(path)/\(name)"))
        try Files.write(bytes, to: "\(path)/\(name)", durable: false)
    }

    func read(_ name: String) -> String? {
        (try? Files.read("\(path)/\(name)")).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Every path below, relative, folders and links included; links are not followed.
    var contents: [String] {
        var found: [String] = []
        func visit(_ folder: String, _ prefix: String) {
            for name in Files.list(folder) {
                found.append(prefix + name)
                var status = stat()
                if lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                    visit("\(folder)/\(name)", prefix + name + "/")
                }
            }
        }
        visit(path, "")
        return found
    }
}
