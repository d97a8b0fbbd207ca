import CVaisPlugin
import StorageSQLiteTesting
import Testing

/// Structs of a host built against another minor of the ABI: longer than the plugin's own, never shorter than in 1.0.
@Suite("SQLite and a host of another minor") struct StructSizeTests {
    private struct Later<Struct> {
        var known: Struct
        var added: UInt64 = .max
    }

    @Test("capabilities fill what the caller's struct has room for, and leave its size alone")
    func capabilities() throws {
        try withStore { store, _ in
            var later = Later(known: vais_storage_capabilities())
            later.known.struct_size = UInt32(MemoryLayout<vais_storage_capabilities>.size) + 8
            store.plugin.storage.pointee.capabilities(store.handle, &later.known)
            #expect(later.known.struct_size == UInt32(MemoryLayout<vais_storage_capabilities>.size) + 8)
            #expect(later.known.durable == VAIS_NATIVE && later.added == .max)

            var short = vais_storage_capabilities()
            short.struct_size = VAIS_STORAGE_CAPABILITIES_SIZE_1_0 - 8
            store.plugin.storage.pointee.capabilities(store.handle, &short)
            #expect(short.durable == 0 && short.struct_size == VAIS_STORAGE_CAPABILITIES_SIZE_1_0 - 8)
        }
    }

    @Test("longer batches are stepped over by their stride, and one shorter than in ABI 1.0 is refused")
    func batches() throws {
        try withStore { store, session in
            let arena = Arena()
            let batches = ["a", "b", "c"].enumerated().map { number, name in
                var batch = Later(known: session.native(1, [], [newPackage(name, Int64(number))], arena))
                batch.known.struct_size += 8
                return batch
            }
            var outcomes = [vais_outcome](repeating: vais_outcome(), count: 3)
            let first = UnsafeRawPointer(arena.array(batches)).assumingMemoryBound(to: vais_batch.self)
            try call {
                store.plugin.storage.pointee.commit_many(
                    session.handle, first, UInt64(MemoryLayout<Later<vais_batch>>.stride), 3, &outcomes, $0)
            }
            let count = try session.get(Use(Shape.countPackages))
            #expect(count == [.i64(3)])

            var short = session.native(1, [], [newPackage("d", 4)], arena)
            short.struct_size = VAIS_BATCH_SIZE_1_0 - 8
            let refusal = #expect(throws: Refusal.self) {
                try call { store.plugin.storage.pointee.commit(session.handle, &short, $0) }
            }
            #expect(refusal?.status == VAIS_INVALID)
        }
    }
}
