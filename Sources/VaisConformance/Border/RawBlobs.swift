internal import CVaisPlugin

/// The objects of a store, by the C table of "vais.storage.blob/1".
struct RawBlobs {
    private let table: vais_storage_blob
    private let store: RawStore

    init(_ store: RawStore) throws {
        guard let table = store.plugin.blobs else { throw Inapplicable("vais.storage.blob/1 is not offered") }
        self.table = table
        self.store = store
    }

    final class Writer {
        fileprivate let table: vais_storage_blob
        fileprivate let handle: OpaquePointer

        fileprivate init(_ table: vais_storage_blob, _ handle: OpaquePointer) {
            self.table = table
            self.handle = handle
        }

        func write(_ bytes: [UInt8], _ options: CallOptions = .plain) -> Answer {
            bytes.withUnsafeBufferPointer { buffer in
                calling(options) {
                    table.put_write(handle, vais_span(data: buffer.baseAddress, size: UInt64(buffer.count)), $0)
                }
            }
        }

        /// Ends the writer, whatever the answer.
        func commit(_ id: BlobID, _ options: CallOptions = .plain) -> Answer {
            var raw = id.raw
            return calling(options) { table.put_commit(handle, &raw, $0) }
        }

        /// Ends the writer.
        func abort() { table.put_abort(handle) }
    }

    final class Reader {
        let size: UInt64
        private let table: vais_storage_blob
        private let handle: OpaquePointer

        fileprivate init(_ table: vais_storage_blob, _ handle: OpaquePointer, size: UInt64) {
            self.table = table
            self.handle = handle
            self.size = size
        }

        func read(at offset: UInt64, _ capacity: Int, _ options: CallOptions = .plain) -> (
            answer: Answer, bytes: [UInt8]
        ) {
            var count: UInt64 = 0
            var bytes = [UInt8](repeating: 0xA5, count: capacity + 8)
            let answer = calling(options) { table.get_read(handle, offset, &bytes, UInt64(capacity), &count, $0) }
            guard answer.isOK else { return (answer, []) }
            guard count <= UInt64(capacity), bytes[capacity...].allSatisfy({ $0 == 0xA5 }) else {
                return (Answer(status: VAIS_INTERNAL, message: "it wrote behind the buffer"), [])
            }
            return (answer, Array(bytes[..<Int(count)]))
        }

        /// -1 when there is none.
        var descriptor: Int32 { table.get_descriptor.map { $0(handle) } ?? -1 }

        func close() { table.get_close(handle) }
    }

    func writer(hint: UInt64 = 0) throws -> Writer {
        var opened: OpaquePointer?
        let answer = calling { table.put_open(store.handle, hint, $0, &opened) }
        guard answer.isOK, let opened else { throw Refusal("put_open answered \(answer)") }
        return Writer(table, opened)
    }

    /// Writes and commits an object in pieces of `piece` bytes.
    func put(_ id: BlobID, _ bytes: [UInt8], piece: Int = 64 << 10, hint: UInt64 = 0) throws -> Answer {
        let writer = try writer(hint: hint)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let answer = writer.write(Array(bytes[start..<min(start + piece, bytes.count)]))
            guard answer.isOK else {
                writer.abort()
                return answer
            }
        }
        return writer.commit(id)
    }

    func open(_ id: BlobID, _ options: CallOptions = .plain) -> (answer: Answer, reader: Reader?) {
        var opened: OpaquePointer?
        var size: UInt64 = 0
        var raw = id.raw
        let answer = calling(options) { table.get_open(store.handle, &raw, $0, &opened, &size) }
        return (answer, answer.isOK ? opened.map { Reader(table, $0, size: size) } : nil)
    }

    func remove(_ id: BlobID, _ options: CallOptions = .plain) -> Answer {
        var raw = id.raw
        return calling(options) { table.remove(store.handle, &raw, $0) }
    }

    func list(after: BlobID?, _ capacity: Int, _ options: CallOptions = .plain) -> (answer: Answer, ids: [BlobID]) {
        var count: UInt64 = 0
        var ids = [vais_blob_id](repeating: vais_blob_id(), count: capacity)
        var raw = (after ?? BlobID(0)).raw
        let answer = withUnsafePointer(to: &raw) { raw in
            calling(options) { table.list(store.handle, after == nil ? nil : raw, &ids, UInt64(capacity), &count, $0) }
        }
        guard count <= UInt64(capacity) else {
            return (Answer(status: VAIS_INTERNAL, message: "it counts \(count) ids"), [])
        }
        return (answer, ids[..<Int(count)].map { BlobID($0) })
    }
}

/// The name of an object. The kit does not hash: to a plugin an id is 32 bytes.
struct BlobID: Hashable, CustomStringConvertible {
    var bytes: [UInt8]

    /// An id that begins with the big-endian bytes of `number`, so that numbers order as ids do.
    init(_ number: UInt64) {
        bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } + [UInt8](repeating: 7, count: 24)
    }

    init(_ raw: vais_blob_id) { bytes = withUnsafeBytes(of: raw) { Array($0) } }

    var raw: vais_blob_id {
        var raw = vais_blob_id()
        withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: bytes) }
        return raw
    }

    var description: String { "object \(bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: "."))" }
}
