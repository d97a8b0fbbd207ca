// get_many and scan. Both hold the store's lock from the first to the last row: each answer is one snapshot.
#include <stdlib.h>
#include <string.h>

#include "store.h"

static void page_clear(vais_page *page) {
    page->row_count = 0;
    page->cell_count = page->byte_count = page->cells_needed = page->bytes_needed = 0;
}

/// Leaves the page empty, but for what it would need.
static vais_status page_too_small(vais_page *page, uint64_t cells, uint64_t bytes, vais_call *call) {
    page_clear(page);
    page->cells_needed = cells;
    page->bytes_needed = bytes;
    return fail(call, VAIS_LIMIT, "the page is too small");
}

/// The value of a shape's column, of a record or, without one, of none.
static vais_cell value(const record *record, uint32_t slot) {
    if (!record) return (vais_cell){.type = VAIS_ABSENT};
    if (slot == SLOT_VERSION) return (vais_cell){.type = VAIS_I64, .value.i64 = record->stamp};
    return record->cells[slot];
}

static uint64_t row_bytes(const shape *shape, const record *record) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < shape->column_count; i++) bytes += value(record, shape->slots[i]).size;
    return bytes;
}

static int page_has_room(const vais_page *page, uint64_t cells, uint64_t bytes) {
    return cells <= page->cell_capacity - page->cell_count && bytes <= page->byte_capacity - page->byte_count;
}

/// Appends a row, for which there is room.
static void page_append(vais_page *page, const shape *shape, const record *record) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        vais_cell cell = value(record, shape->slots[i]);
        if (has_bytes(&cell)) {
            uint8_t *copy = page->bytes + page->byte_count;
            if (cell.size) memcpy(copy, cell.value.data, cell.size);
            cell.value.data = copy;
            page->byte_count += cell.size;
        }
        page->cells[page->cell_count++] = cell;
    }
    page->row_count++;
}

static vais_status get_all(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page,
                           vais_call *call) {
    uint64_t cells = 0, bytes = 0;  // What all rows need, whether or not they fit.
    for (uint32_t i = 0; i < count; i++) {
        const shape *shape;
        TRY(call_check(call, session));
        TRY(use_shape(session->store, &uses[i], VAIS_AT_USE, i, call, &shape));
        if (shape->kind == VAIS_COUNT) {
            uint64_t counted;
            record **records = table_select(shape, uses[i].cells, &counted);
            if (!records) return fail(call, VAIS_BUSY, "out of memory");
            free(records);
            cells++;
            if (page->row_count < i || !page_has_room(page, 1, 0)) continue;
            page->cells[page->cell_count++] = (vais_cell){.type = VAIS_I64, .value.i64 = (int64_t)counted};
            page->row_count++;
        } else if (shape->kind == VAIS_GET) {
            const record *record = table_find(shape->table, shape->index, uses[i].cells);
            uint64_t size = row_bytes(shape, record);
            cells += shape->column_count;
            bytes += size;
            if (page->row_count < i || !page_has_room(page, shape->column_count, size)) continue;
            page_append(page, shape, record);
        } else {
            return fail_at(call, VAIS_INVALID, VAIS_AT_USE, i, "neither GET nor COUNT");
        }
    }
    return page->row_count == count ? VAIS_OK : page_too_small(page, cells, bytes, call);
}

static vais_status scan_page(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                             uint32_t row_limit, vais_page *page, vais_call *call) {
    const shape *shape;
    TRY(call_check(call, session));
    TRY(use_shape(session->store, use, VAIS_AT_NOTHING, 0, call, &shape));
    if (shape->kind != VAIS_SCAN) return fail(call, VAIS_INVALID, "not a SCAN");
    uint32_t beyond_prefix = shape->index->count - shape->key_count;
    if (after && after_count != beyond_prefix) return fail(call, VAIS_INVALID, "a position of another length");

    uint64_t count, next = 0;
    record **records = table_select(shape, use->cells, &count);
    if (!records) return fail(call, VAIS_BUSY, "out of memory");
    int direction = shape->flags & VAIS_SHAPE_DESCENDING ? -1 : 1;
    while (after && next < count &&
           direction * record_compare(shape->index, shape->key_count, records[next], after, after_count) <= 0) {
        next++;
    }
    vais_status status = VAIS_OK;
    for (; next < count && page->row_count < row_limit; next++) {
        uint64_t size = row_bytes(shape, records[next]);
        if (!page_has_room(page, shape->column_count, size)) {
            if (!page->row_count) status = page_too_small(page, shape->column_count, size, call);
            break;
        }
        page_append(page, shape, records[next]);
    }
    free(records);
    return status == VAIS_OK && next == count ? VAIS_DONE : status;
}

vais_status get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page, vais_call *call) {
    if (page->struct_size < VAIS_PAGE_SIZE_1_0) return VAIS_INVALID;
    page_clear(page);
    TRY(session_enter(session, call));
    vais_status status = get_all(session, uses, count, page, call);
    if (status != VAIS_OK) page->row_count = 0;
    return session_leave(session, status);
}

vais_status scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                 uint32_t row_limit, vais_page *page, vais_call *call) {
    if (page->struct_size < VAIS_PAGE_SIZE_1_0) return VAIS_INVALID;
    page_clear(page);
    TRY(session_enter(session, call));
    return session_leave(session, scan_page(session, use, after, after_count, row_limit, page, call));
}
