#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "cells.h"

uint32_t table_slot(const table *table, uint32_t column_id) {
    uint32_t slot = 0;
    while (slot < table->column_count && table->columns[slot].id != column_id) slot++;
    return slot;
}

table_index *table_index_with_id(table *table, uint32_t index_id) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        if (table->indexes[i].id == index_id) return &table->indexes[i];
    }
    return NULL;
}

void table_free(table *table) {
    if (!table) return;
    table_index *primary = table->indexes;
    while (table->index_count && tree_count(&primary->tree)) {
        record *last = index_record(primary, tree_count(&primary->tree) - 1);
        table_remove(table, last);
        record_free(last);
    }
    for (uint32_t i = 0; i < table->index_count; i++) free(table->indexes[i].slots);
    free(table->indexes);
    free(table->columns);
    free(table);
}

// ---- Records ----

record *record_draft(const table *table, const record *base, int64_t stamp) {
    uint64_t nodes = table->index_count * sizeof(tree_node);
    record *draft = calloc(1, sizeof(record) + nodes + table->column_count * sizeof(vais_cell));
    if (!draft) return NULL;
    draft->stamp = stamp;
    draft->cells = (vais_cell *)(void *)((uint8_t *)draft->nodes + nodes);
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        draft->cells[slot] = base ? base->cells[slot] : cell_null();
    }
    return draft;
}

int record_seal(const table *table, record *record) {
    uint64_t total = 0;
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        if (type_has_bytes(record->cells[slot].type)) total += record->cells[slot].size;
    }
    record->bytes = malloc(total ? total : 1);
    if (!record->bytes) return 0;
    uint8_t *free_space = record->bytes;
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        vais_cell *cell = &record->cells[slot];
        if (!type_has_bytes(cell->type)) continue;
        if (cell->size) memcpy(free_space, cell->value.data, cell->size);
        cell->value.data = free_space;
        free_space += cell->size;
    }
    return 1;
}

void record_free(record *record) {
    if (!record) return;
    free(record->bytes);
    free(record);
}

vais_cell record_cell(const record *record, uint32_t slot) {
    return slot == SLOT_VERSION ? cell_i64(record->stamp) : record->cells[slot];
}

// ---- Indexes ----

/// The record that `node`, of the index with this ordinal, is part of.
static record *record_of(const tree_node *node, uint32_t ordinal) {
    const uint8_t *nodes = (const uint8_t *)(node - ordinal);
    return (record *)(void *)(nodes - offsetof(record, nodes));
}

typedef struct key_probe {
    const table_index *index;
    const key *key;
} key_probe;

static int compare_with_key(const tree_node *node, const void *context) {
    const key_probe *probe = context;
    const record *record = record_of(node, probe->index->ordinal);
    const uint32_t *slot = probe->index->slots;
    for (uint32_t i = 0; i < probe->key->head_count; i++) {
        int order = cell_compare(&record->cells[*slot++], &probe->key->head[i]);
        if (order != 0) return order;
    }
    for (uint32_t i = 0; i < probe->key->tail_count; i++) {
        int order = cell_compare(&record->cells[*slot++], &probe->key->tail[i]);
        if (order != 0) return order;
    }
    return 0;
}

typedef struct record_probe {
    const table_index *index;
    const record *record;
    uint32_t slot_count;  ///< How many of the index's columns to compare.
} record_probe;

static int compare_with_record(const tree_node *node, const void *context) {
    const record_probe *probe = context;
    const record *record = record_of(node, probe->index->ordinal);
    for (uint32_t i = 0; i < probe->slot_count; i++) {
        uint32_t slot = probe->index->slots[i];
        int order = cell_compare(&record->cells[slot], &probe->record->cells[slot]);
        if (order != 0) return order;
    }
    return 0;
}

uint64_t index_position(const table_index *index, const key *key, int past_equal) {
    key_probe probe = {index, key};
    return tree_position(&index->tree, compare_with_key, &probe, past_equal);
}

record *index_record(const table_index *index, uint64_t position) {
    return record_of(tree_at(&index->tree, position), index->ordinal);
}

record *index_record_of(const table_index *index, tree_node *node) {
    return record_of(node, index->ordinal);
}

record *index_find(const table_index *index, const vais_cell *cells, uint32_t count) {
    key key = {.head = cells, .head_count = count};
    uint64_t position = index_position(index, &key, 0);
    if (position == tree_count(&index->tree)) return NULL;
    key_probe probe = {index, &key};
    tree_node *node = tree_at(&index->tree, position);
    return compare_with_key(node, &probe) == 0 ? record_of(node, index->ordinal) : NULL;
}

record *index_twin(const table_index *index, const record *record) {
    record_probe probe = {index, record, index->column_count};
    uint64_t position = tree_position(&index->tree, compare_with_record, &probe, 0);
    if (position == tree_count(&index->tree)) return NULL;
    tree_node *node = tree_at(&index->tree, position);
    return compare_with_record(node, &probe) == 0 ? record_of(node, index->ordinal) : NULL;
}

const table_index *table_conflict(const table *table, const record *record) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        const table_index *index = &table->indexes[i];
        if ((index->flags & VAIS_INDEX_UNIQUE) && index_twin(index, record)) return index;
    }
    return NULL;
}

void table_insert(table *table, record *record) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        table_index *index = &table->indexes[i];
        record_probe probe = {index, record, index->slot_count};
        tree_insert(&index->tree, tree_position(&index->tree, compare_with_record, &probe, 0), &record->nodes[i]);
    }
}

void table_remove(table *table, record *record) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        table_index *index = &table->indexes[i];
        record_probe probe = {index, record, index->slot_count};
        tree_remove(&index->tree, tree_position(&index->tree, compare_with_record, &probe, 0));
    }
}
