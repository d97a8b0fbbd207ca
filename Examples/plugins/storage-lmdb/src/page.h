/// page.h: rows on their way into the caller's buffers.
#ifndef LMDB_PAGE_H
#define LMDB_PAGE_H

#include "call.h"

/// What rows take in a page.
typedef struct extent {
    uint64_t cells;
    uint64_t bytes;
} extent;

/// Empties the page; VAIS_INVALID when it is older than ABI 1.0.
vais_status page_clear(vais_page *page);
int page_fits(const vais_page *page, extent extent);
/// Empties the page and says what it would have needed.
vais_status page_too_small(vais_page *page, extent needed, vais_call *call);
/// Appends a row, for which there is room; text and bytes are copied.
void page_append(vais_page *page, const vais_cell *row, uint32_t count);
extent row_extent(const vais_cell *row, uint32_t count);

#endif
