#include "find.h"

#include "cells.h"
#include "rows.h"

/// How many entries may be counted before the deadline is looked at again.
#define CHECK_INTERVAL 256u

vais_status find_indexed(MDB_txn *txn, const shape *shape, const entry *entry, MDB_val *record, vais_call *call) {
    if (shape->index->id == 0) {
        *record = entry->value;
        return VAIS_OK;
    }
    // An entry of another index holds the record's key.
    bytes key = {.data = entry->value.mv_data, .size = entry->value.mv_size};
    int code = key.size ? entry_get(txn, shape->table->indexes->database, &key, record) : MDB_CORRUPTED;
    if (code == MDB_NOTFOUND || code == MDB_CORRUPTED) {
        return fail(call, VAIS_CORRUPT, "index %.*s of %.*s has an entry without a record", TEXT(shape->index->name),
                    TEXT(shape->table->name));
    }
    return code ? fail_lmdb(call, code, "read a record") : VAIS_OK;
}

/// Through an index whose entries go on behind the key.
static vais_status find_by_index(MDB_txn *txn, const shape *shape, const bytes *key, MDB_val *record, vais_call *call) {
    MDB_cursor *cursor;
    int code = mdb_cursor_open(txn, shape->index->database, &cursor);
    if (code) return fail_lmdb(call, code, "read an index");
    entry entry;
    code = entry_seek(cursor, key, &entry);
    vais_status status = VAIS_OK;
    if (code == MDB_SUCCESS) {
        if (entry_begins(&entry, key)) status = find_indexed(txn, shape, &entry, record, call);
    } else if (code != MDB_NOTFOUND) {
        status = fail_lmdb(call, code, "read an index");
    }
    mdb_cursor_close(cursor);
    return status;
}

vais_status find_record(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, MDB_val *record,
                        vais_call *call) {
    bytes *key = &session->key;
    bytes_clear(key);
    for (uint32_t i = 0; i < shape->key_count; i++) key_add(key, &cells[i]);
    if (key->has_failed) return fail_memory(call);
    *record = (MDB_val){0};
    if (shape->index->id) return find_by_index(txn, shape, key, record, call);
    int code = entry_get(txn, shape->index->database, key, record);
    if (code == MDB_NOTFOUND) *record = (MDB_val){0};
    return code && code != MDB_NOTFOUND ? fail_lmdb(call, code, "read a record") : VAIS_OK;
}

vais_status read_record(vais_session *session, const table *table, MDB_val record, int64_t *stamp, vais_call *call) {
    if (!session_cells(session, table->column_count)) return fail_memory(call);
    if (row_decode(record, table, session->old_cells, stamp)) return VAIS_OK;
    return fail(call, VAIS_CORRUPT, "a record of %.*s is damaged", TEXT(table->name));
}

static int counts_all(const shape *shape) {
    return shape->cell_count == 0;
}

vais_status find_any(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, int *has_any,
                     uint64_t *count, vais_call *call) {
    if (counts_all(shape)) {
        // LMDB knows how many entries a database has.
        MDB_stat stat;
        int code = mdb_stat(txn, shape->index->database, &stat);
        if (code) return fail_lmdb(call, code, "count");
        *has_any = stat.ms_entries != 0;
        if (count) *count = stat.ms_entries;
        return VAIS_OK;
    }
    range range = {.begin = session->key, .end = session->other_key};
    range_set(&range, shape, cells, NULL, 0);
    session->key = range.begin;
    session->other_key = range.end;
    if (range.begin.has_failed || range.end.has_failed) return fail_memory(call);
    MDB_cursor *cursor;
    int code = mdb_cursor_open(txn, shape->index->database, &cursor);
    if (code) return fail_lmdb(call, code, "read an index");
    entry entry;
    code = range_first(&range, 0, cursor, &entry);
    *has_any = code == MDB_SUCCESS;
    vais_status status = VAIS_OK;
    if (count) *count = 0;
    while (count && code == MDB_SUCCESS && status == VAIS_OK) {
        if (++*count % CHECK_INTERVAL == 0) status = call_check(call, &session->activity);
        code = range_next(&range, 0, cursor, &entry);
    }
    mdb_cursor_close(cursor);
    if (status == VAIS_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) status = fail_lmdb(call, code, "read an index");
    return status;
}
