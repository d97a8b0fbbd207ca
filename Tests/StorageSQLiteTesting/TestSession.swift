package import CVaisPlugin
import Glibc

/// One session of a store under test.
package final class TestSession {
    private let plugin: Plugin
    package let handle: OpaquePointer
    private let cells = UnsafeMutableBufferPointer<vais_cell>.allocate(capacity: 4096)
    private let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)

    package init(_ plugin: Plugin, _ handle: OpaquePointer) {
        self.plugin = plugin
        self.handle = handle
    }

    deinit {
        cells.deallocate()
        bytes.deallocate()
    }

    package func close() { plugin.storage.pointee.session_close(handle) }

    package func emptyPage(cells: Int = 4096, bytes: Int = 1 << 16) -> vais_page {
        var page = vais_page()
        page.struct_size = UInt32(MemoryLayout<vais_page>.size)
        page.cells = self.cells.baseAddress
        page.cell_capacity = UInt64(cells)
        page.bytes = self.bytes.baseAddress
        page.byte_capacity = UInt64(bytes)
        return page
    }

    private func read(_ page: vais_page) -> [Cell] { (0..<Int(page.cell_count)).map { Cell(cells[$0]) } }

    /// The cells of every row, one after the other.
    package func get(_ uses: Use...) throws -> [Cell] {
        let arena = Arena()
        var page = emptyPage()
        try call { plugin.storage.pointee.get_many(handle, arena.uses(uses), UInt32(uses.count), &page, $0) }
        return read(page)
    }

    /// One page of a scan: its cells, and whether it is the last.
    package func scan(
        _ use: Use, after: [Cell]? = nil, limit: UInt32 = 100, deadline: UInt64 = 0,
        cancelled: UnsafePointer<UInt32>? = nil
    ) throws -> (cells: [Cell], isLast: Bool) {
        let arena = Arena()
        var page = emptyPage()
        let position = after.map { arena.cells($0) }
        let isLast = try call(deadline: deadline, cancelled: cancelled) {
            plugin.storage.pointee.scan(
                handle, arena.uses([use]), position, UInt32(after?.count ?? 0), limit, &page, $0)
        }
        return (read(page), isLast)
    }

    package func commit(
        stamp: Int64 = 1, guards: [Use] = [], _ operations: Use..., deadline: UInt64 = 0
    ) throws {
        let arena = Arena()
        var batch = native(stamp, guards, operations, arena)
        try call(deadline: deadline) { plugin.storage.pointee.commit(handle, &batch, $0) }
    }

    /// The statuses of batches of operations committed together.
    package func commitMany(
        _ batches: [[Use]], stamp: Int64 = 1, within nanoseconds: UInt64 = 0
    ) throws -> [vais_outcome] {
        let arena = Arena()
        let native = batches.map { self.native(stamp, [], $0, arena) }
        var outcomes = [vais_outcome](repeating: vais_outcome(), count: batches.count)
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let deadline = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec) + nanoseconds
        try call(deadline: nanoseconds == 0 ? 0 : deadline) {
            plugin.storage.pointee.commit_many(
                handle, arena.array(native), UInt64(MemoryLayout<vais_batch>.stride), UInt32(native.count), &outcomes,
                $0)
        }
        return outcomes
    }

    /// Keys and scores, best first, and how many match in all.
    package func search(_ terms: String..., offset: UInt64 = 0, limit: UInt32 = 100) throws -> (
        cells: [Cell], total: UInt64
    ) {
        let arena = Arena()
        let spans = terms.map { arena.span($0) }
        var page = emptyPage()
        var total: UInt64 = 0
        try call {
            plugin.search.pointee.query(
                handle, 1, arena.array(spans), UInt32(spans.count), offset, limit, &page, &total, $0)
        }
        return (read(page), total)
    }

    package func native(_ stamp: Int64, _ guards: [Use], _ operations: [Use], _ arena: Arena) -> vais_batch {
        vais_batch(
            struct_size: UInt32(MemoryLayout<vais_batch>.size), flags: 0, stamp: stamp, guards: arena.uses(guards),
            ops: arena.uses(operations), guard_count: UInt32(guards.count), op_count: UInt32(operations.count))
    }
}
