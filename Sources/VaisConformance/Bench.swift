internal import CVaisPlugin
internal import Glibc

/// What one check works with: the plugin, stores in folders of its own, random numbers, and a list of findings.
final class Bench: @unchecked Sendable {
    let plugin: PluginUnderTest
    let level: ConformanceRun.Level
    private let check: Check
    private let seed: UInt64
    private var folders: [String] = []
    private(set) var findings: [Finding] = []
    private static let mostFindings = 20

    init(_ check: Check, _ plugin: PluginUnderTest, seed: UInt64, level: ConformanceRun.Level) {
        self.check = check
        self.plugin = plugin
        self.seed = seed
        self.level = level
    }

    /// Random numbers that depend on the seed and on `stream` only.
    func random(_ stream: UInt64 = 0) -> SeededGenerator { SeededGenerator(seed: seed ^ (stream &* 0x9E37_79B9)) }

    func found(_ message: String) {
        guard findings.count < Self.mostFindings else { return }
        findings.append(Finding(check: check.description, message: "\(message) (seed \(seed))"))
    }

    /// Records a finding unless `condition` holds.
    func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { found(message()) }
    }

    /// Records a finding unless the answer has this status.
    func expect(_ answer: Answer, _ status: vais_status, _ what: @autoclosure () -> String) {
        if answer.status != status { found("\(what()): expected \(statusName(status)), got \(answer)") }
    }

    /// Records a finding unless the answer has this status and names this guard or operation.
    func expect(
        _ answer: Answer, _ status: vais_status, at place: UInt32, _ position: Int, _ what: @autoclosure () -> String
    ) {
        let expected = Answer(status: status, place: place, position: UInt32(position))
        let isExpected = answer.status == status && answer.place == place && answer.position == expected.position
        if !isExpected { found("\(what()): expected \(expected), got \(answer)") }
    }

    /// Records a finding unless the read answered exactly these rows.
    func expect(_ read: ReadAnswer, _ status: vais_status, _ rows: [[Datum]], _ what: @autoclosure () -> String) {
        if let fault = read.fault { found("\(what()): \(fault)") }
        guard read.status == status else {
            return found("\(what()): expected \(statusName(status)), got \(read.answer)")
        }
        if read.rows != rows { found("\(what()): \(difference(rows, read.rows))") }
    }

    /// Stops the check unless the answer is OK.
    func require(_ answer: Answer, _ what: @autoclosure () -> String) throws {
        guard answer.isOK else { throw Refusal("\(what()): expected OK, got \(answer)") }
    }

    // ---- Stores ----

    /// A new folder for one store's data.
    func folder() throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/vais-conformance-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw Refusal("cannot make a folder in \(base): errno \(errno)") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        folders.append(path)
        return path
    }

    /// A new store with this schema and these shapes.
    func store(_ schema: Schema, _ book: ShapeBook) throws -> RawStore {
        let store = try RawStore(plugin, folder: folder())
        try require(store.apply(schema), "schema_apply")
        try require(store.prepare(schema, book), "prepare")
        return store
    }

    /// Opens what an earlier store left in `folder`.
    func reopen(_ folder: String, _ schema: Schema, _ book: ShapeBook) throws -> RawStore {
        let store = try RawStore(plugin, folder: folder)
        try require(store.apply(schema), "schema_apply on a store that exists")
        try require(store.prepare(schema, book), "prepare on a store that exists")
        return store
    }

    /// For checks that close a store and open it again.
    func requireDurable() throws {
        let store = try RawStore(plugin, folder: folder())
        defer { store.close() }
        if store.capabilities.durable == VAIS_NONE { throw Inapplicable("nothing survives `close`, as it declares") }
    }

    func tearDown() {
        for folder in folders { removeFolder(folder) }
        folders = []
    }
}

/// Where two lists of rows differ first.
func difference(_ expected: [[Datum]], _ actual: [[Datum]]) -> String {
    var position = 0
    while position < expected.count, position < actual.count, expected[position] == actual[position] { position += 1 }
    let want = position < expected.count ? "\(expected[position])" : "no more rows"
    let got = position < actual.count ? "\(actual[position])" : "no more rows"
    return "expected \(expected.count) rows, got \(actual.count); row \(position): expected \(want), got \(got)"
}
