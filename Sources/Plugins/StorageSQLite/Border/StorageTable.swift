import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// What `vais_store` and `vais_session` point to.
func object<Object: AnyObject>(_ pointer: OpaquePointer?, _ type: Object.Type) throws(Failure) -> Object {
    guard let pointer else { throw Failure(VAIS_INVALID, "the store or session is missing") }
    return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
}

/// "SQLite 3.40.1", made once.
nonisolated(unsafe) private let backendName: vais_span = {
    let text = "SQLite " + String(cString: sqlite3_libversion())
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    return vais_span(data: UnsafePointer(bytes.baseAddress), size: UInt64(bytes.count))
}()

/// The table of "vais.storage/1".
nonisolated(unsafe) let storageTable: UnsafeMutablePointer<vais_storage> = {
    let table = UnsafeMutablePointer<vais_storage>.allocate(capacity: 1)
    table.initialize(
        to: vais_storage(
            struct_size: UInt32(MemoryLayout<vais_storage>.size),
            reserved: 0,
            capabilities: { store, out in describe(store, out) },
            open: { options, call, store in
                answer(call) { watch throws(Failure) in
                    guard let store else { throw Failure(VAIS_INVALID, "there is no place for the store") }
                    let opened = try Store.open(try known(options, VAIS_STORAGE_OPTIONS_SIZE_1_0), watch)
                    store.pointee = OpaquePointer(Unmanaged.passRetained(opened).toOpaque())
                    return VAIS_OK
                }
            },
            close: { store in
                if let store { Unmanaged<Store>.fromOpaque(UnsafeRawPointer(store)).release() }
            },
            health: { store, call in
                answer(call) { watch throws(Failure) in
                    try object(store, Store.self).health(watch)
                    return VAIS_OK
                }
            },
            schema_plan: { store, schema, text, capacity, size, call in
                answer(call) { watch throws(Failure) in
                    var plan = try object(store, Store.self).plan(try Declaration(schema), watch)
                    plan.withUTF8 { utf8 in
                        size?.pointee = UInt64(utf8.count)
                        if let text, let source = utf8.baseAddress {
                            memcpy(text, source, min(utf8.count, Int(clamping: capacity)))
                        }
                    }
                    return VAIS_OK
                }
            },
            schema_apply: { store, schema, call in
                answer(call) { watch throws(Failure) in
                    try object(store, Store.self).apply(try Declaration(schema), watch)
                    return VAIS_OK
                }
            },
            prepare: { store, schema, shapes, stride, count, call in
                answer(call) { watch throws(Failure) in
                    let copies = try elements(shapes, stride: stride, count: count, VAIS_SHAPE_SIZE_1_0)
                    try object(store, Store.self).prepare(try Declaration(schema), copies, watch)
                    return VAIS_OK
                }
            },
            session_open: { store, call, session in
                answer(call) { watch throws(Failure) in
                    guard let session else { throw Failure(VAIS_INVALID, "there is no place for the session") }
                    let opened = Session(try object(store, Store.self))
                    session.pointee = OpaquePointer(Unmanaged.passRetained(opened).toOpaque())
                    return VAIS_OK
                }
            },
            session_reset: { session, call in
                answer(call) { _ throws(Failure) in
                    try object(session, Session.self).reset()
                    return VAIS_OK
                }
            },
            session_close: { session in
                if let session { Unmanaged<Session>.fromOpaque(UnsafeRawPointer(session)).release() }
            },
            session_interrupt: { session in
                if let session = try? object(session, Session.self) { vais_sqlite_set_flag(session.interrupted, 1) }
            },
            get_many: { session, uses, count, page, call in
                answer(session, call) { session, watch throws(Failure) in
                    try session.get(uses, count, page, watch)
                    return VAIS_OK
                }
            },
            scan: { session, use, after, afterCount, limit, page, call in
                answer(session, call) { session, watch throws(Failure) in
                    try session.scan(use, after: after, afterCount, limit: limit, page, watch) ? VAIS_DONE : VAIS_OK
                }
            },
            commit: { session, batch, call in
                answer(session, call) { session, watch throws(Failure) in
                    try session.commit(try known(batch, VAIS_BATCH_SIZE_1_0), watch)
                    return VAIS_OK
                }
            },
            commit_many: { session, batches, stride, count, outcomes, call in
                answer(session, call) { session, watch throws(Failure) in
                    let copies = try elements(batches, stride: stride, count: count, VAIS_BATCH_SIZE_1_0)
                    if copies.isEmpty { return VAIS_OK }
                    guard let outcomes else { throw Failure(VAIS_INVALID, "there is no place for the outcomes") }
                    try session.commitMany(copies, outcomes, watch)
                    return VAIS_OK
                }
            }))
    return table
}()

/// Runs the body of one call of a session; the interrupts of earlier calls do not count.
func answer(
    _ session: OpaquePointer?, _ call: UnsafeMutablePointer<vais_call>?,
    _ body: (Session, CallWatch) throws(Failure) -> vais_status
) -> vais_status {
    guard let session = try? object(session, Session.self) else { return VAIS_INVALID }
    vais_sqlite_set_flag(session.interrupted, 0)
    return answer(call, interrupted: session.interrupted) { watch throws(Failure) in try body(session, watch) }
}

private func describe(_ store: OpaquePointer?, _ out: UnsafeMutablePointer<vais_storage_capabilities>?) {
    guard let out, out.pointee.struct_size >= VAIS_STORAGE_CAPABILITIES_SIZE_1_0 else { return }
    let isDurable = (try? object(store, Store.self))?.settings.isFullySynchronous ?? true
    // The struct is the caller's, and may be shorter or longer than ours.
    let size = out.pointee.struct_size
    var answer = vais_storage_capabilities(
        struct_size: size,
        max_sessions: 0,
        max_batch_uses: maximumBatchUses,
        max_value_bytes: maximumValueBytes,
        max_key_bytes: maximumValueBytes,
        durable: isDurable ? VAIS_NATIVE : VAIS_EMULATE,
        concurrent_writers: VAIS_EMULATE,
        several_hosts: VAIS_NONE,
        backend: backendName)
    memcpy(out, &answer, min(Int(size), MemoryLayout<vais_storage_capabilities>.size))
}
