/// page.h: writing answers to the buffers of the caller.
#ifndef STORAGE_MEMORY_PAGE_H
#define STORAGE_MEMORY_PAGE_H

#include "table.h"
#include "vais/storage.h"

/// The room one or more rows take.
typedef struct extent {
    uint64_t cells;
    uint64_t bytes;
} extent;

/// Empties the page. VAIS_INVALID when it is of an older ABI than 1.0.
vais_status page_begin(vais_page *page);
/// Whether this much more fits.
int page_has_room(const vais_page *page, extent extent);
/// Sets what the page would have needed, empties it and answers VAIS_LIMIT.
vais_status page_needs(vais_page *page, extent extent, vais_call *call);

/// The room the row of `record` takes; NULL is the row of a record that does not exist.
extent row_extent(const record *record, const uint32_t *slots, uint32_t count);
/// Appends the row, for which there is room.
void page_append(vais_page *page, const record *record, const uint32_t *slots, uint32_t count);
/// Appends a row of one integer, for which there is room.
void page_append_i64(vais_page *page, int64_t value);

#endif
