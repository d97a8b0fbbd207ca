package import Glibc

/// The few file operations the client needs, on bytes and paths, with errors that name the path.
package enum Files {
    /// The whole file; nil when there is none. Throws for anything else, and when it is larger than `limit` bytes.
    package static func read(_ path: String, limit: Int = 64 << 20) throws(ClientError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ClientError(.input, "cannot read \(path): it is not a file")
        }
        guard Int(status.st_size) <= limit else {
            throw ClientError(.input, "cannot read \(path): it is larger than \(limit) bytes")
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

    /// Replaces a file in one step: whoever reads it sees the old or the new contents, never a part. With `durable` the new contents
    /// also survive a power cut once this returns.
    package static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t = 0o644, durable: Bool = true
    ) throws(ClientError) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("write", path) }
        do throws(ClientError) {
            defer { close(descriptor) }
            guard writeAll(bytes, to: descriptor) else { throw failure("write", path) }
            // The mode of `open` is cut by the umask; secrets and shared files alike get the one that was asked for.
            guard fchmod(descriptor, mode) == 0, !durable || fsync(descriptor) == 0 else {
                throw failure("write", path)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = failure("write", path)
            unlink(temporary)
            throw error
        }
        if durable { syncFolder(parent(of: path)) }
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
    package static func linkTarget(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(PATH_MAX)) { buffer in
            let count = buffer.withMemoryRebound(to: CChar.self) { names in
                names.baseAddress.map { readlink(path, $0, names.count) } ?? -1
            }
            guard count >= 0 else { return nil }
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    /// Puts a symbolic link at `path`, in one step, in place of whatever link is there.
    package static func link(_ path: String, to target: String) throws(ClientError) {
        let temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)
        guard symlink(target, temporary) == 0 else { throw failure("link", path) }
        guard rename(temporary, path) == 0 else {
            let error = failure("link", path)
            unlink(temporary)
            throw error
        }
    }

    /// The names in a folder, sorted by bytes; empty when there is no such folder.
    package static func list(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
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

    /// An absolute path for one that may be relative to the working directory; `.` and `..` are left to the kernel.
    package static func absolute(_ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        let base = String(cString: folder)
        return path.isEmpty || path == "." ? base : (base == "/" ? "/" : base + "/") + path
    }

    static func writeAll(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Bool {
        bytes.withContiguousStorageIfAvailable { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
            ?? Array(bytes).withUnsafeBytes { writeAll($0, to: descriptor) }
    }

    static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    static func failure(_ verb: String, _ path: String) -> ClientError {
        let code = errno
        let hint =
            switch code {
            case ENOSPC, EDQUOT: "free some space; nothing was changed"
            case EACCES, EPERM, EROFS: "check the permissions of \(parent(of: path))"
            default: String?.none
            }
        return ClientError(
            .input, "cannot \(verb) \(path): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")",
            hint: hint, reason: "file")
    }

    private static func syncFolder(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
