#include "page.h"

#include <string.h>

#include "cells.h"

vais_status page_clear(vais_page *page) {
    if (page->struct_size < VAIS_PAGE_SIZE_1_0) return VAIS_INVALID;
    page->row_count = 0;
    page->cell_count = page->byte_count = page->cells_needed = page->bytes_needed = 0;
    return VAIS_OK;
}

int page_fits(const vais_page *page, extent extent) {
    return extent.cells <= page->cell_capacity - page->cell_count && extent.bytes <= page->byte_capacity - page->byte_count;
}

vais_status page_too_small(vais_page *page, extent needed, vais_call *call) {
    page_clear(page);
    page->cells_needed = needed.cells;
    page->bytes_needed = needed.bytes;
    return fail(call, VAIS_LIMIT, "the page needs room for %llu cells and %llu bytes", (unsigned long long)needed.cells,
                (unsigned long long)needed.bytes);
}

extent row_extent(const vais_cell *row, uint32_t count) {
    extent extent = {.cells = count};
    for (uint32_t i = 0; i < count; i++) extent.bytes += row[i].size;
    return extent;
}

void page_append(vais_page *page, const vais_cell *row, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        vais_cell *cell = &page->cells[page->cell_count++];
        *cell = row[i];
        if (!type_has_bytes(cell->type)) continue;
        // With all values empty there may be no buffer at all.
        uint8_t *place = cell->size ? page->bytes + page->byte_count : page->bytes;
        if (cell->size) memcpy(place, cell->value.data, cell->size);
        cell->value.data = place;
        page->byte_count += cell->size;
    }
    page->row_count++;
}
