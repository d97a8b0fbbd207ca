internal import CVaisPlugin

extension PluginSession {
    /// One call, one snapshot: the uses' rows in order.
    func get(_ uses: [Use], _ bounds: CallBounds) throws(StorageError) -> [Row?] {
        let shapes = store.shapes.shapes
        let widths = uses.map { shapes[$0.shape].kind == .count ? 1 : shapes[$0.shape].columns.count }
        let getMany = store.table.get_many
        return try using(bounds) { session, limits throws(StorageError) in
            arena.reset(for: [uses])
            let cells = arena.add(uses)
            return try filling("cannot read", accepted: [VAIS_LIMIT], limits) { page, call in
                getMany?(session, cells, UInt32(uses.count), page, call) ?? VAIS_UNSUPPORTED
            } read: { _, reader throws(StorageError) in
                try reader.require(rows: uses.count, cells: widths.reduce(0, +))
                var rows: [Row?] = []
                rows.reserveCapacity(uses.count)
                var start = 0
                for width in widths {
                    rows.append(try reader.values(from: start, count: width).map(Row.init))
                    start += width
                }
                return rows
            }
        }
    }

    /// One page of a scan.
    func scan(_ use: Use, after: Position?, limit: Int, _ bounds: CallBounds) throws(StorageError) -> Page {
        let shape = store.shapes.shapes[use.shape]
        let width = shape.columns.count
        let scan = store.table.scan
        return try using(bounds) { session, limits throws(StorageError) in
            arena.reset(for: [[use]], extra: after?.values ?? [])
            let cells = arena.add([use])
            let position = after.map { arena.add($0.values) }
            let positionCount = UInt32(after?.values.count ?? 0)
            return try filling("cannot read", accepted: [VAIS_LIMIT, VAIS_DONE], limits) { page, call in
                scan?(session, cells, position, positionCount, UInt32(clamping: limit), page, call) ?? VAIS_UNSUPPORTED
            } read: { status, reader throws(StorageError) in
                try reader.require(atMost: limit, width: width)
                var result = Page(rows: [], positions: [], next: nil)
                for number in 0..<reader.rowCount {
                    guard var values = try reader.values(from: number * width, count: width) else {
                        throw StorageError(
                            .failed, "the storage plugin answered a scan with a record that is not there")
                    }
                    result.positions.append(Position(Array(values[shape.visibleColumns...])))
                    values.removeLast(width - shape.visibleColumns)
                    result.rows.append(Row(values))
                }
                if status == VAIS_DONE { return result }
                // Without a step forward, reading on would never end.
                guard let last = result.positions.last, last != after else {
                    throw StorageError(.failed, "the storage plugin answered that there is more, and not what")
                }
                result.next = last
                return result
            }
        }
    }

    /// At least one row is asked for, since the number of all matches comes with rows.
    func search(_ declaration: UInt32, terms: [String], offset: Int, limit: Int, _ bounds: CallBounds)
        throws(StorageError) -> SearchHits
    {
        guard let query = store.search?.query else {
            throw StorageError(.unsupported, "the storage plugin has no search")
        }
        let words = terms.map { Value.text($0) }
        let wanted = max(1, limit)
        return try using(bounds) { session, limits throws(StorageError) in
            arena.reset(for: [], extra: words)
            let cells = arena.add(words)
            let spans = (0..<words.count).map { vais_span(data: cells[$0].value.data, size: UInt64(cells[$0].size)) }
            var total: UInt64 = 0
            var hits: [SearchHits.Hit] = []
            while hits.count < wanted {
                let remaining = wanted - hits.count
                let from = UInt64(max(0, offset)).addingReportingOverflow(UInt64(hits.count))
                let isLast = try filling("cannot search", accepted: [VAIS_LIMIT, VAIS_DONE], limits) { page, call in
                    query(
                        session, declaration, spans, UInt32(spans.count), from.overflow ? .max : from.partialValue,
                        UInt32(clamping: remaining), page, &total, call)
                } read: { status, reader throws(StorageError) in
                    try reader.require(atMost: remaining, width: 2)
                    for number in 0..<reader.rowCount {
                        guard let row = try reader.values(from: number * 2, count: 2), case .text(let key) = row[0],
                            case .double(let score) = row[1]
                        else {
                            throw StorageError(.failed, "the storage plugin answered a search without key and score")
                        }
                        hits.append(SearchHits.Hit(key: key, score: score))
                    }
                    return reader.rowCount == 0 || status == VAIS_DONE
                }
                if isLast { break }
            }
            return SearchHits(hits: Array(hits.prefix(max(0, limit))), total: Int(clamping: total))
        }
    }

    private func filling<T>(
        _ action: String, accepted: [vais_status], _ limits: CallBounds.Limits,
        _ body: (UnsafeMutablePointer<vais_page>, UnsafeMutablePointer<vais_call>) -> vais_status,
        read: (vais_status, borrowing PageReader) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        try page.fill { page throws(StorageError) in
            try call.run(action, limits, accepted: accepted) { body(page, $0) }
        } limit: {
            call.failure(VAIS_LIMIT, action)
        } read: { status, reader throws(StorageError) in
            try read(status, reader)
        }
    }
}
