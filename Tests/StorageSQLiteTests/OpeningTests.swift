import CSQLite
import CVaisPlugin
import Glibc
import StorageSQLiteTesting
import Testing

@Suite("Opening SQLite") struct OpeningTests {
    @Test("a second process is refused, with the process that has the database")
    func secondProcess() throws {
        try withFolder { folder in
            let store = try TestStore(folder)
            let refused = try Child("open", folder)
            let answer = refused.lines().first ?? ""
            refused.wait()
            #expect(answer.hasPrefix("\(VAIS_BUSY) \(folder)/registry.db is open in process \(getpid());"))
            store.close()

            let admitted = try Child("open", folder)
            #expect(admitted.lines() == ["opened"])
            admitted.wait()
        }
    }

    @Test("the same process is refused, too, under any name of the file")
    func sameProcess() throws {
        try withFolder { folder in
            let store = try TestStore(folder)
            defer { store.close() }
            symlink("registry.db", folder + "/other.db")
            let refusal = #expect(throws: Refusal.self) {
                try TestStore(folder, settings: [("path", .text("./other.db"))])
            }
            #expect(refusal?.status == VAIS_BUSY)
        }
    }

    @Test("only the owner may read the database and its log, whatever the umask")
    func modes() throws {
        try withStore { store, session in
            try session.commit(newPackage("a", 1))
            for suffix in ["", "-wal", "-shm", ".lock"] {
                var information = stat()
                #expect(stat(store.folder + "/registry.db" + suffix, &information) == 0)
                #expect(information.st_mode & 0o777 == 0o600)
            }
        }
    }

    @Test("a database of another program is refused and left as it was")
    func foreign() throws {
        try withFolder { folder in
            try withDatabase(folder + "/registry.db", "CREATE TABLE t(x); INSERT INTO t VALUES (1)")
            let refusal = #expect(throws: Refusal.self) { try TestStore(folder) }
            #expect(refusal?.status == VAIS_INVALID)
        }
    }

    @Test("a file that is no database is told from one")
    func garbage() throws {
        try withFolder { folder in
            let file = open(folder + "/registry.db", O_WRONLY | O_CREAT, 0o600)
            let bytes = [UInt8](repeating: 0x55, count: 8192)
            _ = write(file, bytes, bytes.count)
            close(file)
            let refusal = #expect(throws: Refusal.self) { try TestStore(folder) }
            #expect(refusal?.status == VAIS_CORRUPT)
        }
    }

    @Test(
        "settings out of range are refused",
        arguments: [("synchronous", Cell.text("off")), ("checkpoint_pages", .i64(0)), ("pat", .text("x"))])
    func settings(_ key: String, _ value: Cell) throws {
        try withFolder { folder in
            let refusal = #expect(throws: Refusal.self) { try TestStore(folder, settings: [(key, value)]) }
            #expect(refusal?.status == VAIS_INVALID)
        }
    }

    @Test("the log is moved into the database when it is long, and at the end entirely")
    func checkpoints() throws {
        try withFolder { folder in
            let store = try TestStore(folder, settings: [("checkpoint_pages", .i64(16))])
            try store.apply(TestSchema())
            try store.prepare(TestSchema(), Shape.all)
            let session = try store.session()
            for number in 0..<300 { try session.commit(newPackage("p\(number)", Int64(number))) }
            // 300 commits of several pages each went through a log that never held many more than sixteen.
            #expect(size(folder + "/registry.db-wal") < 64 * 4120)
            #expect(size(folder + "/registry.db") > 4 * 4096)
            session.close()
            store.close()
            #expect(size(folder + "/registry.db-wal") == 0)

            try withDatabase(folder + "/registry.db", "") { database in
                #expect(rows(database, "PRAGMA integrity_check") == ["ok"])
                #expect(rows(database, "SELECT count(*) FROM vais_packages") == ["300"])
            }
        }
    }

    @Test("a snapshot that somebody keeps open lets the log grow; when it is gone the log begins anew")
    func oldSnapshot() throws {
        try withStore([("checkpoint_pages", .i64(4))]) { store, session in
            let log = store.folder + "/registry.db-wal"
            try session.commit(newPackage("first", 0))
            try withDatabase(store.folder + "/registry.db", "BEGIN; SELECT * FROM vais_packages") { _ in
                for number in 1..<40 { try session.commit(newPackage("p\(number)", Int64(number))) }
            }
            let grown = size(log)
            #expect(grown > 16 * 4120)
            for number in 40..<200 { try session.commit(newPackage("p\(number)", Int64(number))) }
            #expect(size(log) <= grown + 16 * 4120)
            #expect(try session.get(Use(Shape.countPackages)) == [.i64(200)])
        }
    }

    private func size(_ path: String) -> Int {
        var information = stat()
        return stat(path, &information) == 0 ? Int(information.st_size) : 0
    }
}
