internal import CVaisPlugin
internal import VaisHost

extension Check {
    static let hygiene =
        manners(of: .storage) + [
            // Compared around every check; this one makes one call of each kind and nothing else.
            Check(.hygiene, "leaves streams, signals, folder, locale, umask, environment and threads as they were") {
                bench in
                let accounts = try Accounts(bench)
                accounts.expectUnchanged("after opening")
                bench.expect(accounts.store.health(), VAIS_OK, "health")
                let failing = Batch(stamp: accounts.stamp(), operations: [accounts.failing(.updateMissing)])
                bench.expect(accounts.session.commit(failing), VAIS_NOT_FOUND, "\(failing)")
                accounts.session.interrupt()
                bench.expect(accounts.session.reset(), VAIS_OK, "session_reset")
                accounts.session.close()
                accounts.store.close()
            },
            Check(.hygiene, "capabilities are answered without a store, and keep the minimums") { bench in
                var out = vais_storage_capabilities()
                out.struct_size = size(of: vais_storage_capabilities.self)
                bench.plugin.storage.capabilities(nil, &out)
                let store = try RawStore(bench.plugin, folder: bench.folder())
                for (when, found) in [("without a store", out), ("of an open store", store.capabilities)] {
                    bench.expect(found.max_batch_uses >= 4096, "\(when): max_batch_uses is \(found.max_batch_uses)")
                    bench.expect(
                        found.max_value_bytes >= 1 << 20, "\(when): max_value_bytes is \(found.max_value_bytes)")
                    bench.expect(found.max_key_bytes >= 512, "\(when): max_key_bytes is \(found.max_key_bytes)")
                    bench.expect(
                        found.backend.size > 0 && found.backend.data != nil, "\(when): the backend has no name")
                    for (name, value) in [
                        ("durable", found.durable), ("concurrent_writers", found.concurrent_writers),
                        ("several_hosts", found.several_hosts),
                    ] { bench.expect(value <= VAIS_NATIVE, "\(when): \(name) is \(value)") }
                }
            },
            Check(
                .hygiene,
                "longer structs of a later host are stepped over by stride and left alone behind what is known"
            ) { bench in
                try passLongerStructs(bench)
            },
            Check(.hygiene, "health is OK on an open store, and a store can be opened and closed many times") { bench in
                let folder = try bench.folder()
                for _ in 0..<5 {
                    let store = try RawStore(bench.plugin, folder: folder)
                    bench.expect(store.health(), VAIS_OK, "health")
                    store.close()
                }
            },
            Check(.hygiene, "an error message is cut to the caller's buffer, and error and message may be NULL") {
                bench in
                let accounts = try Accounts(bench)
                let batch = Batch(stamp: accounts.stamp(), operations: [accounts.failing(.updateMissing)])
                for capacity: UInt32 in [0, 1, 7] {
                    let mark = UInt8(0xA5)
                    var buffer = [UInt8](repeating: mark, count: 64)
                    let status = buffer.withUnsafeMutableBytes { bytes in
                        withError(message: bytes.baseAddress, capacity) { accounts.session.commit(batch, call: $0) }
                    }
                    bench.expect(
                        status == VAIS_NOT_FOUND, "with \(capacity) bytes for the message: \(statusName(status))")
                    bench.expect(
                        buffer[Int(capacity)...].allSatisfy { $0 == mark },
                        "the message runs over its \(capacity) bytes")
                }
                let withoutMessage = withError(message: nil, 0) { accounts.session.commit(batch, call: $0) }
                bench.expect(
                    withoutMessage == VAIS_NOT_FOUND, "without a message buffer: \(statusName(withoutMessage))")
                var call = vais_call()
                call.struct_size = size(of: vais_call.self)
                let withoutError = accounts.session.commit(batch, call: &call)
                bench.expect(withoutError == VAIS_NOT_FOUND, "without an error struct: \(statusName(withoutError))")
            },
        ]
}

/// Everything that has a size or a stride, as a host of a later minor version would pass it: longer than this plugin knows.
private func passLongerStructs(_ bench: Bench) throws {
    let arena = Arena(longerBy: 24)
    let shapes = Accounts.Shapes()
    let api = bench.plugin.storage
    let store = try RawStore(bench.plugin, folder: bench.folder())
    let schema = arena.schema(Accounts.schema)
    bench.expect(store.apply(raw: schema), VAIS_OK, "schema_apply")
    bench.expect(store.plan(Accounts.schema).text.isEmpty, "the longer schema was read as another")
    let declared = arena.shapes(shapes.book)
    let answer = calling {
        api.prepare(store.handle, schema, declared.first, declared.stride, UInt32(shapes.book.shapes.count), $0)
    }
    bench.expect(answer, VAIS_OK, "prepare")
    let session = try store.session()
    let batches = (0..<3).map { number in
        Batch(stamp: Int64(number), operations: [shapes.insert(.text("\(number)"), .text("mail\(number)"), 1)])
    }
    if session.offersCommitMany {
        bench.expect(
            session.commitMany(batches, longerBy: 24).outcomes.allSatisfy(\.isOK), "commit_many refused batches")
    } else {
        for batch in batches { bench.expect(session.commit(batch), VAIS_OK, "commit") }
    }
    let rows: [[Datum]] = (0..<3).map { [.text("\($0)"), .text("mail\($0)"), 1, .null, .integer($0)] }
    bench.expect(session.scan(shapes.all()), VAIS_DONE, rows, "what was inserted")
    let longer = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 8)
    defer { longer.deallocate() }
    longer.initializeMemory(as: UInt8.self, repeating: 0xA5, count: 512)
    longer.storeBytes(of: size(of: vais_storage_capabilities.self) + 24, as: UInt32.self)
    api.capabilities(store.handle, longer.assumingMemoryBound(to: vais_storage_capabilities.self))
    let tail = UnsafeRawBufferPointer(start: longer, count: 512)[MemoryLayout<vais_storage_capabilities>.size...]
    bench.expect(tail.allSatisfy { $0 == 0xA5 }, "capabilities wrote behind the struct it knows")
}

private func withError(
    message: UnsafeMutableRawPointer?, _ capacity: UInt32, _ body: (UnsafeMutablePointer<vais_call>) -> vais_status
) -> vais_status {
    var error = vais_error()
    error.struct_size = size(of: vais_error.self)
    error.message = message?.assumingMemoryBound(to: CChar.self)
    error.message_capacity = capacity
    return withUnsafeMutablePointer(to: &error) { error in
        var call = vais_call()
        call.struct_size = size(of: vais_call.self)
        call.error = error
        return body(&call)
    }
}
