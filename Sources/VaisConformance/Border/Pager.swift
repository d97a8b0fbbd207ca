internal import CVaisPlugin

extension Shape {
    /// How many cells tell where a row stands: the columns of the index's order beyond the prefix.
    var positionWidth: Int { collection.order(of: index).count - prefix }

    /// A scan of these columns whose rows end with their position.
    static func scan(
        _ collection: Collection, by index: UInt32 = 0, prefix: Int = 0, flags: UInt32 = 0, _ columns: [UInt32]
    ) -> Shape {
        let order = collection.order(of: index).dropFirst(prefix)
        return Shape(
            kind: VAIS_SCAN, collection: collection, index: index, flags: flags, prefix: prefix,
            columns: columns + order)
    }
}

/// All rows of a range, read in pages.
struct Pager {
    var rows: [[Datum]] = []
    /// What was wrong with the way the pages came, nil when nothing was.
    var fault: String?

    /// Scans `use`, whose rows end with their position, in pages of `limit` rows. `between` runs after each page.
    init(_ session: RawSession, _ use: Use, limit: UInt32, between: (Int, [[Datum]]) -> Void = { _, _ in }) {
        fault = read(session, use, limit, between)
    }

    /// Reads page after page; nil when they came as they should.
    private mutating func read(
        _ session: RawSession, _ use: Use, _ limit: UInt32, _ between: (Int, [[Datum]]) -> Void
    ) -> String? {
        var after: [Datum]?
        for pages in 0..<100_000 {
            let page = session.scan(use, after: after, limit: limit)
            if let fault = page.fault { return fault }
            guard page.status == VAIS_OK || page.status == VAIS_DONE else {
                return "page \(pages) answered \(page.answer)"
            }
            if page.rows.count > Int(limit) { return "page \(pages) has more rows than the limit of \(limit)" }
            rows += page.rows
            between(pages, page.rows)
            if page.status == VAIS_DONE { return nil }
            guard let last = page.rows.last else { return "page \(pages) answered OK and no row" }
            after = Array(last.suffix(use.shape.positionWidth))
        }
        return "the scan does not end"
    }
}
