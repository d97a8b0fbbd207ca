import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("Objects listed by a plugin") struct BlobListingTests {
    @Test("are refused when a page does not step forward, so that nobody asks for ever")
    func standingStill() async throws {
        var table = vais_storage_blob()
        table.list = { _, _, ids, capacity, count, _ in
            for position in 0..<Int(capacity) { ids?[position] = vais_blob_id() }
            // One at a time: the first page is in order, and the second the first again.
            count?.pointee = 1
            return VAIS_OK
        }
        let store = try PluginBlobStore(
            table, store: #require(OpaquePointer(bitPattern: 8)), gate: PluginGate(.any),
            threads: BlockingThreads(count: 1, name: "test-blob"))
        let error = await #expect(throws: StorageError.self) { try await store.list(after: nil, limit: 10) }
        #expect(error?.message.contains("out of order") == true)
    }
}

@Suite("What a plugin says of a failure") struct CallFrameTests {
    @Test("is read from the host's own buffer, whatever the plugin writes over its address and capacity")
    func ownBuffer() {
        let answer = pluginCall { call in
            guard let error = call.pointee.error, let message = error.pointee.message else { return VAIS_OK }
            for (position, byte) in "no\nroom".utf8.enumerated() { message[position] = CChar(bitPattern: byte) }
            error.pointee.message_size = 7
            error.pointee.message = nil
            error.pointee.message_capacity = 0
            return VAIS_BUSY
        }
        #expect(answer.status == VAIS_BUSY)
        #expect(answer.said == "no\u{FFFD}room")
    }
}
