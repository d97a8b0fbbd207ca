// prepare: checks every declared shape once and resolves it, and `shape_of_use`: what each use of one must keep to.
#include "shapes.h"

#include <stdlib.h>

#include "cells.h"
#include "store.h"

int shape_is_read(uint32_t kind) {
    return kind >= VAIS_GET && kind <= VAIS_COUNT;
}

int shape_is_operation(uint32_t kind) {
    return kind >= VAIS_INSERT && kind <= VAIS_DELETE;
}

int shape_is_guard(uint32_t kind) {
    return kind >= VAIS_REQUIRE_ABSENT && kind <= VAIS_REQUIRE_SOME;
}

static int is_range(uint32_t kind) {
    return kind == VAIS_SCAN || kind == VAIS_COUNT || kind == VAIS_REQUIRE_EMPTY || kind == VAIS_REQUIRE_SOME;
}

static int takes_columns_of_key(uint32_t kind) {
    return kind == VAIS_GET || kind == VAIS_REQUIRE_ABSENT || kind == VAIS_REQUIRE_PRESENT;
}

void shapes_free(shape *shapes, uint32_t count) {
    for (uint32_t i = 0; shapes && i < count; i++) {
        free(shapes[i].slots);
        free(shapes[i].cell_slots);
    }
    free(shapes);
}

/// Checks flags and bounds; sets `key_count` and `cell_count` of a range.
static const char *resolve_bounds(shape *shape, uint32_t prefix_count) {
    uint32_t flags = shape->flags;
    if (!is_range(shape->kind)) return flags || prefix_count ? "has bounds, and is no range" : NULL;
    if ((flags & VAIS_SHAPE_LOWER_EXCLUSIVE) && !(flags & VAIS_SHAPE_LOWER))
        return "has an exclusive bound but no bound";
    if ((flags & VAIS_SHAPE_UPPER_EXCLUSIVE) && !(flags & VAIS_SHAPE_UPPER))
        return "has an exclusive bound but no bound";
    if ((flags & VAIS_SHAPE_DESCENDING) && shape->kind != VAIS_SCAN) return "is descending, and is no scan";
    uint32_t bounds = ((flags & VAIS_SHAPE_LOWER) != 0) + ((flags & VAIS_SHAPE_UPPER) != 0);
    if (prefix_count > shape->index->slot_count) return "has a longer prefix than the index has columns";
    if (bounds && prefix_count == shape->index->slot_count) return "has a bound behind the last column";
    shape->key_count = prefix_count;
    shape->cell_count = prefix_count + bounds;
    return NULL;
}

/// A column left out of an INSERT becomes null, which it must be allowed to.
static const char *missing_value(const shape *shape) {
    for (uint32_t slot = 0; slot < shape->table->column_count; slot++) {
        uint32_t i = 0;
        while (i < shape->column_count && shape->slots[i] != slot) i++;
        int is_missing = i == shape->column_count && !(shape->table->columns[slot].flags & VAIS_COLUMN_NULLABLE);
        if (is_missing) return "leaves out a column that is not nullable";
    }
    return NULL;
}

/// Resolves `columns` and checks that the kind may have them.
static const char *resolve_columns(shape *shape, const uint32_t *columns) {
    const table *table = shape->table;
    const table_index *primary = table->indexes;
    uint32_t kind = shape->kind;
    int inserts = kind == VAIS_INSERT || kind == VAIS_UPSERT;
    int writes = inserts || kind == VAIS_UPDATE || kind == VAIS_ADD;
    uint32_t keys_named = 0;
    for (uint32_t i = 0; i < shape->column_count; i++) {
        uint32_t slot = columns[i] == VAIS_COLUMN_VERSION ? SLOT_VERSION : table_slot(table, columns[i]);
        if (slot == table->column_count) return "names a column that does not exist";
        if (writes && slot == SLOT_VERSION) return "writes the version, which the batch's stamp does";
        shape->slots[i] = slot;
        if (!writes) continue;
        for (uint32_t k = 0; k < i; k++) {
            if (shape->slots[k] == slot) return "writes a column twice";
        }
        for (uint32_t k = 0; k < primary->slot_count; k++) keys_named += primary->slots[k] == slot;
        const column *column = &table->columns[slot];
        if (kind == VAIS_ADD && (column->type != VAIS_I64 || (column->flags & VAIS_COLUMN_NULLABLE))) {
            return "adds to a column that is no integer, or nullable";
        }
    }
    if (inserts && keys_named != primary->slot_count) return "leaves out a column of the key";
    if (writes && !inserts && keys_named) return "changes the key";
    return kind == VAIS_INSERT ? missing_value(shape) : NULL;
}

/// How many cells a use that is no range brings: a key, then values.
static void count_cells(shape *shape) {
    int inserts = shape->kind == VAIS_INSERT || shape->kind == VAIS_UPSERT;
    int has_values =
        inserts || shape->kind == VAIS_UPDATE || shape->kind == VAIS_ADD || shape->kind == VAIS_REQUIRE_EQUAL;
    // The key of an inserted record is among its columns.
    shape->key_count = inserts ? 0 : shape->index->column_count;
    shape->cell_count =
        shape->key_count + (has_values ? shape->column_count : 0) + (shape->kind == VAIS_REQUIRE_VERSION);
}

/// Lays out what each cell of a use means.
static const char *resolve_cells(shape *shape, uint32_t prefix_count) {
    const table_index *index = shape->index;
    const char *fault = resolve_bounds(shape, prefix_count);
    if (fault) return fault;
    if (!is_range(shape->kind)) count_cells(shape);
    shape->cell_slots = malloc((shape->cell_count + 1) * sizeof *shape->cell_slots);
    if (!shape->cell_slots) return "cannot be kept: out of memory";
    for (uint32_t i = 0; i < shape->cell_count; i++) {
        if (i < shape->key_count) {
            shape->cell_slots[i] = index->slots[i];
        } else if (is_range(shape->kind)) {
            shape->cell_slots[i] = index->slots[shape->key_count];
        } else {
            shape->cell_slots[i] =
                shape->kind == VAIS_REQUIRE_VERSION ? SLOT_VERSION : shape->slots[i - shape->key_count];
        }
    }
    return NULL;
}

static vais_status resolve(const catalog *catalog, const vais_shape *declared, uint32_t number, shape *shape,
                           vais_call *call) {
    const uint32_t known_flags = VAIS_SHAPE_LOWER | VAIS_SHAPE_LOWER_EXCLUSIVE | VAIS_SHAPE_UPPER |
                                 VAIS_SHAPE_UPPER_EXCLUSIVE | VAIS_SHAPE_DESCENDING;
    uint32_t kind = declared->kind;
    if (declared->struct_size < VAIS_SHAPE_SIZE_1_0)
        return fail_at(call, VAIS_INVALID, VAIS_AT_SHAPE, number, "a short shape");
    if (declared->flags & ~known_flags) {
        return fail_at(call, VAIS_UNSUPPORTED, VAIS_AT_SHAPE, number, "shape %u has unknown flags", number);
    }
    if (!shape_is_read(kind) && !shape_is_operation(kind) && !shape_is_guard(kind)) {
        return fail_at(call, VAIS_UNSUPPORTED, VAIS_AT_SHAPE, number, "shape %u is of unknown kind %u", number, kind);
    }
    *shape = (struct shape){.kind = kind, .flags = declared->flags, .column_count = declared->column_count};
    const char *fault = NULL;
    shape->table = catalog_table(catalog, declared->collection);
    if (!shape->table) {
        fault = "names a collection that does not exist";
    } else if (!(shape->index = table_index_with_id(shape->table, declared->index))) {
        fault = "names an index that does not exist";
    } else if (declared->index != 0 && !is_range(kind) && !takes_columns_of_key(kind)) {
        fault = "names an index, and works on the primary key";
    } else if (declared->index != 0 && takes_columns_of_key(kind) && !(shape->index->flags & VAIS_INDEX_UNIQUE)) {
        fault = "names an index that is not unique";
    } else if (!(shape->slots = malloc((shape->column_count + 1) * sizeof *shape->slots))) {
        fault = "cannot be kept: out of memory";
    } else if (!(fault = resolve_columns(shape, declared->columns))) {
        fault = resolve_cells(shape, declared->prefix_count);
    }
    return fault ? fail_at(call, VAIS_INVALID, VAIS_AT_SHAPE, number, "shape %u %s", number, fault) : VAIS_OK;
}

vais_status store_prepare(vais_store *store, const vais_schema *schema, const vais_shape *declared, uint64_t stride,
                          uint32_t count, vais_call *call) {
    (void)schema;  // The catalog has all of it, and what is declared in neither cannot be told apart.
    TRY(call_begin(call));
    shape *shapes = calloc((uint64_t)count + 1, sizeof *shapes);
    if (!shapes) return fail_out_of_memory(call);
    pthread_mutex_lock(&store->lock);
    vais_status status = store->shapes ? fail(call, VAIS_INVALID, "the shapes are prepared already") : VAIS_OK;
    for (uint32_t i = 0; status == VAIS_OK && i < count; i++) {
        status = resolve(&store->catalog, strided(declared, stride, i), i, &shapes[i], call);
    }
    if (status == VAIS_OK) {
        store->shapes = shapes;
        store->shape_count = count;
    } else {
        shapes_free(shapes, count);
    }
    pthread_mutex_unlock(&store->lock);
    return status;
}

vais_status shape_of_use(const vais_store *store, const vais_use *use, uint32_t place, uint32_t position,
                         vais_call *call, const shape **found) {
    if (use->shape >= store->shape_count) {
        return fail_at(call, VAIS_INVALID, place, position, "there is no shape %u", use->shape);
    }
    const shape *shape = &store->shapes[use->shape];
    if (use->cell_count != shape->cell_count) {
        return fail_at(call, VAIS_INVALID, place, position, "shape %u takes %u cells, not %u", use->shape,
                       shape->cell_count, use->cell_count);
    }
    for (uint32_t i = 0; i < use->cell_count; i++) {
        uint32_t slot = shape->cell_slots[i];
        const column *column = slot == SLOT_VERSION ? NULL : &shape->table->columns[slot];
        const vais_cell *cell = &use->cells[i];
        // Comparing with null is always allowed; it fails on a column that cannot hold one.
        int may_be_null = i >= shape->key_count && column &&
                          ((column->flags & VAIS_COLUMN_NULLABLE) || shape->kind == VAIS_REQUIRE_EQUAL);
        if (may_be_null && cell->type == VAIS_NULL) continue;
        const char *fault = cell_fault(cell, column ? column->type : VAIS_I64);
        if (fault) return fail_at(call, VAIS_INVALID, place, position, "cell %u of shape %u %s", i, use->shape, fault);
        if (type_has_bytes(cell->type) && cell->size > MAX_VALUE_BYTES) {
            return fail_at(call, VAIS_LIMIT, place, position, "cell %u of shape %u is too long", i, use->shape);
        }
    }
    *found = shape;
    return VAIS_OK;
}

range shape_range(const shape *shape, const vais_cell *cells) {
    static const vais_cell none;
    if (!cells) cells = &none;  // So that there is something to point behind.
    uint32_t prefix = shape->key_count;
    const vais_cell *lower = cells + prefix;
    const vais_cell *upper = lower + ((shape->flags & VAIS_SHAPE_LOWER) != 0);
    // Without a bound the prefix itself is the bound: all that begins with it.
    key from = {
        .head = cells, .head_count = prefix, .tail = lower, .tail_count = (shape->flags & VAIS_SHAPE_LOWER) != 0};
    key to = {.head = cells, .head_count = prefix, .tail = upper, .tail_count = (shape->flags & VAIS_SHAPE_UPPER) != 0};
    range range = {
        .begin = index_position(shape->index, &from, (shape->flags & VAIS_SHAPE_LOWER_EXCLUSIVE) != 0),
        .end = index_position(shape->index, &to, !(shape->flags & VAIS_SHAPE_UPPER_EXCLUSIVE)),
    };
    if (range.end < range.begin) range.end = range.begin;  // The lower bound lies above the upper one.
    return range;
}
