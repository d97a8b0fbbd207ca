internal import Glibc

/// A new folder among the temporary ones.
func newFolder() throws -> String {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/vais-conformance-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Refusal("cannot make a folder in \(base): \(systemMessage())") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Removes a folder and what is in it; what cannot be removed is left.
func removeFolder(_ path: String) {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let child = path + "/" + name
        if unlink(child) != 0 { removeFolder(child) }
    }
    closedir(folder)
    rmdir(path)
}
