package import Glibc

/// The few file operations the client needs, on bytes and paths, with errors that name the path.
package enum Files {
    /// The whole file; nil when there is none. Throws for anything else, and when it is larger than `limit` bytes.
    package static func read(_ path: String, limit: Int = 64 << 20) throws(ClientError) -> [UInt8]? {
        // Not to wait for a writer, should it be a pipe; a regular file takes no notice.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ClientError(.input, "cannot read \(path): it is not a file", reason: "file")
        }
        guard Int(status.st_size) <= limit else {
            throw ClientError(.input, "cannot read \(path): it is larger than \(limit) bytes", reason: "file")
        }
        var failed = false
        let size = Int(status.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                if got <= 0 {
                    failed = got < 0
                    break
                }
                count += got
            }
        }
        if failed { throw failure("read", path) }
        return bytes
    }

    /// Makes a folder and those above it, as far as they are missing.
    package static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(ClientError) {
        if mkdir(path, mode) == 0 { return }
        switch errno {
        case EEXIST: return
        case ENOENT:
            let above = parent(of: path)
            guard above != path else { throw failure("create", path) }
            try makeFolder(above, mode: mode)
            guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("create", path) }
        default: throw failure("create", path)
        }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Where a symbolic link points, nil when there is none at `path`.
    package static func linkTarget(_ path: String) -> String? { linkTarget(path, in: AT_FDCWD) }

    /// As above, for a name in an open folder.
    static func linkTarget(_ name: String, in folder: Int32) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(PATH_MAX)) { buffer in
            let count = buffer.withMemoryRebound(to: CChar.self) { names in
                names.baseAddress.map { readlinkat(folder, name, $0, names.count) } ?? -1
            }
            guard count >= 0 else { return nil }
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Who may do what with a file; nil when there is none at `path`, or something else.
    static func permissions(of path: String) -> mode_t? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return status.st_mode & 0o777
    }

    /// Whether a folder that has just been made, or a file, was locked before anybody who removes what has no owner. False when somebody is
    /// about to remove it. Where the file system knows no locks nothing is ever removed so.
    static func lockFresh(_ descriptor: Int32) -> Bool {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }

    /// The path without links, `.` and `..`; nil when it leads nowhere.
    package static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The names in a folder, sorted by bytes; empty when there is no such folder.
    package static func list(_ path: String) -> [String] {
        list(taking: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    /// As above, for an open folder.
    static func list(in folder: Int32) -> [String] {
        list(taking: openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    private static func list(taking descriptor: Int32) -> [String] {
        guard descriptor >= 0 else { return [] }
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            return []
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package static func remove(_ path: String) { unlink(path) }

    /// What comes before the last slash.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What comes after the last slash.
    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// An absolute path for one that may be relative to the working directory; `.` and `..` are left to the kernel.
    package static func absolute(_ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        let base = String(cString: folder)
        return path.isEmpty || path == "." ? base : (base == "/" ? "/" : base + "/") + path
    }

    /// What `errno` says of an operation that failed.
    static func failure(_ verb: String, _ path: String) -> ClientError {
        let code = errno
        let hint =
            switch code {
            case ENOSPC, EDQUOT: "free some space and try again; nothing was lost"
            case EACCES, EPERM, EROFS: "check the permissions of \(parent(of: path))"
            case EMFILE, ENFILE: "raise `ulimit -n`"
            case EFBIG: "raise `ulimit -f`; nothing was lost"
            default: String?.none
            }
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return ClientError(.input, "cannot \(verb) \(path): \(reason)", hint: hint, reason: "file")
    }
}
