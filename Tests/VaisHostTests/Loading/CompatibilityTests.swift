import CVaisPlugin
import Foundation
import Testing
import VaisModel

@testable import VaisHost

/// What "same major, any minor" means, for a plugin of each kind: this host takes those built for an earlier version, and those built for a later
/// one, whose structs are longer.
@Suite("A plugin of another minor of the ABI") struct CompatibilityTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("computes digests", arguments: EarlierPlugin.Build.allCases)
    func digests(_ build: EarlierPlugin.Build) throws {
        let digester = try EarlierPlugin(kind: .digest).host(build, in: folder).loadDigest()
        let digest = try Array("abc".utf8).withUnsafeBytes { try digester.sha256(of: $0) }
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let running = try digester.sha256()
        for byte in "abc".utf8 { try [byte].withUnsafeBytes { try running.update($0) } }
        #expect(try running.finish() == digest.bytes)
    }

    @Test("hashes passwords, as its settings say", arguments: EarlierPlugin.Build.allCases)
    func passwords(_ build: EarlierPlugin.Build) async throws {
        let plugin = EarlierPlugin(kind: .password)
        let hasher = try plugin.host(build, in: folder).loadPassword()
        let other = try plugin.host(build, config: "[password.config]\nrounds = 7\n", in: folder).loadPassword()
        let phc = try await hasher.hash(Array("secret".utf8))
        #expect(try await hasher.verify(Array("secret".utf8), against: phc))
        #expect(try await !hasher.verify(Array("Secret".utf8), against: phc))
        #expect(try await !other.verify(Array("secret".utf8), against: phc))
        #expect(await !hasher.needsRehash(phc))
        await #expect(throws: PluginError.self) { try await hasher.verify([1], against: "plain") }
    }

    @Test("moves requests and responses, field by field", arguments: EarlierPlugin.Build.allCases)
    func transfers(_ build: EarlierPlugin.Build) async throws {
        let transport = try EarlierPlugin(kind: .transport).host(
            build, config: "[transport.config]\ngreeting = \"good day\"\n", in: folder
        ).loadTransport()
        #expect(transport.about == "an echo")
        var request = TransportRequest(
            "PUT", "http://example.org/a?b", headers: [("x-one", "1"), ("x-two", "zwei")],
            body: .bytes(Array(repeating: 0x62, count: 5000)))
        request.connectTimeout = .seconds(3)
        request.stallTimeout = .seconds(4)
        request.stallBytes = 5
        request.maxResponseBytes = 6000
        let (head, body) = try await transport.fetch(request)
        let version = build == .asItWas ? "1.0" : "1.99"
        #expect(head.status == 200 && head["x-abi"] == version && head.headers.count == 1)
        let echo = """
            good day
            PUT http://example.org/a?b
            x-one: 1
            x-two: zwei
            decode 1, connect 3000, stall 4000 at 5, at most 6000, body 5000

            """
        #expect(String(decoding: body, as: UTF8.self) == echo + String(repeating: "b", count: 5000))
        request.maxResponseBytes = 10
        let error = await #expect(throws: TransportError.self) { try await transport.fetch(request) }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("the echo is longer than the request allows") == true)
        await transport.close()
    }

    @Test("keeps records and objects and finds words", arguments: EarlierPlugin.Build.allCases)
    func stores(_ build: EarlierPlugin.Build) async throws {
        try await useStorage(EarlierPlugin(kind: .storage).host(build, in: folder))
    }

    @Test("whose table ends before an optional function is used without it")
    func shorterTable() async throws {
        let host = try EarlierPlugin(kind: .storage).host(.asItWas, shortened: "vais_storage", in: folder)
        let table = try host.plugin(.storage).requiredTable(vais_storage.self)
        #expect(table.pointee.struct_size == VAIS_STORAGE_SIZE_1_0 - 8 && table.pointee.commit_many == nil)
        try await useStorage(host)
    }

    @Test("whose table ends before a function it must have is refused, with the function's number and what to do")
    func tooShortTable() throws {
        func expectRefusal<T: PluginTable>(_ kind: EarlierPlugin.Kind, _ type: T.Type, _ name: String, last: Int) throws
        {
            let host = try EarlierPlugin(kind: kind).host(.asItWas, shortened: name, in: folder)
            let plugin = try host.plugin(#require(PluginKind(rawValue: kind.rawValue)))
            let error = #expect(throws: PluginError.self) { try plugin.table(type) }
            let words = "its table \(T.interface) (\(MemoryLayout<T>.size - 8) bytes) lacks function \(last),"
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(error?.hint?.contains("upgrade the plugin") == true)
        }
        try expectRefusal(.digest, vais_digest.self, "vais_digest", last: 7)
        try expectRefusal(.password, vais_password.self, "vais_password", last: 6)
        try expectRefusal(.transport, vais_transport.self, "vais_transport", last: 7)
        try expectRefusal(.storage, vais_storage_blob.self, "vais_storage_blob", last: 10)
        try expectRefusal(.storage, vais_storage_search.self, "vais_storage_search", last: 2)
    }

    @Test("may offer interfaces that this host has never heard of")
    func unknownInterfaces() throws {
        let names = "vais.digest/1 vais.digest/2 vais.future/1"
        let file = try SamplePlugin(folder: folder).build("future", [SamplePlugin.note(["interfaces": names])])
        let host = try RealPlugins.host(
            "[digest]\nplugin = \"\(file)\"\n[digest.config]\npath = \"x\"\n", folder: folder)
        #expect(try host.plugin(.digest).table(vais_digest.self) != nil)
    }

    /// The plugins are built with something that is not NULL right behind where their tables say that they end.
    @Test("lacks what a later host adds to a table, whatever lies behind its own")
    func laterHost() throws {
        func expectEnd<T: PluginTable>(_ plugin: LoadedPlugin, _ type: T.Type) throws {
            let table = try #require(try plugin.table(Later<T>.self))
            #expect(table.pointee.added == 0)
        }
        func plugin(_ kind: EarlierPlugin.Kind) throws -> LoadedPlugin {
            try EarlierPlugin(kind: kind).host(.laterSayingEarlier, in: folder).plugin(
                #require(PluginKind(rawValue: kind.rawValue)))
        }
        let storage = try plugin(.storage)
        try expectEnd(storage, vais_storage.self)
        try expectEnd(storage, vais_storage_blob.self)
        try expectEnd(storage, vais_storage_search.self)
        try expectEnd(plugin(.digest), vais_digest.self)
        try expectEnd(plugin(.password), vais_password.self)
        try expectEnd(plugin(.transport), vais_transport.self)
    }

    @Test("of 1.0 has every function that this host does not call optional")
    func optional() {
        func expectComplete<T: PluginTable>(_ type: T.Type, _ size: UInt32) {
            let table = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<T>.size, alignment: 8)
            defer { table.deallocate() }
            table.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<T>.size)
            for offset in stride(from: 8, to: Int(size), by: 8) {
                table.storeBytes(of: 1, toByteOffset: offset, as: UInt.self)
            }
            #expect(missingSlot(UnsafePointer(table.assumingMemoryBound(to: T.self))) == nil, "\(T.interface)")
        }
        expectComplete(vais_storage.self, VAIS_STORAGE_SIZE_1_0)
        expectComplete(vais_storage_blob.self, VAIS_STORAGE_BLOB_SIZE_1_0)
        expectComplete(vais_storage_search.self, VAIS_STORAGE_SEARCH_SIZE_1_0)
        expectComplete(vais_transport.self, VAIS_TRANSPORT_SIZE_1_0)
        expectComplete(vais_digest.self, VAIS_DIGEST_SIZE_1_0)
        expectComplete(vais_password.self, VAIS_PASSWORD_SIZE_1_0)
    }

    private func useStorage(_ host: PluginHost) async throws {
        typealias Sample = StorageOpeningTests
        var shapes = ShapeSet(Schema(version: 1, collections: [Sample.packages], searches: [Sample.search]))
        let get = shapes.get(Sample.packages, columns: [Sample.about])
        let insert = shapes.insert(Sample.packages, columns: [Sample.name, Sample.about])
        let storage = try await host.loadStorage(shapes: shapes, dataFolder: folder.path + "/data")
        do {
            try await storage.records.commit(Batch(operations: [insert(.text("left-pad"), .text("Pads strings."))]))
            #expect(try await storage.records.get(get(.text("left-pad"))) == Row([.text("Pads strings.")]))
            let error = await #expect(throws: StorageError.self) {
                try await storage.records.commit(Batch(operations: [insert(.text("left-pad"), .text("Again."))]))
            }
            #expect(error?.place == .operation(0))
            let blob = try Blob(size: 100_000)
            try await blob.put(in: storage.blobs)
            #expect(try await storage.blobs.reader(blob.id)?.read(at: 0, count: 200_000) == blob.bytes)
            let hits = try await storage.search.search(Sample.search, terms: ["str"], offset: 0, limit: 10)
            #expect(hits.hits.map(\.key) == ["left-pad"] && hits.total == 1)
            #expect(storage.backend == "memory")
        } catch {
            await storage.close()
            throw error
        }
        await storage.close()
    }
}

/// A table as a later minor of this host would have it: one function more, which no plugin must have.
struct Later<Table: PluginTable>: PluginTable {
    var today: Table
    var added: UInt

    static var interface: String { Table.interface }
    static var optional: [PartialKeyPath<Self>] {
        let today: PartialKeyPath<Self> = \.today
        return [\Self.added] + Table.optional.compactMap { today.appending(path: $0) }
    }
}
