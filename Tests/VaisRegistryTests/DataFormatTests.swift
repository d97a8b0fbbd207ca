import RegistryTesting
import Synchronization
import Testing
import VaisHost
import VaisModel
import VaisProtocol

@testable import VaisRegistry

/// ROBUSTNESS 103.
@Suite("The registry's data format") struct DataFormatTests {
    @Test("data that a newer program wrote is refused, and left as it is")
    func newer() async throws {
        try await TestRegistry.withFolder { folder in
            await (try TestRegistry.open(.sqlite, in: folder)).registry.close()
            try await write(DataFormat(number: 7, oldestReader: 6), in: folder)
            let before = try await dump(folder)
            do {
                _ = try await TestRegistry.open(.sqlite, in: folder)
                Issue.record("it was opened")
            } catch let error as StorageError {
                #expect(error.code == .schema)
                #expect(
                    error.message
                        == "the data was written by a newer vais: its format is 7, which programs of format 6 or newer may use; this one has format 2"
                )
                #expect(error.hint?.contains("another data folder") == true)
            }
            #expect(try await dump(folder) == before)
        }
    }

    @Test("newer data that older programs may use is used, and keeps its number")
    func compatible() async throws {
        try await TestRegistry.withFolder { folder in
            await (try TestRegistry.open(.sqlite, in: folder)).registry.close()
            try await write(DataFormat(number: 3, oldestReader: 2), in: folder)
            await (try TestRegistry.open(.sqlite, in: folder)).registry.close()
            #expect(try await format(folder) == DataFormat(number: 3, oldestReader: 2))
        }
    }

    @Test("a new registry has the current format", arguments: StoreUnderTest.allCases)
    func fresh(_ store: StoreUnderTest) async throws {
        try await TestRegistry.with(store) { registry in
            let row = try await registry.store.get(registry.registry.shapes.dataFormat(DataFormat.recordName))
            #expect(row == Row([.integer(2), .integer(2)]))
        }
    }

    @Test("older data is migrated, whatever commit the first attempts end at")
    func migration() async throws {
        try await TestRegistry.withFolder { folder in
            try await fillInFormatOne(folder)
            var attempt = 0
            while true {
                // The serial is there already, so every write is one of the migration.
                let allowed = attempt
                let commits = Mutex(0)
                do {
                    let registry = try await TestRegistry.open(.sqlite, in: folder) { _ in
                        commits.withLock { commits in
                            commits += 1
                            return commits > allowed ? .refused(.unavailable) : nil
                        }
                    }
                    registry.store.setFault(nil)
                    try await check(registry)
                    await registry.registry.close()
                    break
                } catch let error as StorageError {
                    #expect(error.code == .unavailable)
                    #expect(try await format(folder) == nil, "after \(attempt) commits")
                }
                attempt += 1
            }
            #expect(attempt > 3)
            // What is migrated is not migrated again.
            let again = try await TestRegistry.open(.sqlite, in: folder)
            #expect(again.store.writes == 0)
            try await check(again)
            await again.registry.close()
        }
    }

    private func check(_ registry: TestRegistry) async throws {
        var query = SearchQuery()
        let list = try await registry.registry.search(query)
        #expect(list.total == 2 && list.packages.map(\.name.text) == ["much", "few"])
        #expect(list.packages[0].downloads == 9)
        #expect(try await registry.registry.categories() == [CategoryCount(name: "text", count: 2)])
        query.text = "words"
        #expect(try await registry.registry.search(query).packages.map(\.name.text) == ["much", "few"])
        query.text = ""
        query.category = "text"
        #expect(try await registry.registry.search(query).total == 2)
        let later = Timestamp(microseconds: Timestamp.now().microseconds + 10 * 86_400_000_000)
        #expect(
            try await registry.registry.storage.records.scanAll(
                registry.registry.shapes.expiriesBefore(.time(later.microseconds))
            ).map { $0[1] } == [.text("short")])
    }

    // MARK: - The store below

    /// Two packages that are shown and one that is not, as format 1 kept them.
    private func fillInFormatOne(_ folder: String) async throws {
        var set = ShapeSet(RegistrySchema.schema)
        let package = set.insert(Packages.collection, columns: Packages.all)
        let label = set.insert(Labels.collection, columns: Labels.all)
        let token = set.insert(Tokens.collection, columns: Tokens.all)
        let counter = set.insert(Counters.collection, columns: [Counters.name, Counters.value])
        let storage = try await TestRegistry.openStorage(.sqlite, set, in: folder)
        var batch = Batch()
        let now = Value.time(Timestamp.now().microseconds)
        for (name, downloads, latest) in [("few", 1, "1.0.0"), ("gone", 5, ""), ("much", 9, "2.0.0")] {
            batch.operations.append(
                package(
                    .text(name), .text(name), .text("some words"), .null, .null, .null, .null, .text(""), .text("text"),
                    now, now, .integer(Int64(downloads)), .text(latest)))
            batch.operations.append(label(.text("category"), .text("text"), .text(name)))
        }
        let soon = Value.time(Timestamp.now().microseconds + 86_400_000_000)
        for (id, expires) in [("short", soon), ("endless", Value.null)] {
            batch.operations.append(
                token(
                    .text(id), .text("user"), .text(id), .bytes(Array(id.utf8)), .text("read"), expires, .null, now))
        }
        batch.operations.append(counter(.text("serial"), .integer(4)))
        try await storage.records.commit(batch)
        await storage.close()
    }

    private func write(_ format: DataFormat, in folder: String) async throws {
        let (set, shapes) = RegistryShapes.declare()
        let storage = try await TestRegistry.openStorage(.sqlite, set, in: folder)
        try await storage.records.commit(
            Batch(operations: [
                shapes.setDataFormat(
                    DataFormat.recordName, .integer(format.number), .integer(format.oldestReader))
            ]))
        await storage.close()
    }

    private func format(_ folder: String) async throws -> DataFormat? {
        let (set, shapes) = RegistryShapes.declare()
        let storage = try await TestRegistry.openStorage(.sqlite, set, in: folder)
        let row = try await storage.records.get(shapes.dataFormat(DataFormat.recordName))
        await storage.close()
        return try row.map { DataFormat(number: try $0.integer(0), oldestReader: try $0.integer(1)) }
    }

    /// What the start of a registry could have changed.
    private func dump(_ folder: String) async throws -> [[Row]] {
        var set = ShapeSet(RegistrySchema.schema)
        let scans = [
            set.scan(Counters.collection, columns: [Counters.name, Counters.value]),
            set.scan(DataFormats.collection, columns: DataFormats.all),
            set.scan(Rankings.collection, columns: Rankings.all),
        ]
        let storage = try await TestRegistry.openStorage(.sqlite, set, in: folder)
        var rows: [[Row]] = []
        for scan in scans { rows.append(try await storage.records.scanAll(scan())) }
        await storage.close()
        return rows
    }
}
