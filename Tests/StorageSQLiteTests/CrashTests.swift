import CFaultyDisk
import CVaisPlugin
import Glibc
import StorageSQLiteTesting
import Testing

@Suite("SQLite and crashes") struct CrashTests {
    @Test("kill -9 among commits loses nothing acknowledged, and tears no batch", arguments: [1, 7, 40, 150])
    func killed(after commits: Int) throws {
        try withFolder { folder in
            let child = try Child("commit", folder)
            for _ in 0..<commits { _ = child.line() }
            child.kill()
            let acknowledged = child.lines().last.flatMap { Int64($0) } ?? Int64(commits - 1)
            child.wait()

            let store = try TestStore(folder)
            defer { store.close() }
            try store.apply(TestSchema())
            try store.prepare(
                TestSchema(),
                [TestShape(kind: VAIS_COUNT, collection: 1), TestShape(kind: VAIS_COUNT, collection: 2)])
            let session = try store.session()
            defer { session.close() }
            let counts = try session.get(Use(0), Use(1))
            // The one under way may have become durable without its acknowledgement getting out.
            #expect(
                counts == [.i64(acknowledged + 1), .i64(acknowledged + 1)]
                    || counts == [.i64(acknowledged + 2), .i64(acknowledged + 2)])
        }
    }

    @Test("a full disk is told as such, reading goes on, and writing does once there is room")
    func fullDisk() throws {
        try withFolder { folder in
            let child = try Child("fill", folder, "300000")
            #expect(child.lines() == ["full \(VAIS_NO_SPACE)", "readable", "recovered"])
            child.wait()
        }
    }
}

@Suite("SQLite and failing disks", .serialized) struct FaultyDiskTests {
    init() { faulty_disk_install() }

    @Test("a commit whose fsync failed is not acknowledged, and no crash brings it back")
    func oneFailedSync() throws {
        try withFolder { folder in
            let store = try TestStore(folder)
            defer { store.close() }
            try store.apply(TestSchema())
            try store.prepare(TestSchema(), Shape.all)
            let session = try store.session()
            defer { session.close() }
            try session.commit(newPackage("kept", 1))

            faulty_disk_fail_syncs(folder, 1)
            let refusal = #expect(throws: Refusal.self) { try session.commit(newPackage("lost", 2)) }
            #expect(refusal?.status == VAIS_UNAVAILABLE)
            #expect(refusal?.vendorCode == 1034)  // SQLITE_IOERR_FSYNC
            // What recovery after a crash would find now: the pages of the lost commit had reached the log.
            try withFolder { copy in
                for suffix in ["", "-wal"] {
                    try copyFile(folder + "/registry.db" + suffix, copy + "/registry.db" + suffix)
                }
                let recovered = try TestStore(copy)
                defer { recovered.close() }
                try recovered.prepare(TestSchema(), Shape.all)
                let reader = try recovered.session()
                defer { reader.close() }
                #expect(try reader.scan(Use(Shape.packagesByName)).cells == [.text("kept")])
            }
            try session.commit(newPackage("next", 3))
            #expect(try session.scan(Use(Shape.packagesByName)).cells == [.text("kept"), .text("next")])
        }
    }

    @Test("while every fsync fails outcomes are unknown or refused; afterwards the store works again")
    func allSyncsFail() throws {
        try withFolder { folder in
            let store = try TestStore(folder)
            defer { store.close() }
            try store.apply(TestSchema())
            try store.prepare(TestSchema(), Shape.all)
            let session = try store.session()
            defer { session.close() }
            try session.commit(newPackage("kept", 1))

            faulty_disk_fail_syncs(folder, .max)
            let first = #expect(throws: Refusal.self) { try session.commit(newPackage("lost", 2)) }
            #expect(first?.status == VAIS_AMBIGUOUS)
            let second = #expect(throws: Refusal.self) { try session.commit(newPackage("refused", 3)) }
            #expect(second?.status == VAIS_UNAVAILABLE)
            #expect(try session.scan(Use(Shape.packagesByName)).cells == [.text("kept")])

            faulty_disk_fail_syncs(folder, 0)
            try session.commit(newPackage("next", 4))
            #expect(try session.scan(Use(Shape.packagesByName)).cells == [.text("kept"), .text("next")])
        }
    }

    private func copyFile(_ source: String, _ target: String) throws {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        let to = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer {
            close(from)
            close(to)
        }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(from, &bytes, bytes.count)
            if count <= 0 { break }
            _ = write(to, bytes, count)
        }
    }
}
