internal import VaisHost
internal import VaisModel

/// From format 1 to 2: makes the records of lists, searches, counts and expiries from packages and tokens, in batches of bounded size.
/// Every step can be done again.
///
/// Several nodes may do this at once, and each may be stopped for any time at any step. Every batch therefore requires that the old
/// format is still there and that the last change is the one before which the migration began: what all of them write is then the same,
/// and made of the same packages, until one raises the number, after which the others can write nothing. For the same reason nothing is
/// removed that another of them may have written.
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
        let guards = [
            shapes.requireNoDataFormat(DataFormat.recordName),
            shapes.requireCounter(.text(CounterName.serial), .integer(serial)),
        ]
        let totals = try await copyPackages(guards)
        try await writeCounts(totals.counts, guards)
        try await copyExpiries(guards)
        let format = DataFormat.current
        try await records.commit(
            Batch(
                guards: guards,
                operations: [
                    shapes.upsertCounter(.text(CounterName.shown), .integer(totals.shown)),
                    shapes.setDataFormat(
                        DataFormat.recordName, .integer(format.number), .integer(format.oldestReader)),
                ]))
    }

    /// What there is of all packages together.
    private struct Totals {
        /// How many are shown.
        var shown: Int64 = 0
        var counts: [PackageLabel: Int64] = [:]
    }

    private func copyPackages(_ guards: [Use]) async throws(StorageError) -> Totals {
        var totals = Totals()
        try await forEachPage(of: shapes.packagesByName(), limit: Self.packagesInBatch) { rows throws(StorageError) in
            var batch = Batch(guards: guards)
            for row in rows {
                let package = try PackageRecord(row)
                batch.operations += copies(of: package)
                for label in package.shownLabels { totals.counts[label, default: 0] += 1 }
                if package.isShown { totals.shown += 1 }
            }
            try await records.commit(batch)
        }
        return totals
    }

    private func writeCounts(_ counts: [PackageLabel: Int64], _ guards: [Use]) async throws(StorageError) {
        var rest = counts.map { shapes.setLabelCount($0.key.kindValue, $0.key.labelValue, .integer($0.value)) }[...]
        while !rest.isEmpty {
            try await records.commit(Batch(guards: guards, operations: Array(rest.prefix(Self.recordsInBatch))))
            rest = rest.dropFirst(Self.recordsInBatch)
        }
        // What an attempt has left that began before another change.
        try await forEachPage(of: shapes.allLabelCounts(), limit: Self.recordsInBatch) { rows throws(StorageError) in
            var batch = Batch(guards: guards)
            for row in rows {
                let kind = PackageLabel.Kind(rawValue: try row.text(0))
                let label = try row.text(1)
                if let kind, counts[PackageLabel(kind: kind, label: label)] != nil { continue }
                batch.operations.append(shapes.deleteLabelCount(row[0], row[1]))
            }
            if !batch.operations.isEmpty { try await records.commit(batch) }
        }
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

    private func copyExpiries(_ guards: [Use]) async throws(StorageError) {
        try await forEachPage(of: shapes.allTokens(), limit: Self.recordsInBatch) { rows throws(StorageError) in
            let expiring = rows.filter { $0[1] != .null }
            if expiring.isEmpty { return }
            try await records.commit(
                Batch(guards: guards, operations: expiring.map { shapes.insertExpiry($0[1], $0[0]) }))
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
