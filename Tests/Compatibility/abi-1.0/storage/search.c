// "vais.storage.search/1" by looking at every record: no index, so nothing to keep up to date.
#include <stdlib.h>
#include <string.h>

#include "../fixture.h"
#include "cells.h"
#include "page.h"
#include "store.h"

/// A record that contains every term.
typedef struct hit {
    vais_cell key;
    double score;
} hit;

void searches_free(search_index *searches, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        free(searches[i].columns);
        free(searches[i].weights);
    }
    free(searches);
}

static search_index *find_search(vais_store *store, uint32_t id) {
    for (uint32_t i = 0; i < store->search_count; i++)
        if (store->searches[i].id == id) return &store->searches[i];
    return NULL;
}

static vais_status declare(vais_store *store, const vais_search_index *index, vais_call *call) {
    if (index->struct_size < VAIS_SEARCH_INDEX_SIZE_1_0) return fail(call, VAIS_INVALID, "the search index is of an older ABI than 1.0");
    const table *table = catalog_table(&store->catalog, index->collection);
    if (!table || table->indexes[0].column_count != 1) return fail(call, VAIS_INVALID, "search %u names no fit collection", index->id);
    for (uint32_t i = 0; i < index->column_count; i++) {
        uint32_t slot = table_slot(table, index->columns[i]);
        if (slot == table->column_count || table->columns[slot].type != VAIS_TEXT)
            return fail(call, VAIS_INVALID, "column %u of search %u is no text", index->columns[i], index->id);
    }
    if (find_search(store, index->id)) return VAIS_OK;
    search_index *grown = realloc(store->searches, (store->search_count + 1) * sizeof *grown);
    if (!grown) return fail_out_of_memory(call);
    store->searches = grown;
    search_index *new = &grown[store->search_count];
    *new = (search_index){.id = index->id, .collection = index->collection, .column_count = index->column_count};
    new->columns = calloc(index->column_count + 1, sizeof *new->columns);
    new->weights = calloc(index->column_count + 1, sizeof *new->weights);
    store->search_count++;  // From here on `searches_free` frees what there is.
    if (!new->columns || !new->weights) return fail_out_of_memory(call);
    memcpy(new->columns, index->columns, index->column_count * sizeof *new->columns);
    memcpy(new->weights, index->weights, index->column_count * sizeof *new->weights);
    return VAIS_OK;
}

static vais_status search_apply(vais_store *store, const vais_schema *schema, const vais_search_index *indexes,
                                uint64_t stride, uint32_t count, vais_call *call) {
    (void)schema;  // The catalog has it.
    TRY(call_begin(call));
    pthread_mutex_lock(&store->lock);
    vais_status status = VAIS_OK;
    for (uint32_t i = 0; i < count && status == VAIS_OK; i++) status = declare(store, strided(indexes, stride, i), call);
    pthread_mutex_unlock(&store->lock);
    return status;
}

static int is_word(uint8_t byte) {
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/// Lower case of ASCII and of Latin-1, whose capitals are C3 80 to C3 9E in UTF-8.
static uint8_t folded(const uint8_t *text, uint64_t position) {
    uint8_t byte = text[position];
    int is_latin = position > 0 && text[position - 1] == 0xC3 && byte >= 0x80 && byte <= 0x9E && byte != 0x97;
    return is_latin || (byte >= 'A' && byte <= 'Z') ? byte + 0x20 : byte;
}

/// How many words of a text begin with `term`.
static uint32_t occurrences(vais_cell text, vais_span term) {
    uint32_t count = 0;
    const uint8_t *bytes = text.value.data;
    for (uint64_t i = 0; text.type == VAIS_TEXT && i < text.size; i++) {
        if (!is_word(bytes[i]) || (i > 0 && is_word(bytes[i - 1])) || term.size > text.size - i) continue;
        uint64_t same = 0;
        while (same < term.size && folded(bytes, i + same) == folded(term.data, same)) same++;
        if (same == term.size) count++;
    }
    return count;
}

/// 0 when a term is missing.
static double score_of(const search_index *search, const table *table, const record *record, const vais_span *terms,
                       uint32_t term_count) {
    double score = 0;
    for (uint32_t t = 0; t < term_count; t++) {
        double of_term = 0;
        for (uint32_t c = 0; c < search->column_count; c++) {
            vais_cell text = record->cells[table_slot(table, search->columns[c])];
            of_term += search->weights[c] * occurrences(text, terms[t]);
        }
        if (of_term <= 0) return 0;
        score += of_term;
    }
    return score;
}

static int best_first(const void *left, const void *right) {
    const hit *a = left, *b = right;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return cell_compare(&a->key, &b->key);
}

static vais_status append_hit(vais_page *page, const hit *hit, vais_call *call) {
    extent extent = {.cells = 2, .bytes = hit->key.size};
    if (!page_has_room(page, extent)) return page->row_count ? VAIS_DONE : page_needs(page, extent, call);
    vais_cell key = hit->key;
    key.value.data = memcpy(page->bytes + page->byte_count, key.value.data, key.size);
    page->byte_count += key.size;
    page->cells[page->cell_count++] = key;
    page->cells[page->cell_count++] = (vais_cell){.type = VAIS_F64, .value.f64 = hit->score};
    page->row_count++;
    return VAIS_OK;
}

static vais_status query(vais_session *session, uint32_t id, const vais_span *terms, uint32_t term_count,
                         uint64_t offset, uint32_t row_limit, vais_page *page, uint64_t *total, vais_call *call) {
    const search_index *search = find_search(session->store, id);
    if (!search) return fail(call, VAIS_INVALID, "there is no search index %u", id);
    const table *table = catalog_table(&session->store->catalog, search->collection);
    const table_index *primary = &table->indexes[0];
    uint64_t record_count = tree_count(&primary->tree), hit_count = 0;
    hit *hits = calloc(record_count + 1, sizeof *hits);
    if (!hits) return fail_out_of_memory(call);
    for (uint64_t i = 0; i < record_count; i++) {
        const record *record = index_record(primary, i);
        double score = term_count ? score_of(search, table, record, terms, term_count) : 0;
        if (score > 0) hits[hit_count++] = (hit){record->cells[primary->slots[0]], score};
    }
    qsort(hits, hit_count, sizeof *hits, best_first);
    *total = hit_count;
    vais_status status = VAIS_OK;
    uint64_t next = offset;
    while (status == VAIS_OK && next < hit_count && page->row_count < row_limit) {
        status = append_hit(page, &hits[next], call);
        if (status == VAIS_OK) next++;
    }
    free(hits);
    if (status == VAIS_LIMIT) return status;
    return next >= hit_count ? VAIS_DONE : VAIS_OK;
}

static vais_status search_query(vais_session *session, uint32_t index, const vais_span *terms, uint32_t term_count,
                                uint64_t offset, uint32_t row_limit, vais_page *page, uint64_t *total, vais_call *call) {
    TRY(page_begin(page));
    TRY(session_enter(session, call));
    return session_leave(session, query(session, index, terms, term_count, offset, row_limit, page, total, call));
}

const vais_storage_search search_interface = {
    .struct_size = TABLE_SIZE(vais_storage_search), .apply = search_apply, .query = search_query, LATER_FIELD};
