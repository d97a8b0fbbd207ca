// prepare: every query the host will ever make, checked and resolved once. A SQL engine would prepare its statements here.
#include <stdlib.h>

#include "store.h"

static int is_range(uint32_t kind) {
    return kind == VAIS_SCAN || kind == VAIS_COUNT || kind == VAIS_REQUIRE_EMPTY || kind == VAIS_REQUIRE_SOME;
}

static int is_known(uint32_t kind) {
    return (kind >= VAIS_GET && kind <= VAIS_COUNT) || (kind >= VAIS_INSERT && kind <= VAIS_DELETE) ||
           (kind >= VAIS_REQUIRE_ABSENT && kind <= VAIS_REQUIRE_SOME);
}

void shapes_free(shape *shapes, uint32_t count) {
    for (uint32_t i = 0; shapes && i < count; i++) {
        free(shapes[i].slots);
        free(shapes[i].cell_slots);
    }
    free(shapes);
}

/// The columns of a shape. Answers what is wrong with them, or NULL.
static const char *resolve_columns(shape *shape, const uint32_t *columns) {
    const table *table = shape->table;
    const table_index *key = table->indexes;
    uint32_t keys = 0;
    for (uint32_t i = 0; i < shape->column_count; i++) {
        uint32_t slot = columns[i] == VAIS_COLUMN_VERSION ? SLOT_VERSION : table_slot(table, columns[i]);
        if (slot == table->column_count) return "names a column that does not exist";
        for (uint32_t k = 0; k < key->count; k++) keys += key->slots[k] == slot;
        if (shape->kind == VAIS_ADD && (slot == SLOT_VERSION || table->columns[slot].type != VAIS_I64)) {
            return "adds to what is no integer";
        }
        shape->slots[i] = slot;
    }
    int inserts = shape->kind == VAIS_INSERT || shape->kind == VAIS_UPSERT;
    if (inserts && keys != key->count) return "leaves out a column of the key";
    if ((shape->kind == VAIS_UPDATE || shape->kind == VAIS_ADD) && keys) return "changes the key";
    return NULL;
}

/// How many cells a use has, and what each means. Answers what is wrong with the bounds, or NULL.
static const char *resolve_cells(shape *shape, uint32_t prefix) {
    uint32_t kind = shape->kind, flags = shape->flags, bounds = 0;
    int inserts = kind == VAIS_INSERT || kind == VAIS_UPSERT;
    if (is_range(kind)) {
        bounds = !!(flags & VAIS_SHAPE_LOWER) + !!(flags & VAIS_SHAPE_UPPER);
        if ((flags & VAIS_SHAPE_LOWER_EXCLUSIVE) && !(flags & VAIS_SHAPE_LOWER)) return "has no bound to exclude";
        if ((flags & VAIS_SHAPE_UPPER_EXCLUSIVE) && !(flags & VAIS_SHAPE_UPPER)) return "has no bound to exclude";
        if (prefix > shape->index->count) return "has a longer prefix than the index";
        if (bounds && prefix == shape->index->count) return "has a bound behind the last column";
        shape->key_count = prefix;
        shape->cell_count = prefix + bounds;
    } else {
        int has_values = inserts || kind == VAIS_UPDATE || kind == VAIS_ADD || kind == VAIS_REQUIRE_EQUAL;
        shape->key_count = inserts ? 0 : shape->index->named;
        shape->cell_count =
            shape->key_count + (has_values ? shape->column_count : 0) + (kind == VAIS_REQUIRE_VERSION);
    }
    shape->cell_slots = malloc((shape->cell_count + 1) * sizeof *shape->cell_slots);
    if (!shape->cell_slots) return "does not fit into memory";
    for (uint32_t i = 0; i < shape->cell_count; i++) {
        uint32_t value = i - shape->key_count;
        shape->cell_slots[i] = i < shape->key_count             ? shape->index->slots[i]
                               : bounds                         ? shape->index->slots[shape->key_count]
                               : kind == VAIS_REQUIRE_VERSION   ? SLOT_VERSION
                                                                : shape->slots[value];
    }
    return NULL;
}

static vais_status resolve(vais_store *store, const vais_shape *declared, uint32_t number, shape *shape,
                           vais_call *call) {
    uint32_t kind = declared->kind;
    if (!is_known(kind)) return fail_at(call, VAIS_UNSUPPORTED, VAIS_AT_SHAPE, number, "is of an unknown kind");
    if (declared->flags & ~31u) return fail_at(call, VAIS_UNSUPPORTED, VAIS_AT_SHAPE, number, "has unknown flags");
    *shape = (struct shape){.kind = kind, .flags = declared->flags, .column_count = declared->column_count};
    int by_key = kind == VAIS_GET || kind == VAIS_REQUIRE_ABSENT || kind == VAIS_REQUIRE_PRESENT;
    const char *fault = NULL;
    if (!(shape->table = store_table(store, declared->collection))) {
        fault = "names a collection that does not exist";
    } else if (!(shape->index = table_index_of(shape->table, declared->index))) {
        fault = "names an index that does not exist";
    } else if (declared->index && !is_range(kind) && !(by_key && (shape->index->flags & VAIS_INDEX_UNIQUE))) {
        fault = "needs the primary key, or a unique index";
    } else if (!(shape->slots = malloc((shape->column_count + 1) * sizeof *shape->slots))) {
        fault = "does not fit into memory";
    } else if (!(fault = resolve_columns(shape, declared->columns))) {
        fault = resolve_cells(shape, declared->prefix_count);
    }
    return fault ? fail_at(call, VAIS_INVALID, VAIS_AT_SHAPE, number, fault) : VAIS_OK;
}

vais_status prepare(vais_store *store, const vais_schema *schema, const vais_shape *declared, uint64_t stride,
                    uint32_t count, vais_call *call) {
    (void)schema;  // The tables have all of it.
    TRY(call_begin(call));
    shape *shapes = calloc((uint64_t)count + 1, sizeof *shapes);
    if (!shapes) return fail(call, VAIS_BUSY, "out of memory");
    pthread_mutex_lock(&store->lock);
    vais_status status = store->shapes ? fail(call, VAIS_INVALID, "prepare comes once") : VAIS_OK;
    for (uint32_t i = 0; status == VAIS_OK && i < count; i++) {
        status = resolve(store, strided(declared, stride, i), i, &shapes[i], call);
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

vais_status use_shape(vais_store *store, const vais_use *use, uint32_t place, uint32_t position, vais_call *call,
                      const shape **result) {
    if (use->shape >= store->shape_count) return fail_at(call, VAIS_INVALID, place, position, "no such shape");
    const shape *shape = *result = &store->shapes[use->shape];
    if (use->cell_count != shape->cell_count) {
        return fail_at(call, VAIS_INVALID, place, position, "another number of cells than declared");
    }
    for (uint32_t i = 0; i < use->cell_count; i++) {
        uint32_t slot = shape->cell_slots[i];
        const column *column = slot == SLOT_VERSION ? NULL : &shape->table->columns[slot];
        int nullable = column && i >= shape->key_count &&
                       ((column->flags & VAIS_COLUMN_NULLABLE) || shape->kind == VAIS_REQUIRE_EQUAL);
        if (use->cells[i].type == VAIS_NULL && nullable) continue;
        if (use->cells[i].type != (column ? column->type : VAIS_I64)) {
            return fail_at(call, VAIS_INVALID, place, position, "a cell of another type than declared");
        }
    }
    return VAIS_OK;
}
