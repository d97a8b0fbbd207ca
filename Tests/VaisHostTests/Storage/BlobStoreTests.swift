import Foundation
import Testing
import VaisModel

@testable import VaisHost

/// The promises of `BlobStore`, kept by the host's files and by a plugin's objects alike.
@Suite("Every blob store") struct BlobStoreTests {
    enum Kind: String, CaseIterable, Sendable { case files, plugin }

    /// Opens an empty store of the kind; `close` ends it.
    static func open(_ kind: Kind, in folder: TestFolder) async throws -> (
        store: any BlobStore, close: @Sendable () async -> Void
    ) {
        switch kind {
        case .files:
            return (
                try FileBlobStore(dataFolder: folder.path, threads: BlockingThreads(count: 4, name: "test-blob")), {}
            )
        case .plugin:
            let host = try RealPlugins.host("[storage]\nplugin = \"storage-memory\"\n", folder: folder)
            let storage = try await host.loadStorage(
                shapes: ShapeSet(Schema(version: 1, collections: [])), dataFolder: folder.path + "/data")
            #expect(storage.blobs is PluginBlobStore)
            return (storage.blobs, storage.close)
        }
    }

    func with(_ kind: Kind, _ body: (any BlobStore) async throws -> Void) async throws {
        let folder = try TestFolder()
        let (store, close) = try await Self.open(kind, in: folder)
        do { try await body(store) } catch {
            await close()
            throw error
        }
        await close()
    }

    static let sizes = [0, 1, 65_536, 262_144, 262_145, 3_000_000]

    @Test("gives back what was committed, whole and in parts", arguments: Kind.allCases, sizes)
    func roundTrip(_ kind: Kind, _ size: Int) async throws {
        try await with(kind) { store in
            let blob = try Blob(size: size)
            try await blob.put(in: store, pieces: 70_001)
            let reader = try #require(try await store.reader(blob.id))
            #expect(reader.size == UInt64(size))
            #expect(try await reader.read(at: 0, count: size + 10) == blob.bytes)
            #expect(try await reader.read(at: UInt64(size), count: 1) == [])
            #expect(try await reader.read(at: UInt64.max, count: 1) == [])
            let middle = size / 2
            #expect(
                try await reader.read(at: UInt64(middle), count: 100) == Array(blob.bytes[middle...].prefix(100)))
            reader.close()
            #expect(reader.descriptor == nil)
            await #expect(throws: StorageError.self) { try await reader.read(at: 0, count: 1) }
        }
    }

    @Test("shows nothing of an object before its commit, nor after an abort", arguments: Kind.allCases)
    func visibility(_ kind: Kind) async throws {
        try await with(kind) { store in
            let blob = try Blob(size: 600_000)
            let writer = try await store.writer(sizeHint: UInt64(blob.bytes.count))
            try await writer.write(blob.bytes)
            #expect(try await store.reader(blob.id) == nil)
            #expect(try await store.list(after: nil, limit: 10) == [])
            await writer.abort()
            await writer.abort()
            #expect(try await store.list(after: nil, limit: 10) == [])
            await #expect(throws: StorageError.self) { try await writer.write(blob.bytes) }
            await #expect(throws: StorageError.self) { try await writer.commit(blob.id) }
        }
    }

    @Test("takes the same object from many writers at once", arguments: Kind.allCases)
    func concurrentCommits(_ kind: Kind) async throws {
        try await with(kind) { store in
            let blob = try Blob(size: 300_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 { group.addTask { try await blob.put(in: store, pieces: 50_000) } }
                try await group.waitForAll()
            }
            #expect(try await store.list(after: nil, limit: 10) == [blob.id])
            #expect(try await store.reader(blob.id)?.read(at: 0, count: 300_000) == blob.bytes)
        }
    }

    @Test("removes an object while readers keep theirs", arguments: Kind.allCases)
    func removal(_ kind: Kind) async throws {
        try await with(kind) { store in
            let blob = try Blob(size: 5000)
            try await blob.put(in: store)
            let reader = try #require(try await store.reader(blob.id))
            #expect(try await store.remove(blob.id))
            #expect(try await !store.remove(blob.id))
            #expect(try await store.reader(blob.id) == nil)
            #expect(try await reader.read(at: 0, count: 5000) == blob.bytes)
            reader.close()
        }
    }

    @Test("lists ids in byte order, page by page", arguments: Kind.allCases)
    func listing(_ kind: Kind) async throws {
        try await with(kind) { store in
            let blobs = try (0..<40).map { try Blob(size: $0) }
            for blob in blobs { try await blob.put(in: store) }
            let expected = blobs.map(\.id).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            #expect(try await store.list(after: nil, limit: 100) == expected)
            #expect(try await store.list(after: nil, limit: 0) == [])
            var paged: [Checksum] = []
            for _ in 0..<6 { paged += try await store.list(after: paged.last, limit: 7) }
            #expect(paged == expected)
            #expect(try await store.list(after: paged.last, limit: 7) == [])
        }
    }
}

/// An object with its name, the SHA-256 of its bytes.
struct Blob {
    let bytes: [UInt8]
    let id: Checksum

    init(size: Int) throws {
        var bytes = [UInt8](repeating: 0, count: size)
        var value = UInt32(truncatingIfNeeded: size)
        for position in bytes.indices {
            value = value &* 1_664_525 &+ 1_013_904_223
            bytes[position] = UInt8(truncatingIfNeeded: value >> 24)
        }
        self.bytes = bytes
        id = try Checksum(parsing: PluginFile.sha256(ArraySource(array: bytes)) ?? "")
    }

    func put(in store: any BlobStore, pieces: Int = 1 << 20) async throws {
        let writer = try await store.writer(sizeHint: UInt64(bytes.count))
        var start = 0
        while start < bytes.count {
            try await writer.write(Array(bytes[start..<min(bytes.count, start + pieces)]))
            start += pieces
        }
        try await writer.commit(id)
    }
}
