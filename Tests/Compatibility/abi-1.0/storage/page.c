#include "page.h"

#include <string.h>

#include "call.h"
#include "cells.h"

vais_status page_begin(vais_page *page) {
    if (page->struct_size < VAIS_PAGE_SIZE_1_0) return VAIS_INVALID;
    page->row_count = 0;
    page->cell_count = page->byte_count = 0;
    page->cells_needed = page->bytes_needed = 0;
    return VAIS_OK;
}

int page_has_room(const vais_page *page, extent extent) {
    return extent.cells <= page->cell_capacity - page->cell_count &&
           extent.bytes <= page->byte_capacity - page->byte_count;
}

vais_status page_needs(vais_page *page, extent extent, vais_call *call) {
    page_begin(page);
    page->cells_needed = extent.cells;
    page->bytes_needed = extent.bytes;
    return fail(call, VAIS_LIMIT, "the page is too small");
}

extent row_extent(const record *record, const uint32_t *slots, uint32_t count) {
    extent extent = {.cells = count};
    for (uint32_t i = 0; record && i < count; i++) {
        vais_cell cell = record_cell(record, slots[i]);
        if (type_has_bytes(cell.type)) extent.bytes += cell.size;
    }
    return extent;
}

void page_append(vais_page *page, const record *record, const uint32_t *slots, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        vais_cell cell = record ? record_cell(record, slots[i]) : (vais_cell){.type = VAIS_ABSENT};
        if (type_has_bytes(cell.type)) {
            // An empty value points at the buffer too, which may be NULL when all values are empty.
            uint8_t *copy = cell.size ? page->bytes + page->byte_count : page->bytes;
            if (cell.size) memcpy(copy, cell.value.data, cell.size);
            cell.value.data = copy;
            page->byte_count += cell.size;
        }
        page->cells[page->cell_count++] = cell;
    }
    page->row_count++;
}

void page_append_i64(vais_page *page, int64_t value) {
    page->cells[page->cell_count++] = cell_i64(value);
    page->row_count++;
}
