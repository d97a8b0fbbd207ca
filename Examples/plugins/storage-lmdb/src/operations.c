#include "operations.h"

#include <string.h>

#include "cells.h"
#include "find.h"
#include "rows.h"

/// One record on its way from `old_cells` to `new_cells` of the session, either of which it may lack.
typedef struct step {
    vais_session *session;
    MDB_txn *txn;
    const table *table;
    int has_old;
    int has_new;
    uint32_t position;
    vais_call *call;
} step;

/// What must hold of a record, whatever operation made it.
static vais_status check_record(const step *step) {
    const vais_cell *cells = step->session->new_cells;
    const table *table = step->table;
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        if (cells[slot].type != VAIS_NULL || (table->columns[slot].flags & VAIS_COLUMN_NULLABLE)) continue;
        return fail_at(step->call, VAIS_INVALID, VAIS_AT_OP, step->position, "column %.*s of %.*s would have no value",
                       TEXT(table->columns[slot].name), TEXT(table->name));
    }
    for (uint32_t i = 0; i < table->index_count; i++) {
        uint64_t size = 0;
        for (uint32_t k = 0; k < table->indexes[i].slot_count; k++) size += cell_key_size(&cells[table->indexes[i].slots[k]]);
        if (size <= MAX_KEY_BYTES) continue;
        return fail_at(step->call, VAIS_LIMIT, VAIS_AT_OP, step->position, "a key of %.*s takes %llu bytes, and %u is the most",
                       TEXT(table->name), (unsigned long long)size, MAX_KEY_BYTES);
    }
    return VAIS_OK;
}

/// Whether no column of the index changes. The cells that do not were copied.
static int is_untouched(const step *step, const index_ *index) {
    if (!step->has_old || !step->has_new) return 0;
    for (uint32_t i = 0; i < index->slot_count; i++) {
        uint32_t slot = index->slots[i];
        if (memcmp(&step->session->old_cells[slot], &step->session->new_cells[slot], sizeof(vais_cell)) != 0) return 0;
    }
    return 1;
}

static vais_status fail_exists(const step *step, const index_ *index) {
    return fail_at(step->call, VAIS_EXISTS, VAIS_AT_OP, step->position, "%.*s has a record with this value of %.*s",
                   TEXT(step->table->name), TEXT(index->name));
}

/// Refuses a second record with the values of a unique index, which `key` holds.
static vais_status check_unique(const step *step, const index_ *index, const bytes *key) {
    MDB_cursor *cursor;
    int code = mdb_cursor_open(step->txn, index->database, &cursor);
    entry entry;
    if (code == MDB_SUCCESS) {
        code = entry_seek(cursor, key, &entry);
        mdb_cursor_close(cursor);
    }
    if (code == MDB_NOTFOUND) return VAIS_OK;
    if (code) return fail_lmdb(step->call, code, "read an index");
    return entry_begins(&entry, key) ? fail_exists(step, index) : VAIS_OK;
}

/// Moves the record's entry in one index other than the primary key.
static vais_status change_index(const step *step, const index_ *index) {
    vais_session *session = step->session;
    bytes *old_key = &session->other_key, *new_key = &session->index_key;
    bytes_clear(old_key);
    bytes_clear(new_key);
    if (step->has_old) row_key(old_key, index, 0, index->slot_count, session->old_cells);
    if (step->has_new) row_key(new_key, index, 0, index->slot_count, session->new_cells);
    if (old_key->has_failed || new_key->has_failed) return fail_memory(step->call);
    int is_same = step->has_old && step->has_new && old_key->size == new_key->size &&
                  memcmp(old_key->data, new_key->data, old_key->size) == 0;
    if (is_same) return VAIS_OK;
    if (step->has_old) {
        int code = entry_delete(step->txn, index->database, old_key);
        if (code == MDB_NOTFOUND) {
            return fail(step->call, VAIS_CORRUPT, "index %.*s of %.*s lacks a record", TEXT(index->name),
                        TEXT(step->table->name));
        }
        if (code) return fail_lmdb(step->call, code, "change an index");
    }
    if (!step->has_new) return VAIS_OK;
    if (index->flags & VAIS_INDEX_UNIQUE) {
        bytes_clear(old_key);
        row_key(old_key, index, 0, index->column_count, session->new_cells);
        if (old_key->has_failed) return fail_memory(step->call);
        TRY(check_unique(step, index, old_key));
    }
    int code = entry_put(step->txn, index->database, new_key, &session->key);
    return code ? fail_lmdb(step->call, code, "change an index") : VAIS_OK;
}

/// Writes the record and its entries in the indexes.
static vais_status write_record(const step *step, int64_t stamp) {
    vais_session *session = step->session;
    const index_ *primary = step->table->indexes;
    if (step->has_new) TRY(check_record(step));
    bytes_clear(&session->key);
    row_key(&session->key, primary, 0, primary->slot_count, step->has_new ? session->new_cells : session->old_cells);
    bytes_clear(&session->new_row);
    if (step->has_new) row_encode(&session->new_row, step->table, session->new_cells, stamp);
    if (session->key.has_failed || session->new_row.has_failed) return fail_memory(step->call);
    session->has_written = 1;
    for (uint32_t i = 1; i < step->table->index_count; i++) {
        if (!is_untouched(step, &step->table->indexes[i])) TRY(change_index(step, &step->table->indexes[i]));
    }
    int code;
    if (step->has_new) {
        code = entry_put(step->txn, primary->database, &session->key, &session->new_row);
    } else {
        code = entry_delete(step->txn, primary->database, &session->key);
    }
    return code ? fail_lmdb(step->call, code, "change a record") : VAIS_OK;
}

/// Reads the record into `old_cells`, from a copy: what LMDB answers is gone with the next write.
static vais_status take_old(step *step, MDB_val record, int64_t *stamp) {
    vais_session *session = step->session;
    step->has_old = record.mv_data != NULL;
    if (!step->has_old) return VAIS_OK;
    bytes_clear(&session->old_row);
    bytes_add(&session->old_row, record.mv_data, record.mv_size);
    if (session->old_row.has_failed) return fail_memory(step->call);
    MDB_val copy = {.mv_size = session->old_row.size, .mv_data = session->old_row.data};
    return read_record(session, step->table, copy, stamp, step->call);
}

static void set(vais_session *session, const shape *shape, const vais_cell *values) {
    for (uint32_t i = 0; i < shape->column_count; i++) session->new_cells[shape->slots[i]] = values[i];
}

static void copy_old(vais_session *session, const table *table) {
    memcpy(session->new_cells, session->old_cells, table->column_count * sizeof(vais_cell));
}

static vais_status insert(step *step, const shape *shape, const vais_cell *cells, int64_t stamp) {
    vais_session *session = step->session;
    const index_ *primary = step->table->indexes;
    for (uint32_t i = 0; i < step->table->column_count; i++) session->new_cells[i] = (vais_cell){.type = VAIS_NULL};
    set(session, shape, cells);
    bytes_clear(&session->key);
    row_key(&session->key, primary, 0, primary->slot_count, session->new_cells);
    if (session->key.has_failed) return fail_memory(step->call);
    MDB_val record = {0};
    int code = entry_get(step->txn, primary->database, &session->key, &record);
    if (code == MDB_NOTFOUND) {
        record = (MDB_val){0};
    } else if (code) {
        return fail_lmdb(step->call, code, "read a record");
    }
    if (record.mv_data && shape->kind == VAIS_INSERT) return fail_exists(step, primary);
    int64_t old_stamp;
    TRY(take_old(step, record, &old_stamp));
    if (step->has_old) {
        copy_old(session, step->table);
        set(session, shape, cells);
    }
    step->has_new = 1;
    return write_record(step, stamp);
}

static vais_status add(const step *step, const shape *shape, const vais_cell *amounts) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        int64_t *sum = &step->session->new_cells[shape->slots[i]].value.i64;
        if (__builtin_add_overflow(*sum, amounts[i].value.i64, sum)) {
            return fail_at(step->call, VAIS_INVALID, VAIS_AT_OP, step->position, "a sum is beyond 64 bits");
        }
    }
    return VAIS_OK;
}

vais_status operation_apply(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, int64_t stamp,
                            uint32_t position, vais_call *call) {
    step step = {.session = session, .txn = txn, .table = shape->table, .position = position, .call = call};
    if (!session_cells(session, shape->table->column_count)) return fail_memory(call);
    if (shape->kind == VAIS_INSERT || shape->kind == VAIS_UPSERT) return insert(&step, shape, cells, stamp);
    MDB_val record;
    TRY(find_record(session, txn, shape, cells, &record, call));
    int64_t old_stamp = 0;
    TRY(take_old(&step, record, &old_stamp));
    if (shape->kind == VAIS_DELETE) return step.has_old ? write_record(&step, 0) : VAIS_OK;
    if (!step.has_old) {
        return fail_at(call, VAIS_NOT_FOUND, VAIS_AT_OP, position, "%.*s has no such record", TEXT(shape->table->name));
    }
    step.has_new = 1;
    copy_old(session, shape->table);
    const vais_cell *values = cells + shape->key_count;
    if (shape->kind == VAIS_ADD) {
        TRY(add(&step, shape, values));
        return write_record(&step, old_stamp);
    }
    set(session, shape, values);
    return write_record(&step, stamp);
}
