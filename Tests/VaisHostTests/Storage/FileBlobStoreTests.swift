import CVaisPlugin
import Foundation
import Testing
import VaisModel

@testable import VaisHost

@Suite("The file blob store") struct FileBlobStoreTests {
    let folder: TestFolder
    let store: FileBlobStore

    init() throws {
        folder = try TestFolder()
        store = try FileBlobStore(dataFolder: folder.path, threads: BlockingThreads(count: 4, name: "test-blob"))
    }

    @Test("gives back what was committed, whole and in parts", arguments: [0, 1, 65_536, 262_144, 262_145, 3_000_000])
    func roundTrip(_ size: Int) async throws {
        let blob = try Blob(size: size)
        try await blob.put(in: store, pieces: 70_001)
        #expect(folder.files() == ["blobs/\(blob.id.hex.prefix(2))/\(blob.id.hex.dropFirst(2))"])
        let reader = try #require(try await store.reader(blob.id))
        #expect(reader.size == UInt64(size))
        #expect(try await reader.read(at: 0, count: size + 10) == blob.bytes)
        #expect(try await reader.read(at: UInt64(size), count: 1) == [])
        #expect(try await reader.read(at: UInt64.max, count: 1) == [])
        let middle = size / 2
        #expect(try await reader.read(at: UInt64(middle), count: 100) == Array(blob.bytes[middle...].prefix(100)))
        let descriptor = try #require(reader.descriptor)
        #expect(lseek(descriptor, 0, SEEK_END) == size)
        reader.close()
        #expect(reader.descriptor == nil)
        await #expect(throws: StorageError.self) { try await reader.read(at: 0, count: 1) }
    }

    @Test("shows nothing of an object before its commit, nor after an abort")
    func visibility() async throws {
        let blob = try Blob(size: 600_000)
        let writer = try await store.writer(sizeHint: UInt64(blob.bytes.count))
        try await writer.write(blob.bytes)
        #expect(try await store.reader(blob.id) == nil)
        #expect(try await store.list(after: nil, limit: 10) == [])
        await writer.abort()
        #expect(folder.files() == [])
        await #expect(throws: StorageError.self) { try await writer.write([1]) }
        await #expect(throws: StorageError.self) { try await writer.commit(blob.id) }
    }

    @Test("leaves no temporary file of a writer that was dropped")
    func droppedWriter() async throws {
        do {
            let writer = try await store.writer(sizeHint: 0)
            try await writer.write([1, 2, 3])
            #expect(folder.files().count == 1)
        }
        #expect(folder.files() == [])
    }

    @Test("takes the same object from many writers at once")
    func concurrentCommits() async throws {
        let blob = try Blob(size: 300_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<32 { group.addTask { try await blob.put(in: store, pieces: 50_000) } }
            try await group.waitForAll()
        }
        #expect(try await store.list(after: nil, limit: 10) == [blob.id])
        #expect(folder.files().count == 1)
        #expect(try await store.reader(blob.id)?.read(at: 0, count: 300_000) == blob.bytes)
    }

    @Test("mends an object that was damaged when it is stored again")
    func repair() async throws {
        let blob = try Blob(size: 1000)
        try await blob.put(in: store)
        try folder.write("blobs/\(blob.id.hex.prefix(2))/\(blob.id.hex.dropFirst(2))", "damaged")
        try await blob.put(in: store)
        #expect(try await store.reader(blob.id)?.read(at: 0, count: 1000) == blob.bytes)
    }

    @Test("removes an object while readers keep theirs")
    func removal() async throws {
        let blob = try Blob(size: 5000)
        try await blob.put(in: store)
        let reader = try #require(try await store.reader(blob.id))
        #expect(try await store.remove(blob.id))
        #expect(try await !store.remove(blob.id))
        #expect(try await store.reader(blob.id) == nil)
        #expect(try await reader.read(at: 0, count: 5000) == blob.bytes)
    }

    @Test("lists ids in byte order, page by page, and nothing else that lies in its folder")
    func listing() async throws {
        let blobs = try (0..<40).map { try Blob(size: $0) }
        for blob in blobs { try await blob.put(in: store) }
        try folder.write("blobs/zz/not-an-object", "")
        try folder.write("blobs/00/short", "")
        let expected = blobs.map(\.id).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(try await store.list(after: nil, limit: 100) == expected)
        var paged: [Checksum] = []
        while true {
            let page = try await store.list(after: paged.last, limit: 7)
            paged += page
            if page.count < 7 { break }
        }
        #expect(paged == expected)
    }

    @Test("forgets at start what writers of a dead process left, and not what may still be written")
    func sweep() async throws {
        let old = try folder.write("blobs/tmp/old", "x")
        try folder.write("blobs/tmp/new", "x")
        var times = [timeval(tv_sec: time(nil) - 4000, tv_usec: 0), timeval(tv_sec: time(nil) - 4000, tv_usec: 0)]
        try #require(utimes(old, &times) == 0)
        _ = try FileBlobStore(dataFolder: folder.path, threads: BlockingThreads(count: 1, name: "test-blob"))
        #expect(folder.files() == ["blobs/tmp/new"])
    }

    @Test("keeps objects for its owner alone")
    func permissions() async throws {
        let blob = try Blob(size: 10)
        try await blob.put(in: store)
        var status = stat()
        try #require(stat(folder.path + "/blobs/\(blob.id.hex.prefix(2))/\(blob.id.hex.dropFirst(2))", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        try #require(stat(folder.path + "/blobs", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test("tells a full disk from other failures")
    func errors() {
        #expect(StorageError.system("x", ENOSPC).code == .noSpace)
        #expect(StorageError.system("x", EDQUOT).code == .noSpace)
        #expect(StorageError.system("x", EROFS).code == .denied)
        #expect(StorageError.system("cannot sync /d", EIO).message == "cannot sync /d: Input/output error")
    }
}

/// An object with its name, the SHA-256 of its bytes.
struct Blob {
    let bytes: [UInt8]
    let id: Checksum

    init(size: Int) throws {
        bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ size) }
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
