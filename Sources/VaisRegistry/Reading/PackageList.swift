internal import VaisHost
internal import VaisModel
internal import VaisProtocol

extension Registry {
    /// How far an offset reaches: so many rows are passed over, and no more. Who wants to see everything goes from page to page by `next`.
    static let mostOffset = 10_000

    /// All packages that are shown, in an order that the store keeps: the answer is a part of an index. It costs one read for the page
    /// and one for what the page shows, and one more for each thousand rows of the offset.
    func list(_ query: SearchQuery) async throws(Problem) -> SearchResult {
        let result = try await storing { () throws(StorageError) in
            let row = try await records.get(shapes.counter(.text(CounterName.shown)))
            return try await page(query, UInt64(clamping: try row?.integer(0) ?? 0))
        }
        guard let result else { throw .offsetTooFar }
        return result
    }

    /// Nil when the offset reaches too far into the list.
    private func page(_ query: SearchQuery, _ total: UInt64) async throws(StorageError) -> SearchResult? {
        let limit = max(0, query.limit)
        var result = SearchResult(packages: [], total: total)
        var position = query.after.flatMap { Self.position($0, query.order) }
        var skipped = position == nil ? max(0, query.offset) : 0
        if UInt64(skipped) >= total || limit == 0 { return result }
        guard skipped <= Self.mostOffset else { return nil }
        let scan = scan(query.order)
        while skipped > 0 {
            let passed = try await records.scan(scan, after: position, limit: min(skipped, 1000))
            skipped -= passed.rows.count
            position = passed.next
            if position == nil { return result }
        }
        let page = try await records.scan(scan, after: position, limit: limit)
        let names = try page.rows.map { row throws(StorageError) in try row.text(0) }
        result.packages = try await packages(named: names).map(SearchHit.init)
        result.next = page.next.map(Self.text)
        return result
    }

    private func scan(_ order: SearchQuery.Order) -> Use {
        switch order {
        case .downloads, .relevance: shapes.shownByDownloads(.bool(true))
        case .newest: shapes.shownByUpdated(.bool(true))
        case .name: shapes.shownByName(.bool(true))
        }
    }

    /// A place in a list as a client keeps it: the value it is ordered by, if that is not the name, then the name.
    private static func text(_ position: Position) -> String {
        position.values.map { value in
            switch value {
            case .integer(let number): "\(number)"
            case .text(let name): name
            default: ""
            }
        }.joined(separator: ".")
    }

    /// Nil when the text is no place in a list of this order.
    private static func position(_ text: String, _ order: SearchQuery.Order) -> Position? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let name = parts.last, (try? PackageName(parsing: String(name))) != nil else { return nil }
        if order == .name { return parts.count == 1 ? Position([.text(String(name))]) : nil }
        guard parts.count == 2, let value = Int64(parts[0]) else { return nil }
        return Position([.integer(value), .text(String(name))])
    }
}

extension Problem {
    static var offsetTooFar: Problem {
        .invalidParameter("offset", "at most \(Registry.mostOffset)")
    }
}
