package import CVaisPlugin
import Glibc

/// An open store in a folder of its own, called through the C tables as a host does.
package final class TestStore {
    package let plugin: Plugin
    package let handle: OpaquePointer
    package let folder: String

    package init(_ folder: String, settings: [(String, Cell)] = []) throws {
        guard let plugin = Plugin.shared else { throw Missing() }
        self.plugin = plugin
        self.folder = folder
        let arena = Arena()
        let given = settings.map { vais_setting(key: arena.span($0.0), value: arena.cells([$0.1]).pointee) }
        var options = vais_storage_options(
            struct_size: UInt32(MemoryLayout<vais_storage_options>.size), setting_count: UInt32(given.count),
            settings: arena.array(given), data_folder: arena.span(folder))
        var opened: OpaquePointer?
        try call { plugin.storage.pointee.open(&options, $0, &opened) }
        guard let opened else { throw Missing() }
        handle = opened
    }

    /// Something the test itself needs is not there.
    package struct Missing: Error {
        package init() {}
    }

    package func close() { plugin.storage.pointee.close(handle) }

    package func plan(_ schema: TestSchema) throws -> String {
        let arena = Arena()
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var size: UInt64 = 0
        try call {
            plugin.storage.pointee.schema_plan(handle, schema.lent(by: arena), &buffer, UInt64(buffer.count), &size, $0)
        }
        return String(decoding: buffer.prefix(Int(size)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package func apply(_ schema: TestSchema) throws {
        let arena = Arena()
        try call { plugin.storage.pointee.schema_apply(handle, schema.lent(by: arena), $0) }
    }

    package func applySearch(_ schema: TestSchema, columns: [UInt32], weights: [Double]) throws {
        let arena = Arena()
        let index = vais_search_index(
            struct_size: UInt32(MemoryLayout<vais_search_index>.size), id: 1, collection: 1,
            column_count: UInt32(columns.count), columns: arena.array(columns), weights: arena.array(weights),
            name: arena.span("words"))
        try call {
            plugin.search.pointee.apply(
                handle, schema.lent(by: arena), arena.array([index]), UInt64(MemoryLayout<vais_search_index>.stride), 1,
                $0)
        }
    }

    package func prepare(_ schema: TestSchema, _ shapes: [TestShape]) throws {
        let arena = Arena()
        let native = shapes.map { shape in
            vais_shape(
                struct_size: UInt32(MemoryLayout<vais_shape>.size), kind: shape.kind, collection: shape.collection,
                index: shape.index, flags: shape.flags, prefix_count: shape.prefix,
                column_count: UInt32(shape.columns.count), reserved: 0, columns: arena.array(shape.columns))
        }
        try call {
            plugin.storage.pointee.prepare(
                handle, schema.lent(by: arena), arena.array(native), UInt64(MemoryLayout<vais_shape>.stride),
                UInt32(native.count), $0)
        }
    }

    package func session() throws -> TestSession {
        var opened: OpaquePointer?
        try call { plugin.storage.pointee.session_open(handle, $0, &opened) }
        guard let opened else { throw Missing() }
        return TestSession(plugin, opened)
    }
}

/// Makes one call with an error buffer; throws what is neither OK nor DONE. Answers whether it was DONE.
@discardableResult
package func call(
    deadline: UInt64 = 0, cancelled: UnsafePointer<UInt32>? = nil,
    _ body: (UnsafeMutablePointer<vais_call>) -> vais_status
) throws -> Bool {
    var message = [CChar](repeating: 0, count: 1024)
    let capacity = UInt32(message.count)
    return try message.withUnsafeMutableBufferPointer { buffer in
        var error = vais_error()
        error.struct_size = UInt32(MemoryLayout<vais_error>.size)
        error.message = buffer.baseAddress
        error.message_capacity = capacity
        return try withUnsafeMutablePointer(to: &error) { error in
            var call = vais_call(
                struct_size: UInt32(MemoryLayout<vais_call>.size), flags: 0, deadline: deadline, cancelled: cancelled,
                error: error)
            let status = body(&call)
            if status == VAIS_OK || status == VAIS_DONE { return status == VAIS_DONE }
            let text = buffer.prefix(Int(min(error.pointee.message_size, UInt64(capacity))))
            throw Refusal(
                status: status, message: String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self),
                place: error.pointee.place, position: error.pointee.position, vendorCode: error.pointee.vendor_code)
        }
    }
}

/// A folder of its own for a test, removed with everything in it.
package func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/vais-sqlite-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestStore.Missing() }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { remove(folder) }
    return try body(folder)
}

private func remove(_ folder: String) {
    guard let entries = opendir(folder) else { return }
    while let entry = readdir(entries) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink(folder + "/" + name) }
    }
    closedir(entries)
    rmdir(folder)
}
