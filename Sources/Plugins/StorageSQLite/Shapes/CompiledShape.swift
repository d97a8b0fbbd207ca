import CVaisPlugin

/// A shape as SQL: its text and what is bound to and read from it.
final class CompiledShape {
    let kind: UInt32
    /// What each cell of a use must be; cell n is bound to ?n+1.
    let parameters: [Column]
    /// The types of the columns of an answer.
    let results: [UInt32]
    let sql: String
    /// SCAN: the text that begins behind a position, and what the position's cells must be.
    let sqlBehindPosition: String?
    let position: [Column]
    /// The parameter that takes the batch's stamp, 0 for none.
    let stampParameter: Int32

    init(
        kind: UInt32, parameters: [Column], results: [UInt32] = [], sql: String, sqlBehindPosition: String? = nil,
        position: [Column] = [], stampParameter: Int = 0
    ) {
        self.kind = kind
        self.parameters = parameters
        self.results = results
        self.sql = sql
        self.sqlBehindPosition = sqlBehindPosition
        self.position = position
        self.stampParameter = Int32(stampParameter)
    }

    /// Whether the shape is an operation or a guard, which only the writer runs.
    var isForCommit: Bool { kind >= VAIS_INSERT }
}

/// All declared shapes, and the slots of the statements each connection keeps for them.
final class Program {
    let shapes: [CompiledShape]

    init(_ shapes: [CompiledShape]) { self.shapes = shapes }

    func shape(_ number: UInt32) throws(Failure) -> CompiledShape {
        guard number < shapes.count else {
            throw Failure(VAIS_INVALID, "there is no shape " + String(number))
        }
        return shapes[Int(number)]
    }

    static func slot(ofShape number: UInt32) -> Int { Int(number) * 2 }
    static func slotBehindPosition(ofShape number: UInt32) -> Int { Int(number) * 2 + 1 }
    /// Three statements for each search index.
    func slot(ofSearch position: Int, part: Int) -> Int { shapes.count * 2 + position * 3 + part }
}
