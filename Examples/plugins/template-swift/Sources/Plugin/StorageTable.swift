import CVais

/// What a handle of the host points to; nil for NULL.
private func object<Object: AnyObject>(_ handle: OpaquePointer?, _ type: Object.Type) throws(Failure) -> Object {
    guard let handle else { throw Failure(VAIS_INVALID, "the store or session is missing") }
    return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// A handle that keeps its object until `release`.
private func handle<Object: AnyObject>(_ object: Object) -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

private func session(_ handle: OpaquePointer?) -> Session? {
    handle.map { Unmanaged<Session>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}

/// A struct the host lends.
private func lent<Struct>(_ pointer: UnsafePointer<Struct>?) throws(Failure) -> Struct {
    guard let pointer else { throw Failure(VAIS_INVALID, "an argument is missing") }
    return pointer.pointee
}

private let backend: StaticString = "memory"

/// The table of "vais.storage/1": unpacks what the host passes, and calls the store.
nonisolated(unsafe) private let table: UnsafeMutablePointer<vais_storage> = {
    let table = UnsafeMutablePointer<vais_storage>.allocate(capacity: 1)
    table.initialize(
        to: vais_storage(
            struct_size: UInt32(MemoryLayout<vais_storage>.size),
            reserved: 0,
            capabilities: { _, out in
                guard let out, out.pointee.struct_size >= VAIS_STORAGE_CAPABILITIES_SIZE_1_0 else { return }
                out.pointee.max_sessions = 0
                out.pointee.max_batch_uses = 1 << 16
                out.pointee.max_value_bytes = 1 << 26
                out.pointee.max_key_bytes = 1 << 16
                out.pointee.durable = VAIS_NONE  // VAIS_NATIVE, once a commit survives power loss.
                out.pointee.concurrent_writers = VAIS_EMULATE
                out.pointee.several_hosts = VAIS_NONE
                out.pointee.backend = vais_span(data: backend.utf8Start, size: UInt64(backend.utf8CodeUnitCount))
            },
            open: { _, call, store in
                answer(call) { _ throws(Failure) in
                    store?.pointee = handle(Store())
                    return VAIS_OK
                }
            },
            close: { if let store = $0 { Unmanaged<Store>.fromOpaque(UnsafeRawPointer(store)).release() } },
            health: { _, call in answer(call) { _ throws(Failure) in VAIS_OK } },
            schema_plan: { store, schema, text, capacity, size, call in
                answer(call) { _ throws(Failure) in
                    let plan = try object(store, Store.self).plan(try lent(schema))
                    size?.pointee = UInt64(plan.count)
                    if let text { memcpy(text, plan, min(plan.count, Int(clamping: capacity))) }
                    return VAIS_OK
                }
            },
            schema_apply: { store, schema, call in
                answer(call) { _ throws(Failure) in
                    try object(store, Store.self).apply(try lent(schema))
                    return VAIS_OK
                }
            },
            prepare: { store, _, shapes, stride, count, call in
                answer(call) { _ throws(Failure) in
                    try object(store, Store.self).prepare(Strided(shapes, stride, count))
                    return VAIS_OK
                }
            },
            session_open: { store, call, session in
                answer(call) { _ throws(Failure) in
                    session?.pointee = handle(Session(try object(store, Store.self)))
                    return VAIS_OK
                }
            },
            // A call leaves nothing behind in its session, however it ends.
            session_reset: { _, call in answer(call) { _ throws(Failure) in VAIS_OK } },
            session_close: {
                if let session = $0 { Unmanaged<Session>.fromOpaque(UnsafeRawPointer(session)).release() }
            },
            session_interrupt: { session($0)?.interrupt() },
            get_many: { handle, uses, count, page, call in
                guard let page = Page(page) else { return VAIS_INVALID }
                let status = answer(call, session(handle)) { watch throws(Failure) in
                    try object(handle, Session.self).store.getMany(borrowed(uses, count), page, watch)
                    return VAIS_OK
                }
                if status != VAIS_OK && status != VAIS_LIMIT { page.clear() }
                return status
            },
            scan: { handle, use, after, afterCount, limit, page, call in
                guard let page = Page(page) else { return VAIS_INVALID }
                return answer(call, session(handle)) { _ throws(Failure) in
                    let after = after.map { borrowed($0, afterCount).map { Value($0) } }
                    let store = try object(handle, Session.self).store
                    return try store.scan(try lent(use), after: after, limit: Int(limit), page)
                }
            },
            commit: { handle, batch, call in
                answer(call, session(handle)) { watch throws(Failure) in
                    let batch = try lent(batch)
                    guard batch.struct_size >= VAIS_BATCH_SIZE_1_0 else {
                        throw Failure(VAIS_INVALID, "the batch is short")
                    }
                    guard batch.flags == 0 else {
                        throw Failure(VAIS_UNSUPPORTED, "the batch has flags this plugin does not know")
                    }
                    try object(handle, Session.self).store.commit(batch, watch)
                    return VAIS_OK
                }
            },
            commit_many: nil))  // Optional: without it the host commits one batch after another.
    return table
}()

@c(storage_table)
public func storageTable() -> UnsafePointer<vais_storage>? { UnsafePointer(table) }
