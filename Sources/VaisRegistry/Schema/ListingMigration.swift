internal import VaisHost
internal import VaisModel

/// From format 1 to 2: makes the records of lists, searches, counts and expiries from packages and tokens, in batches of bounded size.
/// Every step can be done again.
struct ListingMigration {
    private let records: any RecordStore
    private let shapes: RegistryShapes

    /// Each brings at most some thirty operations.
    private static let packagesInBatch = 100
    private static let recordsInBatch = 1000

    init(_ records: any RecordStore, _ shapes: RegistryShapes) {
        self.records = records
        self.shapes = shapes
    }

    func run() async throws(StorageError) {
        let serial = try await records.get(shapes.counter(.text(CounterName.serial)))?.integer(0) ?? 0
        try await removeCounts()
        let shown = try await copyPackages()
        try await copyExpiries()
        let format = DataFormat.current
        try await records.commit(
            Batch(
                guards: [
                    shapes.requireNoDataFormat(DataFormat.recordName),
                    shapes.requireCounter(.text(CounterName.serial), .integer(serial)),
                ],
                operations: [
                    shapes.upsertCounter(.text(CounterName.shown), .integer(shown)),
                    shapes.setDataFormat(
                        DataFormat.recordName, .integer(format.number), .integer(format.oldestReader)),
                ]))
    }

    /// What an attempt before this one has left.
    private func removeCounts() async throws(StorageError) {
        try await forEachPage(of: shapes.allLabelCounts(), limit: Self.recordsInBatch) { rows throws(StorageError) in
            try await records.commit(Batch(operations: rows.map { shapes.deleteLabelCount($0[0], $0[1]) }))
        }
    }

    /// Gives how many packages are shown.
    private func copyPackages() async throws(StorageError) -> Int64 {
        var shown: Int64 = 0
        var counts: [PackageLabel: Int64] = [:]
        try await forEachPage(of: shapes.packagesByName(), limit: Self.packagesInBatch) { rows throws(StorageError) in
            var batch = Batch()
            for row in rows {
                let package = try PackageRecord(row)
                batch.operations += copies(of: package)
                for label in package.shownLabels { counts[label, default: 0] += 1 }
                if package.isShown { shown += 1 }
            }
            try await records.commit(batch)
        }
        var rest = counts.map { shapes.setLabelCount($0.key.kindValue, $0.key.labelValue, .integer($0.value)) }[...]
        while !rest.isEmpty {
            try await records.commit(Batch(operations: Array(rest.prefix(Self.recordsInBatch))))
            rest = rest.dropFirst(Self.recordsInBatch)
        }
        return shown
    }

    private func copies(of package: PackageRecord) -> [Use] {
        let name = Value.text(package.name.text)
        let ranking = shapes.setRanking(
            name, .bool(package.isShown), .integer(-Int64(clamping: package.downloads)),
            .integer(-package.updated.microseconds))
        if package.isShown { return [ranking, shapes.setSearchText(package.searchText)] }
        // In format 1 packages kept their labels when everything was yanked.
        return [ranking, shapes.deleteSearchText(name)]
            + package.labels.map { shapes.deleteLabel($0.kindValue, $0.labelValue, name) }
    }

    private func copyExpiries() async throws(StorageError) {
        try await forEachPage(of: shapes.allTokens(), limit: Self.recordsInBatch) { rows throws(StorageError) in
            let expiring = rows.filter { $0[1] != .null }
            if expiring.isEmpty { return }
            try await records.commit(Batch(operations: expiring.map { shapes.insertExpiry($0[1], $0[0]) }))
        }
    }

    private func forEachPage(
        of use: Use, limit: Int, _ body: ([Row]) async throws(StorageError) -> Void
    ) async throws(StorageError) {
        var position: Position?
        repeat {
            let page = try await records.scan(use, after: position, limit: limit)
            position = page.next
            if !page.rows.isEmpty { try await body(page.rows) }
        } while position != nil
    }
}
