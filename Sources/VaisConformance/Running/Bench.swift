internal import CVaisPlugin

/// What one check works with: the plugin, stores in folders of its own, random numbers, and a list of findings.
final class Bench: @unchecked Sendable {
    let plugin: PluginUnderTest
    let level: Level
    private let check: Check
    let seed: UInt64
    private let report: (Finding) -> Void
    private var folders: [String] = []
    private(set) var findings: [Finding] = []
    private var isTrial = false
    private static let mostFindings = 20

    init(
        _ check: Check, _ plugin: PluginUnderTest, seed: UInt64, level: Level, _ report: @escaping (Finding) -> Void
    ) {
        self.check = check
        self.plugin = plugin
        self.seed = seed
        self.level = level
        self.report = report
    }

    /// Random numbers that depend on the seed and on `stream` only.
    func random(_ stream: UInt64 = 0) -> SeededGenerator { SeededGenerator(seed: seed ^ (stream &* 0x9E37_79B9)) }

    /// - Parameter steps: how to come there.
    func found(_ message: String, expected: String? = nil, got: String? = nil, steps: [String] = []) {
        guard findings.count < Self.mostFindings else { return }
        let finding = Finding(
            check: check.description, message: message, expected: expected, got: got, steps: steps)
        findings.append(finding)
        if !isTrial { report(finding) }
    }

    /// The first finding of `body`, which does not count as one of the check.
    func trial(_ body: () throws -> Void) -> Finding? {
        let before = (findings, isTrial)
        (findings, isTrial) = ([], true)
        defer { (findings, isTrial) = before }
        do { try body() } catch { found("\(error)") }
        return findings.first
    }

    /// Records a finding unless `condition` holds.
    func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { found(message()) }
    }

    /// Records a finding unless the answer has this status.
    func expect(_ answer: Answer, _ status: vais_status, _ what: @autoclosure () -> String) {
        if answer.status != status { found(what(), expected: statusName(status), got: "\(answer)") }
    }

    /// Records a finding unless the answer has this status and names this guard or operation.
    func expect(
        _ answer: Answer, _ status: vais_status, at place: UInt32, _ position: Int, _ what: @autoclosure () -> String
    ) {
        let expected = Answer(status: status, place: place, position: UInt32(position))
        let isExpected = answer.status == status && answer.place == place && answer.position == expected.position
        if !isExpected { found(what(), expected: "\(expected)", got: "\(answer)") }
    }

    /// Records a finding unless the read answered exactly these rows.
    func expect(_ read: ReadAnswer, _ status: vais_status, _ rows: [[Datum]], _ what: @autoclosure () -> String) {
        if let fault = read.fault { found("\(what()): \(fault)") }
        guard read.status == status else {
            return found(what(), expected: statusName(status), got: "\(read.answer)")
        }
        expectRows(read.rows, rows, what())
    }

    /// Records a finding unless the rows are these.
    func expectRows(_ rows: [[Datum]], _ expected: [[Datum]], _ what: @autoclosure () -> String) {
        guard rows != expected else { return }
        let (want, got) = difference(expected, rows)
        found(what(), expected: want, got: got)
    }

    /// Stops the check unless the answer is OK.
    func require(_ answer: Answer, _ what: @autoclosure () -> String) throws {
        guard answer.isOK else { throw Refusal("\(what()): expected OK, got \(answer)") }
    }

    // ---- Stores ----

    /// A new folder for one store's data.
    func folder() throws -> String {
        let path = try newFolder()
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

    func tearDown() { removeFolders() }

    /// For checks that close a store and open it again.
    func requireDurable() throws {
        let store = try RawStore(plugin, folder: folder())
        defer { store.close() }
        if store.capabilities.durable == VAIS_NONE { throw Inapplicable("nothing survives `close`, as it declares") }
    }

    /// Removes the folders of stores that are closed by now.
    func removeFolders() {
        for folder in folders { removeFolder(folder) }
        folders = []
    }
}

/// Two lists of rows in words, from where they differ first.
func difference(_ expected: [[Datum]], _ actual: [[Datum]]) -> (expected: String, got: String) {
    var position = 0
    while position < expected.count, position < actual.count, expected[position] == actual[position] { position += 1 }
    func words(_ rows: [[Datum]]) -> String {
        let row = position < rows.count ? "row \(position) is \(rows[position])" : "no row \(position)"
        return "\(rows.count) rows, \(row)"
    }
    return (words(expected), words(actual))
}
