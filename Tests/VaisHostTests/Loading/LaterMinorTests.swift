import CVaisPlugin
import Foundation
import Testing

@testable import VaisHost

/// What "same major, any minor" means: a plugin built against headers in which every struct that may grow has grown.
@Suite("A plugin of a later minor of the ABI") struct LaterMinorTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("loads, opens a store and keeps records, though all its structs are longer")
    func laterPlugin() async throws {
        let file = folder.path + "/libstorage-later.so"
        let plugin = packageFolder + "/Sources/Plugins/StorageMemory"
        let sources = try FileManager.default.contentsOfDirectory(atPath: plugin).filter { $0.hasSuffix(".c") }.sorted()
        try run(
            [
                "gcc", "-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-I", try laterHeaders(in: folder),
                "-I", plugin,
                "-pthread", "-o", file,
            ] + sources.map { plugin + "/" + $0 })
        let configuration = try folder.write("plugins.toml", "[storage]\nplugin = \"\(file)\"\n")
        let host = PluginHost(
            try PluginConfiguration.load(
                ConfigurationPlaces(explicit: configuration, environment: [:], binaryFolder: nil)))
        let table = try host.plugin(.storage).requiredTable(vais_storage.self)
        #expect(table.pointee.struct_size == UInt32(MemoryLayout<vais_storage>.size) + 8)

        let shapes = RecordShapes()
        let storage = try await host.loadStorage(shapes: shapes.set, dataFolder: folder.folder("data"))
        do {
            try await storage.records.commit(
                Batch(
                    guards: [shapes.requireAbsent(.text("a"))],
                    operations: [shapes.insert(.text("a"), .integer(7)), shapes.insert(.text("b"), .integer(8))]))
            #expect(try await storage.records.get(shapes.number(.text("a")))?.integer(0) == 7)
            let error = await #expect(throws: StorageError.self) {
                try await storage.records.commit(
                    Batch(
                        guards: [shapes.requireAbsent(.text("c")), shapes.requireAbsent(.text("a"))],
                        operations: [shapes.insert(.text("c"), .integer(9))]))
            }
            #expect(error?.place == .requirement(1))
            #expect(try await storage.records.count(shapes.count()) == 2)
        } catch {
            await storage.close()
            throw error
        }
        await storage.close()
    }
}
