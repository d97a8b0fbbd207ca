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

    @Test("leaves no temporary file of a writer that was dropped")
    func droppedWriter() async throws {
        do {
            let writer = try await store.writer(sizeHint: 0)
            try await writer.write([1, 2, 3])
            #expect(folder.files().count == 1)
        }
        #expect(folder.files() == [])
    }

    @Test("mends an object that was damaged when it is stored again")
    func repair() async throws {
        let blob = try Blob(size: 1000)
        try await blob.put(in: store)
        try folder.write("blobs/\(blob.id.hex.prefix(2))/\(blob.id.hex.dropFirst(2))", "damaged")
        try await blob.put(in: store)
        #expect(try await store.reader(blob.id)?.read(at: 0, count: 1000) == blob.bytes)
    }

    @Test("puts each object under its id, and offers its descriptor")
    func places() async throws {
        let blob = try Blob(size: 1000)
        try await blob.put(in: store)
        #expect(folder.files() == ["blobs/\(blob.id.hex.prefix(2))/\(blob.id.hex.dropFirst(2))"])
        let reader = try #require(try await store.reader(blob.id))
        let descriptor = try #require(reader.descriptor)
        #expect(lseek(descriptor, 0, SEEK_END) == 1000)
        reader.close()
    }

    @Test("lists nothing else that lies in its folder, nor keeps a trace of an aborted object")
    func strangers() async throws {
        try folder.write("blobs/zz/not-an-object", "")
        try folder.write("blobs/00/short", "")
        #expect(try await store.list(after: nil, limit: 100) == [])
        let writer = try await store.writer(sizeHint: 0)
        try await writer.write([UInt8](repeating: 1, count: 300_000))
        await writer.abort()
        #expect(folder.files() == ["blobs/00/short", "blobs/zz/not-an-object"])
    }

    @Test("forgets at start what writers of a dead process left, and not what may still be written")
    func sweep() async throws {
        try folder.write("blobs/tmp/left", "x")
        let blob = try Blob(size: 1000)
        let writer = try await store.writer(sizeHint: 0)
        try await writer.write(blob.bytes)
        _ = try FileBlobStore(dataFolder: folder.path, threads: BlockingThreads(count: 1, name: "test-blob"))
        #expect(!folder.files().contains("blobs/tmp/left"))
        try await writer.commit(blob.id)
        #expect(try await store.reader(blob.id)?.read(at: 0, count: 1000) == blob.bytes)
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
