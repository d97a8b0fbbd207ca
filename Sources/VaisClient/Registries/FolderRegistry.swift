internal import Glibc
internal import Synchronization
internal import VaisHost
package import VaisModel
package import VaisProtocol

/// A folder in the original layout as a registry: `index.json` and `packages/<name>/<version>.tar.gz`. Thread-safe.
package final class FolderRegistry: RegistrySource {
    package let address: RegistryAddress
    private let folder: String
    private let digester: LazyDigester
    private let entries = Mutex<[PackageName: IndexDocument]?>(nil)

    package init(_ address: RegistryAddress, digester: LazyDigester) throws(ClientError) {
        guard case .folder(let folder) = address.kind else {
            throw ClientError(.fault, "\(address) is not a folder")
        }
        self.address = address
        self.folder = folder
        self.digester = digester
    }

    package func knownIndex(of name: PackageName) -> IndexDocument?? {
        guard let entries = try? load() else { return nil }
        return .some(entries[name])
    }

    package func index(of name: PackageName) async throws -> IndexDocument? { try load()[name] }

    package func similarNames(to name: PackageName) async -> [PackageName] {
        let names = ((try? load()) ?? [:]).keys.map(\.text).sorted()
        guard let nearest = Suggestion.nearest(to: name.text, among: names),
            let found = try? PackageName(parsing: nearest)
        else { return [] }
        return [found]
    }

    package func keep() async {}

    package func download(_ release: ReleaseID, size: UInt64, to file: String) async throws -> Checksum {
        let source = "\(folder)/packages/\(release.name)/\(release.version).tar.gz"
        let descriptor = open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ClientError(
                .network, "the registry \(address) has no archive of \(release)", hint: "\(source) is missing")
        }
        defer { close(descriptor) }
        let sink = try DownloadFile(file, limit: size, digest: try digester.get().sha256())
        var buffer = [UInt8](repeating: 0, count: 128 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Files.failure("read", source) }
            if count == 0 { break }
            try buffer.withUnsafeBytes { try sink.write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        return try sink.finish()
    }

    private func load() throws -> [PackageName: IndexDocument] {
        try entries.withLock { known in
            if let known { return known }
            let path = folder + "/index.json"
            guard let bytes = try Files.read(path, limit: ProtocolLimits.fullIndexBytes) else {
                throw ClientError(
                    .network, "there is no registry at \(address)", hint: "\(path) is missing", reason: "unreachable")
            }
            let list = try IndexEntry.list(parsing: bytes, limits: JSONLimits(bytes: ProtocolLimits.fullIndexBytes))
            var loaded: [PackageName: IndexDocument] = [:]
            for entry in list { loaded[entry.name] = try document(entry) }
            known = loaded
            return loaded
        }
    }

    /// The original index names neither times nor, sometimes, sizes: what is missing comes from the archive's file.
    private func document(_ entry: IndexEntry) throws -> IndexDocument {
        var writer = IndexWriter(name: entry.name)
        var serial: UInt64 = 0
        for version in entry.versions {
            serial += 1
            writer.append(
                IndexRelease(
                    version: version.version, checksum: version.checksum,
                    size: version.size ?? fileSize("\(folder)/packages/\(entry.name)/\(version.version).tar.gz"),
                    published: Timestamp(microseconds: 0), dependencies: version.dependencies, serial: serial))
        }
        for version in entry.versions where version.yanked {
            serial += 1
            writer.append(IndexStatus(.yank(Yank()), of: version.version, serial: serial))
        }
        return try IndexDocument(parsing: writer.bytes, of: entry.name)
    }

    private func fileSize(_ path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(clamping: status.st_size) : 0
    }
}
