// get_many and scan: each is one LMDB transaction, and so one snapshot.
#include "cells.h"
#include "find.h"
#include "page.h"
#include "rows.h"

/// How many rows may pass before the deadline is looked at again.
#define CHECK_INTERVAL 64u

/// Puts the columns that a shape answers of the session's `old_cells` into its `new_cells`.
static void choose(vais_session *session, const shape *shape, int64_t stamp) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        uint32_t slot = shape->slots[i];
        session->new_cells[i] = slot == SLOT_VERSION ? (vais_cell){.type = VAIS_I64, .value.i64 = stamp} : session->old_cells[slot];
    }
}

/// Makes the answer to a GET or COUNT in the session's `new_cells`.
static vais_status answer(vais_session *session, const vais_use *use, uint32_t position, uint32_t *count, vais_call *call) {
    const vais_store *store = session->store;
    const shape *shape;
    TRY(shape_of_use(store->shapes, store->shape_count, use, VAIS_AT_USE, position, call, &shape));
    if (!session_cells(session, shape->column_count)) return fail_memory(call);
    if (shape->kind == VAIS_COUNT) {
        int has_any;
        uint64_t records;
        TRY(find_any(session, session->reading.txn, shape, use->cells, &has_any, &records, call));
        session->new_cells[0] = (vais_cell){.type = VAIS_I64, .value.i64 = (int64_t)records};
        *count = 1;
        return VAIS_OK;
    }
    if (shape->kind != VAIS_GET) {
        return fail_at(call, VAIS_INVALID, VAIS_AT_USE, position, "shape %u is neither GET nor COUNT", use->shape);
    }
    MDB_val record;
    TRY(find_record(session, session->reading.txn, shape, use->cells, &record, call));
    *count = shape->column_count;
    if (!record.mv_data) {
        for (uint32_t i = 0; i < *count; i++) session->new_cells[i] = (vais_cell){.type = VAIS_ABSENT};
        return VAIS_OK;
    }
    int64_t stamp;
    TRY(read_record(session, shape->table, record, &stamp, call));
    choose(session, shape, stamp);
    return VAIS_OK;
}

static vais_status get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page, vais_call *call) {
    extent total = {0};
    int fits = 1;
    for (uint32_t i = 0; i < count; i++) {
        if (i % CHECK_INTERVAL == 0) TRY(call_check(call, &session->activity));
        uint32_t width = 0;
        TRY(answer(session, &uses[i], i, &width, call));
        extent extent = row_extent(session->new_cells, width);
        // Once a row does not fit, the rest is only measured.
        fits = fits && page_fits(page, extent);
        if (fits) page_append(page, session->new_cells, width);
        total.cells += extent.cells;
        total.bytes += extent.bytes;
    }
    return fits ? VAIS_OK : page_too_small(page, total, call);
}

vais_status store_get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page,
                           vais_call *call) {
    TRY(page_clear(page));
    TRY(session_enter(session, call));
    vais_status status = session_begin_read(session, call);
    if (status == VAIS_OK) {
        status = get_many(session, uses, count, page, call);
        environment_end_read(session->store->environment, &session->reading);
    }
    if (status != VAIS_OK) page->row_count = 0;
    return session_leave(session, status);
}

// ---- Scans ----------------------------------------------------------------------------------------------------------

static vais_status check_position(const shape *shape, const vais_cell *after, uint32_t count, vais_call *call) {
    uint32_t expected = shape->index->slot_count - shape->key_count;
    if (count != expected) return fail(call, VAIS_INVALID, "a position takes %u cells here, not %u", expected, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = shape->index->slots[shape->key_count + i];
        const char *fault = cell_fault(&after[i], shape->table->columns[slot].type);
        if (fault) return fail(call, VAIS_INVALID, "cell %u of the position %s", i, fault);
    }
    return VAIS_OK;
}

/// Appends the rows of the range that fit.
static vais_status fill_page(vais_session *session, const shape *shape, const range *range, MDB_cursor *cursor,
                             uint32_t row_limit, vais_page *page, vais_call *call) {
    entry entry;
    int code = range_first(range, shape->flags, cursor, &entry);
    for (; code == MDB_SUCCESS; code = range_next(range, shape->flags, cursor, &entry)) {
        if (page->row_count == row_limit) return VAIS_OK;
        if (page->row_count % CHECK_INTERVAL == 0) TRY(call_check(call, &session->activity));
        MDB_val record;
        int64_t stamp;
        TRY(find_indexed(session->reading.txn, shape, &entry, &record, call));
        TRY(read_record(session, shape->table, record, &stamp, call));
        choose(session, shape, stamp);
        extent extent = row_extent(session->new_cells, shape->column_count);
        if (!page_fits(page, extent)) return page->row_count ? VAIS_OK : page_too_small(page, extent, call);
        page_append(page, session->new_cells, shape->column_count);
    }
    return code == MDB_NOTFOUND ? VAIS_DONE : fail_lmdb(call, code, "read an index");
}

static vais_status scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                        uint32_t row_limit, vais_page *page, vais_call *call) {
    const vais_store *store = session->store;
    const shape *shape;
    TRY(shape_of_use(store->shapes, store->shape_count, use, VAIS_AT_NOTHING, 0, call, &shape));
    if (shape->kind != VAIS_SCAN) return fail(call, VAIS_INVALID, "shape %u is no SCAN", use->shape);
    if (after) TRY(check_position(shape, after, after_count, call));
    if (!session_cells(session, shape->column_count)) return fail_memory(call);
    range range = {.begin = session->key, .end = session->other_key};
    range_set(&range, shape, use->cells, after, after_count);
    session->key = range.begin;
    session->other_key = range.end;
    if (range.begin.has_failed || range.end.has_failed) return fail_memory(call);
    MDB_cursor *cursor;
    int code = mdb_cursor_open(session->reading.txn, shape->index->database, &cursor);
    if (code) return fail_lmdb(call, code, "read an index");
    vais_status status = fill_page(session, shape, &range, cursor, row_limit, page, call);
    mdb_cursor_close(cursor);
    return status;
}

vais_status store_scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                       uint32_t row_limit, vais_page *page, vais_call *call) {
    TRY(page_clear(page));
    TRY(session_enter(session, call));
    vais_status status = session_begin_read(session, call);
    if (status == VAIS_OK) {
        status = scan(session, use, after, after_count, row_limit, page, call);
        environment_end_read(session->store->environment, &session->reading);
    }
    if (status != VAIS_OK && status != VAIS_DONE) page->row_count = 0;
    return session_leave(session, status);
}
