import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// The table of "vais.storage.search/1".
nonisolated(unsafe) let searchTable: UnsafeMutablePointer<vais_storage_search> = {
    let table = UnsafeMutablePointer<vais_storage_search>.allocate(capacity: 1)
    table.initialize(
        to: vais_storage_search(
            struct_size: UInt32(MemoryLayout<vais_storage_search>.size),
            reserved: 0,
            apply: { store, schema, indexes, stride, count, call in
                answer(call) { watch throws(Failure) in
                    let declaration = try Declaration(schema)
                    var searches: [SearchIndex] = []
                    for raw in try elements(indexes, stride: stride, count: count, VAIS_SEARCH_INDEX_SIZE_1_0) {
                        searches.append(try SearchIndex(raw, declaration))
                    }
                    try object(store, Store.self).applySearches(searches, watch)
                    return VAIS_OK
                }
            },
            query: { session, index, terms, count, offset, limit, page, total, call in
                answer(session, call) { session, watch throws(Failure) in
                    guard terms != nil || count == 0 else { throw Failure(VAIS_INVALID, "the terms have no address") }
                    let found = try session.search(
                        index, UnsafeBufferPointer(start: terms, count: Int(count)), offset: offset, limit: limit, page,
                        watch)
                    total?.pointee = found.total
                    return found.isLast ? VAIS_DONE : VAIS_OK
                }
            }))
    return table
}()
