// The engine: a list of records in no order, of which every question looks at all. It is here to be replaced: by the keys and
// ranges of an ordered store, or by SQL. What must stay true is the order of values (`cell_compare`: numbers by value, text and
// bytes byte by byte, a prefix before what it begins) and that an index continues with the key, so that no two places are equal.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "store.h"

void table_free(table *table) {
    for (uint64_t i = 0; i < table->count; i++) free(table->records[i]);
    for (uint32_t i = 0; i < table->index_count; i++) free(table->indexes[i].slots);
    free(table->records);
    free(table->indexes);
    free(table->columns);
}

record *record_new(const table *table, const vais_cell *cells, int64_t stamp) {
    uint64_t bytes = 0;
    for (uint32_t slot = 0; slot < table->column_count; slot++) bytes += has_bytes(&cells[slot]) ? cells[slot].size : 0;
    record *record = malloc(sizeof *record + table->column_count * sizeof(vais_cell) + bytes);
    if (!record) return NULL;
    record->stamp = stamp;
    uint8_t *copy = (uint8_t *)&record->cells[table->column_count];
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        vais_cell *cell = &record->cells[slot];
        *cell = cells[slot];
        if (!has_bytes(cell)) continue;
        if (cell->size) memcpy(copy, cell->value.data, cell->size);
        cell->value.data = copy;
        copy += cell->size;
    }
    return record;
}

int cell_compare(const vais_cell *left, const vais_cell *right) {
    if (left->type != right->type) return left->type < right->type ? -1 : 1;
    if (has_bytes(left)) {
        uint32_t common = left->size < right->size ? left->size : right->size;
        int order = common ? memcmp(left->value.data, right->value.data, common) : 0;
        return order ? order : (left->size > right->size) - (left->size < right->size);
    }
    if (left->type == VAIS_F64) return (left->value.f64 > right->value.f64) - (left->value.f64 < right->value.f64);
    if (left->type == VAIS_NULL) return 0;
    return (left->value.i64 > right->value.i64) - (left->value.i64 < right->value.i64);
}

int record_compare(const table_index *index, uint32_t first, const record *record, const vais_cell *cells,
                   uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        int order = cell_compare(&record->cells[index->slots[first + i]], &cells[i]);
        if (order) return order;
    }
    return 0;
}

record *table_find(const table *table, const table_index *index, const vais_cell *key) {
    for (uint64_t i = 0; i < table->count; i++) {
        if (record_compare(index, 0, table->records[i], key, index->named) == 0) return table->records[i];
    }
    return NULL;
}

record *table_twin(const table *table, const table_index *index, const vais_cell *cells) {
    for (uint64_t i = 0; i < table->count; i++) {
        uint32_t k = 0;
        while (k < index->named &&
               cell_compare(&table->records[i]->cells[index->slots[k]], &cells[index->slots[k]]) == 0) {
            k++;
        }
        if (k == index->named) return table->records[i];
    }
    return NULL;
}

static int is_in_range(const shape *shape, const vais_cell *cells, const record *record) {
    const vais_cell *bound = cells + shape->key_count;
    if (record_compare(shape->index, 0, record, cells, shape->key_count)) return 0;
    if (shape->flags & VAIS_SHAPE_LOWER) {
        int order = record_compare(shape->index, shape->key_count, record, bound++, 1);
        if (order < 0 || (order == 0 && (shape->flags & VAIS_SHAPE_LOWER_EXCLUSIVE))) return 0;
    }
    if (shape->flags & VAIS_SHAPE_UPPER) {
        int order = record_compare(shape->index, shape->key_count, record, bound, 1);
        if (order > 0 || (order == 0 && (shape->flags & VAIS_SHAPE_UPPER_EXCLUSIVE))) return 0;
    }
    return 1;
}

static int in_order(const void *left, const void *right, void *context) {
    const shape *shape = context;
    const record *a = *(record *const *)left, *b = *(record *const *)right;
    int order = 0;
    for (uint32_t i = 0; !order && i < shape->index->count; i++) {
        uint32_t slot = shape->index->slots[i];
        order = cell_compare(&a->cells[slot], &b->cells[slot]);
    }
    return shape->flags & VAIS_SHAPE_DESCENDING ? -order : order;
}

record **table_select(const shape *shape, const vais_cell *cells, uint64_t *count) {
    const table *table = shape->table;
    record **found = malloc((table->count + 1) * sizeof *found);
    if (!found) return NULL;
    *count = 0;
    for (uint64_t i = 0; i < table->count; i++) {
        if (is_in_range(shape, cells, table->records[i])) found[(*count)++] = table->records[i];
    }
    if (shape->kind == VAIS_SCAN) qsort_r(found, *count, sizeof *found, in_order, (void *)shape);
    return found;
}

int table_reserve(table *table) {
    if (table->count < table->capacity) return 1;
    uint64_t capacity = table->capacity ? 2 * table->capacity : 16;
    record **grown = realloc(table->records, capacity * sizeof *grown);
    if (!grown) return 0;
    table->records = grown;
    table->capacity = capacity;
    return 1;
}

void table_add(table *table, record *record) {
    table->records[table->count++] = record;
}

void table_remove(table *table, record *record) {
    uint64_t i = 0;
    while (table->records[i] != record) i++;
    table->records[i] = table->records[--table->count];
}
