// prepare: checks every declared shape once; `shape_of_use`: what each use of one must keep to.
#include "shapes.h"

#include <stdlib.h>

#include "cells.h"
#include "store.h"

int shape_is_operation(uint32_t kind) {
    return kind >= VAIS_INSERT && kind <= VAIS_DELETE;
}

int shape_is_guard(uint32_t kind) {
    return kind >= VAIS_REQUIRE_ABSENT && kind <= VAIS_REQUIRE_SOME;
}

static int is_range(uint32_t kind) {
    return kind == VAIS_SCAN || kind == VAIS_COUNT || kind == VAIS_REQUIRE_EMPTY || kind == VAIS_REQUIRE_SOME;
}

static int is_by_key(uint32_t kind) {
    return kind == VAIS_GET || kind == VAIS_REQUIRE_ABSENT || kind == VAIS_REQUIRE_PRESENT;
}

void shapes_free(shape *shapes, uint32_t count) {
    for (uint32_t i = 0; shapes && i < count; i++) {
        free(shapes[i].slots);
        free(shapes[i].cell_slots);
    }
    free(shapes);
}

void shapes_move(shape *shapes, uint32_t count, const catalog *catalog) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = shapes[i].index->id;
        shapes[i].table = catalog_table(catalog, shapes[i].table->id);
        shapes[i].index = table_index(shapes[i].table, index);
    }
}

// ---- Resolving ------------------------------------------------------------------------------------------------------

/// What is wrong with a shape, and whose fault it is: VAIS_SCHEMA when the host declared what the stored schema lacks.
typedef struct fault {
    vais_status status;
    const char *words;
} fault;

static fault sound(void) {
    return (fault){VAIS_OK, NULL};
}

static fault wrong(const char *words) {
    return (fault){VAIS_INVALID, words};
}

static fault lacking(int is_declared, const char *words) {
    return (fault){is_declared ? VAIS_SCHEMA : VAIS_INVALID, words};
}

static const vais_collection *declared_collection(const vais_schema *schema, uint32_t id) {
    for (uint32_t i = 0; i < schema->collection_count; i++) {
        const vais_collection *collection = element(schema->collections, schema->collection_stride, i);
        if (collection->id == id) return collection;
    }
    return NULL;
}

static const vais_column *declared_column(const vais_collection *collection, uint32_t id) {
    for (uint32_t i = 0; i < collection->column_count; i++) {
        const vais_column *column = element(collection->columns, collection->column_stride, i);
        if (column->id == id) return column;
    }
    return NULL;
}

static int declares_index(const vais_collection *collection, uint32_t id) {
    for (uint32_t i = 0; i < collection->index_count; i++) {
        const vais_index *index = element(collection->indexes, collection->index_stride, i);
        if (index->id == id) return 1;
    }
    return id == 0;
}

static fault resolve_columns(shape *shape, const vais_collection *collection, const uint32_t *columns) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        if (columns[i] == VAIS_COLUMN_VERSION) {
            shape->slots[i] = SLOT_VERSION;
            continue;
        }
        const vais_column *declared = declared_column(collection, columns[i]);
        uint32_t slot = table_slot(shape->table, columns[i]);
        int is_stored = slot < shape->table->column_count;
        if (!declared || !is_stored) return lacking(declared != NULL, "names a column that does not exist");
        if (declared->type != shape->table->columns[slot].type) {
            return lacking(1, "names a column that is stored with another type");
        }
        shape->slots[i] = slot;
    }
    return sound();
}

static int has_slot(const uint32_t *slots, uint32_t count, uint32_t slot) {
    for (uint32_t i = 0; i < count; i++) {
        if (slots[i] == slot) return 1;
    }
    return 0;
}

/// The rules for columns that are written.
static const char *check_written(const shape *shape) {
    const table *table = shape->table;
    const index_ *primary = table->indexes;
    int inserts = shape->kind == VAIS_INSERT || shape->kind == VAIS_UPSERT;
    uint32_t of_key = 0;
    for (uint32_t i = 0; i < shape->column_count; i++) {
        uint32_t slot = shape->slots[i];
        if (slot == SLOT_VERSION) return "writes the version, which is the batch's stamp";
        if (has_slot(shape->slots, i, slot)) return "writes a column twice";
        of_key += (uint32_t)has_slot(primary->slots, primary->slot_count, slot);
        int is_counter = table->columns[slot].type == VAIS_I64 && !(table->columns[slot].flags & VAIS_COLUMN_NULLABLE);
        if (shape->kind == VAIS_ADD && !is_counter) return "adds to a column that is nullable, or no integer";
    }
    if (inserts && of_key < primary->slot_count) return "leaves out a column of the key";
    if (!inserts && of_key) return "writes a column of the key";
    if (shape->kind != VAIS_INSERT) return NULL;
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        int must_be_set = !(table->columns[slot].flags & VAIS_COLUMN_NULLABLE);
        if (must_be_set && !has_slot(shape->slots, shape->column_count, slot)) return "leaves out a column that is not nullable";
    }
    return NULL;
}

static const char *check_bounds(const shape *shape, uint32_t prefix_count) {
    uint32_t flags = shape->flags;
    if (!is_range(shape->kind)) return flags || prefix_count ? "has bounds, and is no range" : NULL;
    int is_sound = (!(flags & VAIS_SHAPE_LOWER_EXCLUSIVE) || (flags & VAIS_SHAPE_LOWER)) &&
                   (!(flags & VAIS_SHAPE_UPPER_EXCLUSIVE) || (flags & VAIS_SHAPE_UPPER));
    if (!is_sound) return "has a bound that is exclusive, and none";
    if ((flags & VAIS_SHAPE_DESCENDING) && shape->kind != VAIS_SCAN) return "is descending, and no scan";
    if (prefix_count > shape->index->slot_count) return "has a prefix longer than its index";
    int is_bounded = (flags & (VAIS_SHAPE_LOWER | VAIS_SHAPE_UPPER)) != 0;
    return is_bounded && prefix_count == shape->index->slot_count ? "has a bound behind the last column" : NULL;
}

/// Lays out the cells of a use: a key or prefix, then bounds, a stamp or values.
static const char *lay_out(shape *shape, uint32_t prefix_count) {
    uint32_t kind = shape->kind, flags = shape->flags;
    int inserts = kind == VAIS_INSERT || kind == VAIS_UPSERT;
    shape->key_count = is_range(kind) ? prefix_count : inserts ? 0 : shape->index->column_count;
    uint32_t more = 0;
    if (is_range(kind)) more = ((flags & VAIS_SHAPE_LOWER) != 0) + ((flags & VAIS_SHAPE_UPPER) != 0);
    if (kind == VAIS_REQUIRE_VERSION) more = 1;
    if (inserts || kind == VAIS_UPDATE || kind == VAIS_ADD || kind == VAIS_REQUIRE_EQUAL) more = shape->column_count;
    shape->cell_count = shape->key_count + more;
    shape->cell_slots = calloc(shape->cell_count + 1, sizeof *shape->cell_slots);
    if (!shape->cell_slots) return "cannot be kept: out of memory";
    for (uint32_t i = 0; i < shape->cell_count; i++) {
        uint32_t value = i - shape->key_count;
        if (i < shape->key_count) {
            shape->cell_slots[i] = shape->index->slots[i];
        } else if (is_range(kind)) {
            shape->cell_slots[i] = shape->index->slots[prefix_count];
        } else {
            shape->cell_slots[i] = kind == VAIS_REQUIRE_VERSION ? SLOT_VERSION : shape->slots[value];
        }
    }
    return NULL;
}

static fault resolve(const catalog *catalog, const vais_schema *schema, const vais_shape *declared, shape *shape) {
    uint32_t kind = shape->kind;
    const vais_collection *collection = declared_collection(schema, declared->collection);
    shape->table = catalog_table(catalog, declared->collection);
    if (!collection || !shape->table) return lacking(collection != NULL, "names a collection that does not exist");
    int is_declared = declares_index(collection, declared->index);
    shape->index = table_index(shape->table, declared->index);
    if (!is_declared || !shape->index) return lacking(is_declared, "names an index that does not exist");
    if (declared->index && !is_range(kind) && !is_by_key(kind)) return wrong("names an index, and works on the primary key");
    if (is_by_key(kind) && !(shape->index->flags & VAIS_INDEX_UNIQUE)) return wrong("names an index that is not unique");
    shape->slots = calloc(shape->column_count + 1, sizeof *shape->slots);
    if (!shape->slots) return wrong("cannot be kept: out of memory");
    fault fault = resolve_columns(shape, collection, declared->columns);
    if (fault.words) return fault;
    const char *words = NULL;
    if (shape_is_operation(kind) && kind != VAIS_DELETE) words = check_written(shape);
    if (!words) words = check_bounds(shape, declared->prefix_count);
    if (!words) words = lay_out(shape, declared->prefix_count);
    return words ? wrong(words) : sound();
}

static vais_status resolve_one(const catalog *catalog, const vais_schema *schema, const vais_shape *declared,
                               uint32_t number, shape *shape, vais_call *call) {
    const uint32_t known = VAIS_SHAPE_LOWER | VAIS_SHAPE_LOWER_EXCLUSIVE | VAIS_SHAPE_UPPER | VAIS_SHAPE_UPPER_EXCLUSIVE |
                           VAIS_SHAPE_DESCENDING;
    uint32_t kind = declared->kind;
    if (declared->struct_size < VAIS_SHAPE_SIZE_1_0) {
        return fail_at(call, VAIS_INVALID, VAIS_AT_SHAPE, number, "shape %u is older than ABI 1.0", number);
    }
    if (declared->flags & ~known) {
        return fail_at(call, VAIS_UNSUPPORTED, VAIS_AT_SHAPE, number, "shape %u has unknown flags", number);
    }
    if (!is_range(kind) && !is_by_key(kind) && !shape_is_operation(kind) && !shape_is_guard(kind)) {
        return fail_at(call, VAIS_UNSUPPORTED, VAIS_AT_SHAPE, number, "shape %u is of unknown kind %u", number, kind);
    }
    *shape = (struct shape){.kind = kind, .flags = declared->flags, .column_count = declared->column_count};
    fault fault = resolve(catalog, schema, declared, shape);
    if (!fault.words) return VAIS_OK;
    return fail_at(call, fault.status, VAIS_AT_SHAPE, number, "shape %u %s", number, fault.words);
}

vais_status shapes_resolve(const catalog *catalog, const vais_schema *schema, const vais_shape *declared, uint64_t stride,
                           uint32_t count, shape **result, vais_call *call) {
    if (schema->struct_size < VAIS_SCHEMA_SIZE_1_0) return fail(call, VAIS_INVALID, "the schema is older than ABI 1.0");
    shape *shapes = calloc((size_t)count + 1, sizeof *shapes);
    if (!shapes) return fail_memory(call);
    vais_status status = VAIS_OK;
    for (uint32_t i = 0; i < count && status == VAIS_OK; i++) {
        status = resolve_one(catalog, schema, element(declared, stride, i), i, &shapes[i], call);
    }
    if (status == VAIS_OK) {
        *result = shapes;
    } else {
        shapes_free(shapes, count);
    }
    return status;
}

// ---- Uses -----------------------------------------------------------------------------------------------------------

vais_status shape_of_use(const shape *shapes, uint32_t count, const vais_use *use, uint32_t place, uint32_t position,
                         vais_call *call, const shape **found) {
    if (use->shape >= count) return fail_at(call, VAIS_INVALID, place, position, "no shape has number %u", use->shape);
    const shape *shape = &shapes[use->shape];
    if (use->cell_count != shape->cell_count) {
        return fail_at(call, VAIS_INVALID, place, position, "shape %u takes %u cells, not %u", use->shape,
                       shape->cell_count, use->cell_count);
    }
    for (uint32_t i = 0; i < use->cell_count; i++) {
        uint32_t slot = shape->cell_slots[i];
        const column *column = slot == SLOT_VERSION ? NULL : &shape->table->columns[slot];
        const vais_cell *cell = &use->cells[i];
        // Any column may be compared with null; one that is never null then differs.
        int may_be_null = column && i >= shape->key_count && !is_range(shape->kind) &&
                          (shape->kind == VAIS_REQUIRE_EQUAL || (column->flags & VAIS_COLUMN_NULLABLE));
        if (cell->type == VAIS_NULL && may_be_null) continue;
        const char *fault = cell_fault(cell, column ? column->type : VAIS_I64);
        if (fault) return fail_at(call, VAIS_INVALID, place, position, "cell %u of shape %u %s", i, use->shape, fault);
        if (cell->size > MAX_VALUE_BYTES && type_has_bytes(cell->type)) {
            return fail_at(call, VAIS_LIMIT, place, position, "cell %u of shape %u is longer than %u bytes", i, use->shape,
                           MAX_VALUE_BYTES);
        }
    }
    *found = shape;
    return VAIS_OK;
}
