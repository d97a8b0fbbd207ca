import CFaultyStorage
import CVaisPlugin
import Foundation

@testable import VaisHost

/// An open record store over one of this package's own plugins, reached through a plan that counts its calls and can make them fail.
final class RecordFixture: Sendable {
    enum Backend: String, CaseIterable, Sendable {
        case memory = "storage-memory", sqlite = "storage-sqlite", lmdb = "storage-lmdb"
    }

    let store: PluginRecordStore
    let plan: FaultyPlan
    let shapes: RecordShapes
    private let folder: TestFolder

    /// Opens a store, runs `body`, and closes it.
    static func with<T>(
        _ backend: Backend = .memory, _ model: LoadedPlugin.ThreadModel = .perSession, maxSessions: UInt32 = 0,
        groupCommit: Bool = true, patience: Patience = Patience(), start: @escaping ThreadStarter = startThread,
        _ body: (RecordFixture) async throws -> T
    ) async throws -> T {
        let fixture = try RecordFixture(backend, model, maxSessions, groupCommit, patience, start)
        do {
            let result = try await body(fixture)
            await fixture.close()
            return result
        } catch {
            fixture.plan.release()
            await fixture.close()
            throw error
        }
    }

    private init(
        _ backend: Backend, _ model: LoadedPlugin.ThreadModel, _ maxSessions: UInt32, _ groupCommit: Bool,
        _ patience: Patience, _ start: @escaping ThreadStarter
    ) throws {
        folder = try TestFolder()
        plan = try FaultyPlan(over: backend)
        faulty_set_max_sessions(plan.pointer, maxSessions)
        shapes = RecordShapes()
        store = try Self.open(
            plan, shapes, folder: folder.path, model: model, groupCommit: groupCommit, patience: patience, start: start)
    }

    static func open(
        _ plan: FaultyPlan, _ shapes: RecordShapes, folder: String, model: LoadedPlugin.ThreadModel = .perSession,
        groupCommit: Bool = true, patience: Patience = Patience(), start: @escaping ThreadStarter = startThread
    ) throws -> PluginRecordStore {
        var table = faulty_storage
        if !groupCommit { table.commit_many = nil }
        let address = Int64(Int(bitPattern: plan.pointer))
        return try PluginRecordStore.open(
            table: table, search: nil, settings: [("plan", .integer(address))], dataFolder: folder,
            shapes: shapes.set, gate: PluginGate(model, plugin: "org.example.faulty 1.0.0", patience: patience),
            start: start)
    }

    /// On a thread that may block.
    func close() async {
        let threads = BlockingThreads(count: 1, name: "closing")
        try? await threads.run { self.store.close() }
    }

    /// Commits a new record.
    func insert(_ name: String, _ number: Int64 = 0) async throws(StorageError) {
        try await store.commit(Batch(operations: [shapes.insert(.text(name), .integer(number))]))
    }

    func number(_ name: String) async throws -> Int64? { try await store.get(shapes.number(.text(name)))?.integer(0) }

    /// Waits until `condition` holds; fails after a time that no working program needs.
    func until(_ what: String, _ condition: () -> Bool) async throws {
        for _ in 0..<30_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw TestFailure("waited in vain for \(what)")
    }
}

/// What the tests keep: things with a name, a number, and perhaps a note and bytes.
struct RecordShapes: Sendable {
    static let name = Column(1, "name", .text)
    static let number = Column(2, "number", .integer)
    static let note = Column(3, "note", .text, optional: true)
    static let data = Column(4, "data", .bytes, optional: true)
    static let flag = Column(5, "flag", .bool, optional: true)
    static let share = Column(6, "share", .double, optional: true)
    static let made = Column(7, "made", .time, optional: true)
    static let byNumber = Index(1, "by_number", on: [number])
    static let all = [name, number, note, data, flag, share, made]
    static let things = Collection(1, "things", key: [name], columns: all, indexes: [byNumber])
    static let search = SearchDeclaration(1, "thing_search", in: things, fields: [(name, 4), (note, 1)])

    let set: ShapeSet
    let number, whole, stamp, count: ReadShape
    let scan, scanByNumber: ScanShape
    let insert, insertWhole, add, delete: OperationShape
    let requireAbsent, requirePresent, requireVersion: GuardShape
    let searchScans: [UInt32: ScanShape]

    init() {
        var set = ShapeSet(Schema(version: 1, collections: [Self.things], searches: [Self.search]))
        number = set.get(Self.things, columns: [Self.number])
        whole = set.get(Self.things, columns: Self.all)
        stamp = set.get(Self.things, columns: [.version])
        count = set.count(Self.things)
        scan = set.scan(Self.things, columns: [Self.number, Self.note])
        scanByNumber = set.scan(Self.things, by: Self.byNumber, columns: [Self.name])
        insert = set.insert(Self.things, columns: [Self.name, Self.number])
        insertWhole = set.insert(Self.things, columns: Self.all)
        add = set.add(Self.things, columns: [Self.number])
        delete = set.delete(Self.things)
        requireAbsent = set.requireAbsent(Self.things)
        requirePresent = set.requirePresent(Self.things)
        requireVersion = set.requireVersion(Self.things)
        searchScans = PrefixSearch.declare(in: &set)
        self.set = set
    }
}

/// What the plugin between host and backend does, and what it saw.
final class FaultyPlan: @unchecked Sendable {
    let pointer: OpaquePointer

    init(over backend: RecordFixture.Backend) throws { pointer = faulty_plan_create(try Self.table(backend)) }

    deinit { faulty_plan_free(pointer) }

    /// The backend's own table: the plugin as it was built beside this test program.
    static func table(_ backend: RecordFixture.Backend) throws -> UnsafePointer<vais_storage> {
        let folder = try TestFolder()
        let host = try RealPlugins.host("[storage]\nplugin = \"\(backend.rawValue)\"\n", folder: folder)
        return try host.plugin(.storage).requiredTable(vais_storage.self)
    }

    /// After `skip` calls of this kind, the next `times` get `action`.
    func set(_ call: Int32, _ action: Int32, _ status: Int32 = VAIS_OK, skip: Int32 = 0, times: Int32 = 1) {
        faulty_set(pointer, call, skip, times, action, status)
    }

    func release() { faulty_release(pointer) }
    func count(_ call: Int32) -> Int64 { faulty_count(pointer, call) }
    var waiting: Int64 { faulty_waiting(pointer) }
}
