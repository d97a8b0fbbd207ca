/// A store of declared records that commits guarded atomic batches. Safe to use from any task; never blocks the calling thread.
package protocol RecordStore: Sendable {
    /// Answers get and count shapes from one snapshot, in order; nil for a record that does not exist.
    func get(_ uses: [Use]) async throws(StorageError) -> [Row?]
    /// One page of a scan, at most `limit` rows, beginning behind `after` (nil: at the range's start).
    func scan(_ use: Use, after: Position?, limit: Int) async throws(StorageError) -> Page
    /// Checks the guards, then applies the operations: all or nothing, durable on return. Batches of several callers may share
    /// one durable write. Lost races and lost answers are settled inside; `.ambiguous` is left only when the backend stays away.
    func commit(_ batch: Batch) async throws(StorageError)
    /// A cheap round trip to the backend.
    func health() async throws(StorageError)
}

extension RecordStore {
    /// The record one get shape names.
    package func get(_ use: Use) async throws(StorageError) -> Row? {
        try await get([use]).first ?? nil
    }

    /// What one count shape counts.
    package func count(_ use: Use) async throws(StorageError) -> Int64 {
        guard let row = try await get(use) else { throw StorageError(.corrupt, "the store answered no count") }
        return try row.integer(0)
    }

    /// Every row of a range, fetched in pages of `pageSize`.
    package func scanAll(_ use: Use, pageSize: Int = 500) async throws(StorageError) -> [Row] {
        var rows: [Row] = []
        var position: Position?
        repeat {
            let page = try await scan(use, after: position, limit: pageSize)
            rows += page.rows
            position = page.next
        } while position != nil
        return rows
    }
}

/// Guards, then operations in order.
package struct Batch: Sendable {
    package var guards: [Use]
    package var operations: [Use]

    package init(guards: [Use] = [], operations: [Use] = []) {
        self.guards = guards
        self.operations = operations
    }
}

/// Where a row stands in its index, so that the next page can begin behind it, even when the row is gone by then.
package struct Position: Hashable, Sendable {
    package var values: [Value]

    package init(_ values: [Value]) { self.values = values }
}

/// Some rows of a scan.
package struct Page: Sendable {
    package var rows: [Row]
    /// Where each row stands.
    package var positions: [Position]
    /// Where the next page begins, nil when this one reached the end.
    package var next: Position?
}
