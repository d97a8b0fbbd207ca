import CVaisPlugin
import StorageSQLiteTesting
import Testing

@Suite("SQLite query plans") struct PlanTests {
    @Test("no shape scans what it could seek, and none sorts")
    func plans() throws {
        StatementLog.start()
        try withStore { store, session in
            try session.commit(
                guards: [Use(Shape.requireAbsent, .text("a"))], newPackage("a", 1),
                Use(Shape.insertRelease, .text("a"), .text("1.0.0"), .time(1), .bool(false)))
            try session.commit(
                guards: [Use(Shape.requireAbout, .text("a"), .null)], Use(Shape.addDownloads, .text("a"), .i64(1)),
                Use(Shape.updateAbout, .text("a"), .text("x")), Use(Shape.deletePackage, .text("z")))
            _ = try session.get(Use(Shape.getPackage, .text("a")), Use(Shape.getByNumber, .i64(1)))
            _ = try session.scan(Use(Shape.packagesByName), after: [.text("a")])
            _ = try session.scan(Use(Shape.byDownloads, .i64(0)))
            _ = try session.scan(Use(Shape.byDownloads, .i64(0)), after: [.i64(0), .text("a")])
            _ = try session.scan(Use(Shape.byDownloadsDown, .i64(0)), after: [.i64(0), .text("a")])
            _ = try session.scan(Use(Shape.releasesOf, .text("a")), after: [.text("1.0.0")])
            _ = try session.scan(
                Use(Shape.releasesBetween, .text("a"), .time(0), .time(9)), after: [.time(1), .text("1")])

            var seen = 0
            let path = store.folder + "/registry.db"
            let queries = StatementLog.statements(of: path).filter {
                ($0.hasPrefix("SELECT") || $0.hasPrefix("UPDATE") || $0.hasPrefix("DELETE")) && $0.contains("vais_")
                    && !$0.contains("_schema")
            }
            try withDatabase(path, "") { database in
                for query in queries {
                    seen += 1
                    let plan = rows(database, "EXPLAIN QUERY PLAN " + query)
                    #expect(plan.count == 1 && plan.allSatisfy { $0.hasPrefix("SEARCH ") }, "\(query): \(plan)")
                }
                let behind = queries.last { $0.contains("by_downloads") && $0.contains("DESC") } ?? ""
                // The position is sought whole: a page deep among equal values costs no more than the first.
                #expect(
                    rows(database, "EXPLAIN QUERY PLAN " + behind) == [
                        "SEARCH vais_packages USING COVERING INDEX vais_packages$by_downloads ((downloads,name)<(?,?))"
                    ])
            }
            #expect(seen >= 12)
        }
    }
}
