// schema_merge: changes only add; what both sides have must be the same.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

static void tell(bytes *plan, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(bytes *plan, const char *format, ...) {
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (size > 0) bytes_add(plan, line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1);
}

/// Whether a declared element takes the id of a stored one of another name, or its name under another id.
static int is_taken(uint32_t id, const name *name, uint32_t other_id, const struct name *other) {
    return (id == other_id) != names_are_equal(name, other);
}

static vais_status merge_column(table *table, const vais_column *declared, int is_new, bytes *plan, vais_call *call) {
    column added = {.id = declared->id, .type = declared->type, .flags = declared->flags};
    if (declared->struct_size < VAIS_COLUMN_SIZE_1_0 || !name_take(&added.name, declared->name.data, declared->name.size)) {
        return fail(call, VAIS_INVALID, "column %u of %.*s has no proper name", added.id, TEXT(table->name));
    }
    if (added.flags & ~VAIS_COLUMN_NULLABLE) {
        return fail(call, VAIS_UNSUPPORTED, "column %.*s has unknown flags 0x%x", TEXT(added.name), added.flags);
    }
    if (added.id == 0 || added.id == VAIS_COLUMN_VERSION) {
        return fail(call, VAIS_INVALID, "column %.*s has no proper id", TEXT(added.name));
    }
    if (added.type < VAIS_BOOL || added.type > VAIS_TIME) {
        return fail(call, VAIS_UNSUPPORTED, "column %.*s is of unknown type %u", TEXT(added.name), added.type);
    }
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        const column *known = &table->columns[slot];
        if (is_taken(added.id, &added.name, known->id, &known->name)) {
            return fail(call, VAIS_SCHEMA, "%.*s has column %.*s under another id, or its id for another column",
                        TEXT(table->name), TEXT(added.name));
        }
        if (known->id != added.id) continue;
        if (known->type == added.type && known->flags == added.flags) return VAIS_OK;
        return fail(call, VAIS_SCHEMA, "column %.*s of %.*s exists with another type", TEXT(added.name),
                    TEXT(table->name));
    }
    if (!is_new && !(added.flags & VAIS_COLUMN_NULLABLE)) {
        return fail(call, VAIS_INVALID, "column %.*s is added to %.*s, which exists, and not nullable", TEXT(added.name),
                    TEXT(table->name));
    }
    column *place = array_append(&table->columns, &table->column_count, sizeof *place);
    if (!place) return fail_memory(call);
    *place = added;
    table->is_changed = 1;
    tell(plan, "add column %.*s to %.*s\n", TEXT(added.name), TEXT(table->name));
    return VAIS_OK;
}

static int is_same_index(const index_ *left, const index_ *right) {
    return left->flags == right->flags && left->column_count == right->column_count &&
           memcmp(left->slots, right->slots, left->column_count * sizeof *left->slots) == 0;
}

/// Adds `index`, or finds it there; takes over its slots when it answers VAIS_OK.
static vais_status place_index(table *table, index_ *index, bytes *plan, vais_call *call) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        const index_ *known = &table->indexes[i];
        // The primary key's name is of this plugin's making; a declared index may have it.
        if (known->id && index->id && is_taken(index->id, &index->name, known->id, &known->name)) {
            return fail(call, VAIS_SCHEMA, "%.*s has index %.*s under another id, or its id for another index",
                        TEXT(table->name), TEXT(index->name));
        }
        if (known->id != index->id) continue;
        if (!is_same_index(known, index)) {
            return fail(call, VAIS_SCHEMA, "index %.*s of %.*s exists with other columns", TEXT(index->name),
                        TEXT(table->name));
        }
        free(index->slots);
        return VAIS_OK;
    }
    index_ *place = array_append(&table->indexes, &table->index_count, sizeof *place);
    if (!place) return fail_memory(call);
    *place = *index;
    place->is_new = table->is_changed = 1;
    tell(plan, "add index %.*s to %.*s\n", TEXT(index->name), TEXT(table->name));
    return VAIS_OK;
}

static vais_status merge_index(table *table, const vais_index *declared, bytes *plan, vais_call *call) {
    index_ index = {.id = declared->id, .flags = declared->flags};
    if (!name_take(&index.name, declared->name.data, declared->name.size)) {
        return fail(call, VAIS_INVALID, "index %u of %.*s has no proper name", index.id, TEXT(table->name));
    }
    if (index.flags & ~VAIS_INDEX_UNIQUE) {
        return fail(call, VAIS_UNSUPPORTED, "index %.*s has unknown flags 0x%x", TEXT(index.name), index.flags);
    }
    const char *fault = index_add_columns(table, &index, declared->columns, declared->column_count);
    index.column_count = index.slot_count;
    if (!fault && index.column_count == 0) fault = "has no columns";
    if (!fault && index.column_count != declared->column_count) fault = "names a column twice";
    if (!fault && table->index_count) {
        const index_ *primary = table->indexes;
        for (uint32_t i = 0; i < primary->slot_count && !fault; i++) {
            fault = index_add_columns(table, &index, &table->columns[primary->slots[i]].id, 1);
        }
    }
    vais_status status = VAIS_OK;
    if (fault) {
        status = fail(call, VAIS_INVALID, "index %.*s of %.*s %s", TEXT(index.name), TEXT(table->name), fault);
    } else {
        status = place_index(table, &index, plan, call);
    }
    if (status != VAIS_OK) free(index.slots);
    return status;
}

/// The table of this id, made if there is none.
static vais_status take_table(catalog *catalog, const vais_collection *declared, bytes *plan, table **result, int *is_new,
                              vais_call *call) {
    name name;
    if (declared->struct_size < VAIS_COLLECTION_SIZE_1_0 || declared->id == 0 || declared->key_count == 0 ||
        !name_take(&name, declared->name.data, declared->name.size)) {
        return fail(call, VAIS_INVALID, "collection %u has no proper name, id or key", declared->id);
    }
    for (uint32_t i = 0; i < catalog->table_count; i++) {
        const table *known = &catalog->tables[i];
        if (is_taken(declared->id, &name, known->id, &known->name)) {
            return fail(call, VAIS_SCHEMA, "the store has collection %.*s under another id, or its id for another collection",
                        TEXT(name));
        }
    }
    table *table = catalog_table(catalog, declared->id);
    *is_new = table == NULL;
    if (!table) {
        table = array_append(&catalog->tables, &catalog->table_count, sizeof *table);
        if (!table) return fail_memory(call);
        table->id = declared->id;
        table->name = name;
        table->is_changed = 1;
        tell(plan, "create collection %.*s\n", TEXT(name));
    }
    *result = table;
    return VAIS_OK;
}

static vais_status merge_collection(catalog *catalog, const vais_collection *declared, bytes *plan, vais_call *call) {
    table *table = NULL;
    int is_new = 0;
    TRY(take_table(catalog, declared, plan, &table, &is_new, call));
    for (uint32_t i = 0; i < declared->column_count; i++) {
        TRY(merge_column(table, element(declared->columns, declared->column_stride, i), is_new, plan, call));
    }
    static const char primary_name[] = "primary_key";
    vais_index primary = {.flags = VAIS_INDEX_UNIQUE,
                          .column_count = declared->key_count,
                          .columns = declared->key,
                          .name = {(const uint8_t *)primary_name, sizeof primary_name - 1}};
    TRY(merge_index(table, &primary, plan, call));
    for (uint32_t i = 0; i < declared->index_count; i++) {
        const vais_index *index = element(declared->indexes, declared->index_stride, i);
        if (index->struct_size < VAIS_INDEX_SIZE_1_0 || index->id == 0) {
            return fail(call, VAIS_INVALID, "an index of %.*s has no id", TEXT(table->name));
        }
        TRY(merge_index(table, index, plan, call));
    }
    return VAIS_OK;
}

vais_status schema_merge(catalog *catalog, const vais_schema *declared, bytes *plan, vais_call *call) {
    if (declared->struct_size < VAIS_SCHEMA_SIZE_1_0) return fail(call, VAIS_INVALID, "the schema is older than ABI 1.0");
    for (uint32_t i = 0; i < declared->collection_count; i++) {
        TRY(merge_collection(catalog, element(declared->collections, declared->collection_stride, i), plan, call));
    }
    return plan->has_failed ? fail_memory(call) : VAIS_OK;
}
