internal import CVaisPlugin

extension Check {
    static let paging = [
        Check(.paging, "pages of any size, in both directions, together hold every row once") { bench in
            let list = try PagedList(bench, count: 23)
            for shape in list.shapes.scans {
                let expected = list.reference.scan(list.use(shape))
                for limit in 1...UInt32(expected.count + 2) {
                    let pager = Pager(list.session, list.use(shape), limit: limit)
                    if let fault = pager.fault { bench.found("pages of \(limit): \(fault)") }
                    bench.expectRows(pager.rows, expected, "pages of \(limit)")
                }
            }
        },
        Check(.paging, "DONE comes with the last row, not a page later") { bench in
            let list = try PagedList(bench, count: 10)
            for shape in list.shapes.scans {
                let use = list.use(shape)
                let rows = list.reference.scan(use)
                let whole = list.session.scan(use, limit: UInt32(rows.count))
                bench.expect(whole, VAIS_DONE, rows, "a limit of exactly all \(rows.count) rows")
                let part = list.session.scan(use, limit: UInt32(rows.count - 1))
                bench.expect(part, VAIS_OK, Array(rows.dropLast()), "a limit of all rows but one")
                let last = Array((rows.last ?? []).suffix(shape.positionWidth))
                bench.expect(list.session.scan(use, after: last), VAIS_DONE, [], "a page behind the last row")
            }
        },
        Check(.paging, "a page resumes behind a row that was deleted meanwhile") { bench in
            for shape in PagedShapes().scans {
                let list = try PagedList(bench, count: 20)
                let use = list.use(shape)
                let all = list.reference.scan(use)
                let pager = Pager(list.session, use, limit: 3) { _, rows in
                    if let last = rows.last { list.commit([list.delete(last)]) }
                }
                if let fault = pager.fault { bench.found(fault) }
                bench.expectRows(pager.rows, all, "deleting each page's last row")
            }
        },
        Check(.paging, "rows inserted or deleted meanwhile change no other row's place") { bench in
            for round in 0..<UInt64(bench.level.factor) {
                for shape in PagedShapes().scans { try changeWhilePaging(bench, shape, round) }
            }
        },
        Check(.paging, "a page too small for one row answers LIMIT with what it needs, and then succeeds with that") {
            bench in
            let list = try PagedList(bench, count: 8)
            for shape in list.shapes.scans { expectGrowingPages(bench, list, list.use(shape)) }
        },
        Check(.paging, "a page that fills up before the row limit is cut between rows") { bench in
            let list = try PagedList(bench, count: 12)
            for shape in list.shapes.scans {
                let use = list.use(shape)
                let rows = list.reference.scan(use)
                for count in 1..<rows.count {
                    let bytes = rows.prefix(count).map(byteCount).reduce(0, +)
                    let cells = count * shape.rowWidth
                    let roomy = RawSession.roomyCells
                    for (name, page) in [
                        ("bytes", list.session.scan(use, cells: roomy, bytes: bytes)),
                        ("cells", list.session.scan(use, cells: cells + shape.rowWidth - 1)),
                    ] {
                        // Rows without bytes may still fit behind the last that has some.
                        let fitting = name == "cells" ? count : fittingRows(rows, bytes)
                        let status = fitting == rows.count ? VAIS_DONE : VAIS_OK
                        bench.expect(page, status, Array(rows.prefix(fitting)), "a page with \(name) for \(count) rows")
                    }
                }
            }
        },
        Check(.paging, "get_many with too small a page answers LIMIT with what all rows need") { bench in
            let list = try PagedList(bench, count: 8)
            let uses =
                (0..<8).map { list.shapes.get(list.key($0)) } + [list.shapes.get("nobody", 0), list.shapes.count()]
            let rows = uses.map { list.reference.get($0) }
            let cells = rows.map(\.count).reduce(0, +)
            let bytes = rows.map(byteCount).reduce(0, +)
            bench.expect(list.session.get(uses, cells: cells, bytes: bytes), VAIS_OK, rows, "a page of the exact size")
            for (cellRoom, byteRoom) in [(cells - 1, bytes), (cells, bytes - 1), (0, 0), (1, bytes), (cells, 1)] {
                let page = list.session.get(uses, cells: cellRoom, bytes: byteRoom)
                bench.expect(page, VAIS_LIMIT, [], "room for \(cellRoom) cells and \(byteRoom) bytes")
                let needed = (Int(page.cellsNeeded), Int(page.bytesNeeded))
                bench.expect(needed == (cells, bytes), "LIMIT asks for \(needed), and all rows need \((cells, bytes))")
            }
        },
    ]
}

private func byteCount(_ row: [Datum]) -> Int {
    row.reduce(0) { sum, datum in
        switch datum {
        case .text(let bytes), .bytes(let bytes): sum + bytes.count
        default: sum
        }
    }
}

private func fittingRows(_ rows: [[Datum]], _ capacity: Int) -> Int {
    var left = capacity
    for (position, row) in rows.enumerated() {
        left -= byteCount(row)
        if left < 0 { return position }
    }
    return rows.count
}

/// Scans with a buffer that starts empty and grows by what LIMIT asks for.
private func expectGrowingPages(_ bench: Bench, _ list: PagedList, _ use: Use) {
    let rows = list.reference.scan(use)
    var after: [Datum]?
    for (position, row) in rows.enumerated() {
        let needed = (cells: row.count, bytes: byteCount(row))
        for short in [(0, 0), (needed.cells - 1, needed.bytes), (needed.cells, needed.bytes - 1)] where short.1 >= 0 {
            let page = list.session.scan(use, after: after, cells: short.0, bytes: short.1)
            bench.expect(page, VAIS_LIMIT, [], "row \(position) with room for \(short)")
            let asked = (Int(page.cellsNeeded), Int(page.bytesNeeded))
            bench.expect(asked == needed, "row \(position): LIMIT asks for \(asked), and the row needs \(needed)")
        }
        let page = list.session.scan(use, after: after, limit: 1, cells: needed.cells, bytes: needed.bytes)
        let isLast = position == rows.count - 1
        bench.expect(page, isLast ? VAIS_DONE : VAIS_OK, [row], "row \(position) with room for just that")
        after = Array(row.suffix(use.shape.positionWidth))
    }
}

/// Inserts and deletes at random while paging. Rows that are there all the time must come exactly once, in order; the others
/// may come or not, but never twice.
private func changeWhilePaging(_ bench: Bench, _ shape: Shape, _ round: UInt64) throws {
    var random = bench.random(round)
    let list = try PagedList(bench, count: 40)
    let use = list.use(shape)
    let before = list.reference.scan(use)
    let lasting = before.filter { _ in random.once(in: 2) }
    let fleeting = before.filter { !lasting.contains($0) }
    var fresh = 1000
    let pager = Pager(list.session, use, limit: UInt32(1 + random.below(5))) { _, _ in
        // Not for ever: in pages of one row the scan would never catch up with rows inserted ahead of it.
        var operations = (0..<(fresh < 1060 ? random.below(4) : 0)).map { _ in
            fresh += 1
            return list.insert(fresh, class: random.below(4))
        }
        if !fleeting.isEmpty { operations.append(list.delete(random.pick(fleeting))) }
        list.commit(operations)
    }
    if let fault = pager.fault { bench.found(fault) }
    let seen = pager.rows.filter { lasting.contains($0) }
    bench.expectRows(seen, lasting, "rows that were there all the time")
    let positions = pager.rows.map { Array($0.suffix(shape.positionWidth)) }
    for (position, next) in zip(positions, positions.dropFirst()) {
        let (first, second) = shape.has(VAIS_SHAPE_DESCENDING) ? (next, position) : (position, next)
        bench.expect(
            rowPrecedes(first, second, first: first.count), "\(position) and then \(next): twice, or out of order")
    }
}
