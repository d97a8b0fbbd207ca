internal import VaisHost

/// What the data of a registry means, as a number in the data itself. The store checks collections and columns, which only ever add; the
/// number tells what their contents promise each other, which a program that does not know of it would break.
///
///     1   without a record: packages and releases, lists and searches straight from packages
///     2   lists, searches, counts and expiries have records of their own; releases keep their manifest
struct DataFormat: Equatable {
    /// Which format this is.
    var number: Int64
    /// The oldest format whose programs may still use the data.
    var oldestReader: Int64

    /// What this program writes. Programs of format 1 would not keep the lists.
    static let current = DataFormat(number: 2, oldestReader: 2)

    static let recordName = Value.text("registry")

    /// Refuses data that a newer program has written, unless that said that this one may use it. Writes nothing.
    static func checkReadable(_ records: any RecordStore, _ shapes: RegistryShapes) async throws(StorageError) {
        guard let stored = try await stored(records, shapes), stored.oldestReader > current.number else { return }
        throw StorageError(
            .schema,
            "the data was written by a newer vais: its format is \(stored.number), which programs of format "
                + "\(stored.oldestReader) or newer may use; this one has format \(current.number)",
            hint: "use a vais at least as new as the one that wrote it, or another data folder")
    }

    /// Brings older data to the current format. What a step adds is nothing to older programs; the number is raised last. Every batch
    /// requires the old format, and that nothing has changed meanwhile. A crash before the last leaves the old format, and the next start
    /// begins again.
    static func bringUpToDate(_ records: any RecordStore, _ shapes: RegistryShapes) async throws(StorageError) {
        for _ in 0..<5 {
            let stored = try await stored(records, shapes)
            if let stored, stored.number >= current.number { return }
            do throws(StorageError) {
                return try await ListingMigration(records, shapes).run()
            } catch {
                // Another node was first, or a program of the old format is still at work.
                guard error.code == .guardFailed || error.code == .exists else { throw error }
            }
        }
        throw StorageError(
            .busy, "the data changes while it is brought to format \(current.number)",
            hint: "stop the older servers that use it first")
    }

    private static func stored(
        _ records: any RecordStore, _ shapes: RegistryShapes
    ) async throws(StorageError) -> DataFormat? {
        guard let row = try await records.get(shapes.dataFormat(recordName)) else { return nil }
        return DataFormat(number: try row.integer(0), oldestReader: try row.integer(1))
    }
}
