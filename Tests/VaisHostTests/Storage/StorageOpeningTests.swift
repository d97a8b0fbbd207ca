import Foundation
import Testing

@testable import VaisHost

/// A store put together by the host, with each storage plugin of this package: one suite, so that both behave alike.
@Suite("An opened storage") struct StorageOpeningTests {
    static let plugins = ["storage-memory", "storage-sqlite", "storage-lmdb"]

    static let name = Column(1, "name", .text)
    static let about = Column(2, "about", .text)
    static let packages = Collection(1, "packages", key: [name], columns: [name, about])
    static let search = SearchDeclaration(1, "package_search", in: packages, fields: [(name, 2), (about, 1)])

    @Test("keeps records and objects and finds words", arguments: plugins)
    func everything(_ plugin: String) async throws {
        let folder = try TestFolder()
        let host = try RealPlugins.host("[storage]\nplugin = \"\(plugin)\"\n", folder: folder)
        var shapes = ShapeSet(Schema(version: 1, collections: [Self.packages], searches: [Self.search]))
        let get = shapes.get(Self.packages, columns: [Self.about])
        let insert = shapes.insert(Self.packages, columns: [Self.name, Self.about])
        let data = folder.path + "/data"
        let storage = try await host.loadStorage(shapes: shapes, dataFolder: data)
        try await storage.records.commit(Batch(operations: [insert(.text("left-pad"), .text("Pads strings."))]))
        #expect(try await storage.records.get(get(.text("left-pad"))) == Row([.text("Pads strings.")]))
        let blob = try Blob(size: 100_000)
        try await blob.put(in: storage.blobs)
        #expect(try await storage.blobs.reader(blob.id)?.read(at: 0, count: 200_000) == blob.bytes)
        let hits = try await storage.search.search(Self.search, terms: ["str"], offset: 0, limit: 10)
        #expect(hits.hits.map(\.key) == ["left-pad"] && hits.total == 1)
        #expect(!storage.backend.isEmpty)
        await storage.close()
        var status = stat()
        #expect(stat(data, &status) == 0 && status.st_mode & 0o777 == 0o700)
    }

    @Test("can be opened again after it was closed")
    func reopening() async throws {
        let folder = try TestFolder()
        let host = try RealPlugins.host("[storage]\nplugin = \"storage-sqlite\"\n", folder: folder)
        var shapes = ShapeSet(Schema(version: 1, collections: [Self.packages], searches: []))
        let get = shapes.get(Self.packages, columns: [Self.about])
        let insert = shapes.insert(Self.packages, columns: [Self.name, Self.about])
        for round in 0..<3 {
            let storage = try await host.loadStorage(shapes: shapes, dataFolder: folder.path + "/data")
            if round == 0 { try await storage.records.commit(Batch(operations: [insert(.text("a"), .text("b"))])) }
            #expect(try await storage.records.get(get(.text("a"))) == Row([.text("b")]))
            await storage.close()
        }
    }

    @Test("fails with a reason when its data folder cannot be made")
    func noFolder() async throws {
        let folder = try TestFolder()
        let host = try RealPlugins.host("[storage]\nplugin = \"storage-memory\"\n", folder: folder)
        let shapes = ShapeSet(Schema(version: 1, collections: [Self.packages], searches: []))
        let error = await #expect(throws: StorageError.self) {
            try await host.loadStorage(shapes: shapes, dataFolder: folder.path + "/absent/data")
        }
        #expect(error?.message == "cannot create the data folder \(folder.path)/absent/data: No such file or directory")
    }
}
