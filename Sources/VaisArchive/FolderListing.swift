import Glibc

/// The names in one folder.
enum FolderListing {
    struct Entry {
        /// Bytes, since a name need not be text.
        var name: [UInt8]
        /// A `DT_` constant; `DT_UNKNOWN` on file systems that do not tell.
        var type: Int32
    }

    /// The entries but `.` and `..`, in the order of their bytes; nil, with the reason in `errno`, when that fails.
    static func list(_ folder: Int32) -> [Entry]? {
        // The stream takes a descriptor of its own and closes it.
        guard let descriptor = SystemCall.retry({ openat(folder, ".", SystemCall.openFolder) }) else { return nil }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return nil
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        errno = 0
        while let found = readdir(stream) {
            let name = withUnsafePointer(to: &found.pointee.d_name) { field in
                Array(
                    UnsafeRawBufferPointer(
                        start: field, count: strlen(UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))))
            }
            let isDots = name == [UInt8(ascii: ".")] || name == Array("..".utf8)
            if !isDots { entries.append(Entry(name: name, type: Int32(found.pointee.d_type))) }
            errno = 0
        }
        guard errno == 0 else { return nil }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
}
