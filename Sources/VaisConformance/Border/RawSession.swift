internal import CVaisPlugin

/// One session of a store, by its C table. One call at a time, but for `interrupt`.
final class RawSession: @unchecked Sendable {
    private let table: vais_storage
    let handle: OpaquePointer
    /// Kept open while the session is.
    private let store: RawStore
    private var isOpen = true

    init(table: vais_storage, handle: OpaquePointer, store: RawStore) {
        self.table = table
        self.handle = handle
        self.store = store
    }

    deinit { close() }

    func close() {
        guard isOpen else { return }
        isOpen = false
        table.session_close(handle)
    }

    func reset(_ options: CallOptions = .plain) -> Answer { calling(options) { table.session_reset(handle, $0) } }

    func interrupt() { table.session_interrupt(handle) }

    func commit(_ batch: Batch, _ options: CallOptions = .plain) -> Answer {
        let arena = Arena()
        var raw = arena.batch(batch)
        return calling(options) { table.commit(handle, &raw, $0) }
    }

    /// As `commit`, with a `vais_call` of the caller's own making.
    func commit(_ batch: Batch, call: UnsafeMutablePointer<vais_call>) -> vais_status {
        let arena = Arena()
        var raw = arena.batch(batch)
        return table.commit(handle, &raw, call)
    }

    var offersCommitMany: Bool { table.commit_many != nil }

    func commitMany(_ batches: [Batch], longerBy surplus: Int = 0, _ options: CallOptions = .plain) -> (
        answer: Answer, outcomes: [Answer]
    ) {
        guard let commitMany = table.commit_many else { return (Answer(status: VAIS_UNSUPPORTED), []) }
        let arena = Arena(longerBy: surplus)
        let raw = arena.structs(batches.map { arena.batch($0) })
        var outcomes = [vais_outcome](
            repeating: vais_outcome(status: -1, place: 0, position: 0, reserved: 0), count: batches.count)
        let answer = calling(options) {
            commitMany(handle, raw.first, raw.stride, UInt32(batches.count), &outcomes, $0)
        }
        return (answer, outcomes.map { Answer(status: $0.status, place: $0.place, position: $0.position) })
    }

    /// Room for all that a check reads at once unless it says otherwise.
    static let roomyCells = 16_000
    static let roomyBytes = 512 << 10

    func get(
        _ uses: [Use], cells: Int = roomyCells, bytes: Int = roomyBytes, _ options: CallOptions = .plain
    ) -> ReadAnswer {
        let arena = Arena()
        var buffer = PageBuffer(cells: cells, bytes: bytes)
        let answer = calling(options) {
            table.get_many(handle, arena.uses(uses), UInt32(uses.count), &buffer.page, $0)
        }
        return ReadAnswer(answer, buffer, widths: uses.map(\.shape.rowWidth))
    }

    func scan(
        _ use: Use, after: [Datum]? = nil, limit: UInt32 = 10_000, cells: Int = roomyCells, bytes: Int = roomyBytes,
        _ options: CallOptions = .plain
    ) -> ReadAnswer {
        let arena = Arena()
        var buffer = PageBuffer(cells: cells, bytes: bytes)
        let uses = arena.uses([use])
        let position = after.flatMap { arena.array($0.map { arena.cell($0) }) }
        let answer = calling(options) {
            table.scan(handle, uses, position, UInt32(after?.count ?? 0), limit, &buffer.page, $0)
        }
        return ReadAnswer(answer, buffer, widths: [use.shape.rowWidth])
    }
}

/// What a read answered: its status, and its page.
struct ReadAnswer {
    var answer: Answer
    var rows: [[Datum]]
    var cellsNeeded: UInt64
    var bytesNeeded: UInt64
    /// What is wrong with the page itself.
    var fault: String?

    init(_ answer: Answer, _ buffer: borrowing PageBuffer, widths: [Int]) {
        self.answer = answer
        fault = buffer.fault
        let hasRows = (answer.status == VAIS_OK || answer.status == VAIS_DONE) && fault == nil
        rows = hasRows ? buffer.rows(widths: widths.isEmpty ? [0] : widths) : []
        cellsNeeded = buffer.page.cells_needed
        bytesNeeded = buffer.page.bytes_needed
        if answer.status == VAIS_LIMIT, buffer.page.row_count != 0 { fault = "a page with LIMIT has rows" }
    }

    var status: vais_status { answer.status }
}
