import CVaisPlugin
import Foundation
import Synchronization
import Testing
import VaisModel

@testable import VaisHost

/// A plugin's objects whose reads and commits hang until they are let go. One at a time: the C functions have no context of their own.
private enum Hanging {
    static let isHeld = Atomic<Bool>(false)
    static let inside = Atomic<Int>(0)
    static let closed = Atomic<Int>(0)
    static let aborted = Atomic<Int>(0)
    /// Calls that only free something, or are quick, made on a thread of the host's own.
    static let onOwnThreads = Atomic<Int>(0)

    static func hang() {
        inside.add(1, ordering: .sequentiallyConsistent)
        while isHeld.load(ordering: .sequentiallyConsistent) { usleep(200) }
        inside.subtract(1, ordering: .sequentiallyConsistent)
    }

    static func noteThread() {
        if WatchedThread.current != nil { onOwnThreads.add(1, ordering: .sequentiallyConsistent) }
    }

    static func store(_ model: LoadedPlugin.ThreadModel) throws -> PluginBlobStore {
        inside.store(0, ordering: .sequentiallyConsistent)
        closed.store(0, ordering: .sequentiallyConsistent)
        aborted.store(0, ordering: .sequentiallyConsistent)
        onOwnThreads.store(0, ordering: .sequentiallyConsistent)
        var patience = Patience()
        patience.call = .milliseconds(40)
        patience.grace = .milliseconds(20)
        var table = vais_storage_blob()
        table.get_open = { _, _, _, reader, size in
            reader?.pointee = OpaquePointer(bitPattern: 8)
            size?.pointee = 1
            return VAIS_OK
        }
        table.get_read = { _, _, buffer, _, count, _ in
            Hanging.hang()
            buffer?.pointee = 7
            count?.pointee = 1
            return VAIS_OK
        }
        table.get_close = { _ in
            Hanging.noteThread()
            Hanging.closed.add(1, ordering: .sequentiallyConsistent)
        }
        table.get_descriptor = { _ in
            Hanging.noteThread()
            return 5
        }
        table.put_open = { _, _, _, writer in
            writer?.pointee = OpaquePointer(bitPattern: 8)
            return VAIS_OK
        }
        table.put_write = { _, bytes, _ in
            Hanging.hang()
            return bytes.data?.pointee == 9 ? VAIS_OK : VAIS_CORRUPT
        }
        table.put_commit = { _, _, _ in
            Hanging.hang()
            return VAIS_OK
        }
        table.put_abort = { _ in
            Hanging.noteThread()
            Hanging.aborted.add(1, ordering: .sequentiallyConsistent)
        }
        return try PluginBlobStore(
            table, store: #require(OpaquePointer(bitPattern: 8)),
            gate: PluginGate(model, plugin: "org.example.hanging 1.0.0", patience: patience),
            threads: BlockingThreads(count: 2, name: "test-blob"))
    }

    static func until(_ what: String, _ condition: () -> Bool) async throws {
        for _ in 0..<30_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw TestFailure("waited in vain for \(what)")
    }
}

extension Atomic where Value == Int {
    fileprivate var value: Int { load(ordering: .sequentiallyConsistent) }
}

@Suite("An object whose plugin", .serialized, .timeLimit(.minutes(2))) struct StuckBlobTests {
    private let id: Checksum

    init() throws { id = try Checksum(bytes: [UInt8](repeating: 0, count: 32)) }

    @Test("does not return from a read is closed when it does, and not before")
    func reading() async throws {
        let store = try Hanging.store(.any)
        do {
            let reader = try #require(try await store.reader(id))
            Hanging.isHeld.store(true, ordering: .sequentiallyConsistent)
            let error = await #expect(throws: StorageError.self) { try await reader.read(at: 0, count: 1) }
            #expect(error?.code == .timeout)
            #expect(error?.message.hasPrefix("cannot read an object: the plugin org.example.hanging 1.0.0 ") == true)
            reader.close()
            #expect(reader.descriptor == nil)
            await #expect(throws: StorageError.self) { try await reader.read(at: 0, count: 1) }
            #expect(Hanging.inside.value == 1 && Hanging.closed.value == 0)
        }
        Hanging.isHeld.store(false, ordering: .sequentiallyConsistent)
        try await Hanging.until("its end") { Hanging.closed.value == 1 }
        #expect(Hanging.inside.value == 0)
    }

    @Test("does not return from a write keeps what was lent to it, and is given up afterwards")
    func writing() async throws {
        let store = try Hanging.store(.any)
        do {
            let writer = try await store.writer(sizeHint: 0)
            Hanging.isHeld.store(true, ordering: .sequentiallyConsistent)
            let bytes = [UInt8](repeating: 9, count: 1 << 20)
            await #expect(throws: StorageError.self) { try await writer.write(bytes) }
            await #expect(throws: StorageError.self) { try await writer.write(bytes) }
            await writer.abort()
            #expect(Hanging.inside.value == 1 && Hanging.aborted.value == 0)
        }
        Hanging.isHeld.store(false, ordering: .sequentiallyConsistent)
        try await Hanging.until("its end") { Hanging.aborted.value == 1 }
    }

    @Test("does not return from a commit may be there or not")
    func committing() async throws {
        let store = try Hanging.store(.any)
        let writer = try await store.writer(sizeHint: 0)
        Hanging.isHeld.store(true, ordering: .sequentiallyConsistent)
        let error = await #expect(throws: StorageError.self) { try await writer.commit(id) }
        #expect(error?.code == .ambiguous)
        Hanging.isHeld.store(false, ordering: .sequentiallyConsistent)
        try await Hanging.until("its end") { Hanging.inside.value == 0 }
    }

    @Test("takes one call at a time makes nobody wait who closes it, or asks for its descriptor")
    func narrow() async throws {
        let store = try Hanging.store(.one)
        let other = try #require(try await store.reader(id))
        let reader = try #require(try await store.reader(id))
        let writer = try await store.writer(sizeHint: 0)
        Hanging.isHeld.store(true, ordering: .sequentiallyConsistent)
        let read = Task { try await other.read(at: 0, count: 1) }
        try await Hanging.until("the read") { Hanging.inside.value == 1 }
        // While the other call is under way.
        #expect(reader.descriptor == 5)
        reader.close()
        #expect(Hanging.closed.value == 0)
        Hanging.isHeld.store(false, ordering: .sequentiallyConsistent)
        _ = await read.result
        await writer.abort()
        try await Hanging.until("the closing") { Hanging.closed.value == 1 && Hanging.aborted.value == 1 }
        #expect(Hanging.onOwnThreads.value == 4)
        other.close()
    }
}
