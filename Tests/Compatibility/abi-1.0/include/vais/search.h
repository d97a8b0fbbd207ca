/// vais/search.h: "vais.storage.search/1", optional: ranked full-text search over text columns of a collection.
///
/// The plugin keeps the index up to date with every commit by itself. Without this interface the host searches by a prefix index
/// of its own.
#ifndef VAIS_SEARCH_H
#define VAIS_SEARCH_H

#include "vais/storage.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_STORAGE_SEARCH_1 "vais.storage.search/1"

/// What to index: text columns of one collection whose key is a single text column.
typedef struct vais_search_index {
    uint32_t struct_size;
    uint32_t id;          ///< From 1, never reused.
    uint32_t collection;  ///< Collection id.
    uint32_t column_count;
    const uint32_t *columns;  ///< Column ids, all VAIS_TEXT; a null counts as no text.
    const double *weights;    ///< How much a match in each column counts, relative to the others.
    vais_span name;
} vais_search_index;
#define VAIS_SEARCH_INDEX_SIZE_1_0 48u

typedef struct vais_storage_search {
    uint32_t struct_size;
    uint32_t reserved;
    /// Declares the search indexes, after "schema_apply" and before "prepare". Creates what is missing and fills it from existing
    /// records; idempotent.
    vais_status (*apply)(vais_store *store, const vais_schema *schema, const vais_search_index *indexes, uint64_t index_stride,
                         uint32_t index_count, vais_call *call);
    /// Records that contain every term, best first, ties by key; rows of the key (VAIS_TEXT) and the score (VAIS_F64, higher is
    /// better). A term matches a word that begins with it, ignoring case; words are runs of letters and digits. Terms hold letters and
    /// digits only. `*total` is the number of all matches. VAIS_DONE when the page holds the last match.
    vais_status (*query)(vais_session *session, uint32_t index, const vais_span *terms, uint32_t term_count, uint64_t offset,
                         uint32_t row_limit, vais_page *page, uint64_t *total, vais_call *call);
} vais_storage_search;
#define VAIS_STORAGE_SEARCH_SIZE_1_0 24u

#ifdef __cplusplus
}
#endif
#endif
