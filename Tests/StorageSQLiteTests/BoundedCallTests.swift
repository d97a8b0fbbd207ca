import CVaisPlugin
import Glibc
import StorageSQLiteTesting
import Synchronization
import Testing

@Suite("SQLite calls that must end") struct BoundedCallTests {
    /// Runs `body` while a stranger (a `sqlite3` shell, say) keeps the database locked for writing.
    private func whileLocked(_ body: (TestSession) throws -> Void) throws {
        try withStore { store, session in
            try withDatabase(store.folder + "/registry.db", "BEGIN IMMEDIATE") { _ in try body(session) }
            try session.commit(newPackage("afterwards", 1))
            #expect(try session.get(Use(Shape.countPackages)) == [.i64(1)])
        }
    }

    @Test("a commit that cannot begin gives up at its deadline")
    func deadline() throws {
        try whileLocked { session in
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let deadline = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec) + 20_000_000
            let refusal = #expect(throws: Refusal.self) { try session.commit(newPackage("a", 1), deadline: deadline) }
            #expect(refusal?.status == VAIS_TIMEOUT)
        }
    }

    @Test("a group of batches that its deadline interrupts says that it was the deadline, and changes nothing")
    func groupDeadline() throws {
        try withStore { _, session in
            // More work than any machine does in the time.
            let batches = (0..<2).map { half in
                (0..<60_000).map { newPackage("p\(half)-\($0)", Int64(half * 60_000 + $0)) }
            }
            let refusal = #expect(throws: Refusal.self) { try session.commitMany(batches, within: 3_000_000) }
            #expect(refusal?.status == VAIS_TIMEOUT)
            let count = try session.get(Use(Shape.countPackages))
            #expect(count == [.i64(0)])
        }
    }

    @Test("an interrupt from another thread ends the call under way, and no later one")
    func interrupt() throws {
        try whileLocked { session in
            let target = Interrupter(session.handle)
            let thread = try target.start()
            let refusal = #expect(throws: Refusal.self) { try session.commit(newPackage("a", 1)) }
            target.stop(thread)
            #expect(refusal?.status == VAIS_CANCELLED)
        }
    }

    @Test("a call whose flag is set already does nothing")
    func cancelled() throws {
        try withStore { _, session in
            try session.commit(newPackage("a", 1))
            let flag = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
            flag.initialize(to: 1)
            defer { flag.deallocate() }
            let refusal = #expect(throws: Refusal.self) {
                try session.scan(Use(Shape.packagesByName), cancelled: flag)
            }
            #expect(refusal?.status == VAIS_CANCELLED)
            #expect(try session.scan(Use(Shape.packagesByName)).cells == [.text("a")])
        }
    }
}

/// Interrupts a session again and again from a thread of its own.
private final class Interrupter: @unchecked Sendable {
    private let session: OpaquePointer
    private let isDone = Atomic(false)

    init(_ session: OpaquePointer) { self.session = session }

    func start() throws -> pthread_t {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let interrupter = Unmanaged<Interrupter>.fromOpaque(context).takeRetainedValue()
                while !interrupter.isDone.load(ordering: .relaxed) {
                    Plugin.shared?.storage.pointee.session_interrupt(interrupter.session)
                    usleep(1000)
                }
                return nil
            }, context)
        guard status == 0 else { throw TestStore.Missing() }
        return thread
    }

    func stop(_ thread: pthread_t) {
        isDone.store(true, ordering: .relaxed)
        pthread_join(thread, nil)
    }
}
