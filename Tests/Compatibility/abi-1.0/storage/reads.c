// get_many and scan. Both run under the store's lock from first to last row, which makes each answer one snapshot.
#include "cells.h"
#include "page.h"
#include "store.h"

/// How many rows or uses may pass before the deadline is looked at again.
#define CHECK_INTERVAL 64u

/// The one row that a GET or COUNT answers.
typedef struct answer {
    const shape *shape;
    const record *record;  ///< Of a GET; NULL when there is none.
    int64_t count;  ///< Of a COUNT.
} answer;

static vais_status find_answer(vais_store *store, const vais_use *use, uint32_t position, answer *answer,
                               vais_call *call) {
    TRY(shape_of_use(store, use, VAIS_AT_USE, position, call, &answer->shape));
    if (answer->shape->kind == VAIS_COUNT) {
        range range = shape_range(answer->shape, use->cells);
        answer->count = (int64_t)(range.end - range.begin);
    } else if (answer->shape->kind == VAIS_GET) {
        answer->record = index_find(answer->shape->index, use->cells, answer->shape->key_count);
    } else {
        return fail_at(call, VAIS_INVALID, VAIS_AT_USE, position, "shape %u is neither get nor count", use->shape);
    }
    return VAIS_OK;
}

static extent answer_extent(const answer *answer) {
    if (answer->shape->kind == VAIS_COUNT) return (extent){.cells = 1};
    return row_extent(answer->record, answer->shape->slots, answer->shape->column_count);
}

static vais_status get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page,
                            vais_call *call) {
    // Each row is written as soon as it is found. When one does not fit, the rest is only measured.
    extent total = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (i % CHECK_INTERVAL == 0) TRY(call_check(call, &session->state));
        answer answer = {0};
        vais_status status = find_answer(session->store, &uses[i], i, &answer, call);
        if (status != VAIS_OK) {
            page_begin(page);
            return status;
        }
        extent extent = answer_extent(&answer);
        int fits = page->row_count == i && page_has_room(page, extent);
        total.cells += extent.cells;
        total.bytes += extent.bytes;
        if (!fits) continue;
        if (answer.shape->kind == VAIS_COUNT) {
            page_append_i64(page, answer.count);
        } else {
            page_append(page, answer.record, answer.shape->slots, answer.shape->column_count);
        }
    }
    return page->row_count == count ? VAIS_OK : page_needs(page, total, call);
}

vais_status store_get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page,
                           vais_call *call) {
    TRY(page_begin(page));
    TRY(session_enter(session, call));
    vais_status status = get_many(session, uses, count, page, call);
    if (status != VAIS_OK) page->row_count = 0;
    return session_leave(session, status);
}

/// Leaves out of `range` what a scan has delivered before: everything up to the position `after`.
static vais_status resume(const shape *shape, const vais_use *use, const vais_cell *after, uint32_t after_count,
                          range *range, vais_call *call) {
    const table_index *index = shape->index;
    if (after_count != index->slot_count - shape->key_count) {
        return fail(call, VAIS_INVALID, "a position takes %u cells, not %u", index->slot_count - shape->key_count,
                    after_count);
    }
    for (uint32_t i = 0; i < after_count; i++) {
        const char *fault = cell_fault(&after[i], shape->table->columns[index->slots[shape->key_count + i]].type);
        if (fault) return fail(call, VAIS_INVALID, "cell %u of the position %s", i, fault);
    }
    key key = {.head = use->cells, .head_count = shape->key_count, .tail = after, .tail_count = after_count};
    if (shape->flags & VAIS_SHAPE_DESCENDING) {
        uint64_t end = index_position(index, &key, 0);
        if (end < range->end) range->end = end;
    } else {
        uint64_t begin = index_position(index, &key, 1);
        if (begin > range->begin) range->begin = begin;
    }
    if (range->end < range->begin) range->end = range->begin;
    return VAIS_OK;
}

/// A scan on its way along the index.
typedef struct scanning {
    vais_session *session;
    const shape *shape;
    vais_page *page;
    vais_call *call;
    vais_status status;
} scanning;

/// Adds one row to the page; 0 when the scan ends here.
static int add_row(tree_node *node, void *context) {
    scanning *scanning = context;
    vais_page *page = scanning->page;
    const shape *shape = scanning->shape;
    if (page->row_count % CHECK_INTERVAL == 0) {
        scanning->status = call_check(scanning->call, &scanning->session->state);
        if (scanning->status != VAIS_OK) return 0;
    }
    const record *record = index_record_of(shape->index, node);
    extent extent = row_extent(record, shape->slots, shape->column_count);
    if (!page_has_room(page, extent)) {
        // VAIS_OK is "there may be more".
        if (page->row_count == 0) scanning->status = page_needs(page, extent, scanning->call);
        return 0;
    }
    page_append(page, record, shape->slots, shape->column_count);
    return 1;
}

static vais_status scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                        uint32_t row_limit, vais_page *page, vais_call *call) {
    const shape *shape;
    TRY(shape_of_use(session->store, use, VAIS_AT_NOTHING, 0, call, &shape));
    if (shape->kind != VAIS_SCAN) return fail(call, VAIS_INVALID, "shape %u is no scan", use->shape);
    range range = shape_range(shape, use->cells);
    if (after) TRY(resume(shape, use, after, after_count, &range, call));

    int descending = (shape->flags & VAIS_SHAPE_DESCENDING) != 0;
    uint64_t rows = range.end - range.begin;
    uint64_t wanted = rows < row_limit ? rows : row_limit;
    scanning scanning = {session, shape, page, call, VAIS_OK};
    tree_walk(&shape->index->tree, descending ? range.end - wanted : range.begin,
              descending ? range.end : range.begin + wanted, descending, add_row, &scanning);
    if (scanning.status != VAIS_OK || page->row_count < wanted) return scanning.status;
    return rows <= row_limit ? VAIS_DONE : VAIS_OK;
}

vais_status store_scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                       uint32_t row_limit, vais_page *page, vais_call *call) {
    TRY(page_begin(page));
    TRY(session_enter(session, call));
    vais_status status = scan(session, use, after, after_count, row_limit, page, call);
    if (status != VAIS_OK && status != VAIS_DONE) page->row_count = 0;
    return session_leave(session, status);
}
