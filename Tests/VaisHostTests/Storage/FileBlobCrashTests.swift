import Foundation
import Testing
import VaisModel

@testable import VaisHost

/// The store after a crash: a child process is killed at each place of a commit.
@Suite("The file blob store, killed", .serialized) struct FileBlobCrashTests {
    static let places = [
        "blob.before-write", "blob.after-write", "blob.after-fsync", "blob.before-rename", "blob.after-rename",
        "blob.after-folder-fsync",
    ]

    @Test("at any place of a commit has the object whole or not at all, and stores it again", arguments: places)
    func kill(_ place: String) async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, place = place as String] in
            setenv("VAIS_FAILPOINT", place, 1)
            let store = try FileBlobStore(dataFolder: path, threads: BlockingThreads(count: 1, name: "test-blob"))
            try await Blob(size: 400_000).put(in: store)
        }
        let blob = try Blob(size: 400_000)
        let store = try FileBlobStore(dataFolder: path, threads: BlockingThreads(count: 1, name: "test-blob"))
        #expect(!folder.files().contains { $0.hasPrefix("blobs/tmp/") })
        let isNamed = place == "blob.after-rename" || place == "blob.after-folder-fsync"
        #expect(try await store.list(after: nil, limit: 10) == (isNamed ? [blob.id] : []))
        if isNamed { #expect(try await store.reader(blob.id)?.read(at: 0, count: 400_000) == blob.bytes) }
        try await blob.put(in: store)
        #expect(try await store.reader(blob.id)?.read(at: 0, count: 400_000) == blob.bytes)
    }

    @Test("in its third commit keeps the first two")
    func laterCommit() async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            setenv("VAIS_FAILPOINT", "blob.after-fsync:3", 1)
            let store = try FileBlobStore(dataFolder: path, threads: BlockingThreads(count: 1, name: "test-blob"))
            for size in 1...5 { try await Blob(size: size).put(in: store) }
        }
        let store = try FileBlobStore(dataFolder: path, threads: BlockingThreads(count: 1, name: "test-blob"))
        let ids = try [Blob(size: 1).id, Blob(size: 2).id]
        #expect(Set(try await store.list(after: nil, limit: 10)) == Set(ids))
    }

    @Test("or out of room fails the commit, and leaves no object and no temporary file")
    func outOfRoom() async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .success) { [path = path as String] in
            // The limit on a file's size stands for a full disk: the write fails in the middle.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 300_000, rlim_max: 300_000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let store = try FileBlobStore(dataFolder: path, threads: BlockingThreads(count: 1, name: "test-blob"))
            let error = await #expect(throws: StorageError.self) { try await Blob(size: 400_000).put(in: store) }
            #expect(error?.message.contains("File too large") == true)
            #expect(try await store.list(after: nil, limit: 10) == [])
        }
        #expect(folder.files() == [])
    }
}
