// catalog_merge: what a declared schema adds to a catalog. Changes only add; whatever both have must be the same.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "catalog.h"

static void tell(plan *plan, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(plan *plan, const char *format, ...) {
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length <= 0) return;
    uint64_t size = (uint64_t)length < sizeof line ? (uint64_t)length : sizeof line - 1;
    if (plan->size < plan->capacity) {
        uint64_t room = plan->capacity - plan->size;
        memcpy(plan->text + plan->size, line, size < room ? size : room);
    }
    plan->size += size;
}

/// Room for one more element at the end of a growing array, zeroed; NULL when out of memory.
static void *append(void **elements, uint32_t *count, size_t element_size) {
    uint8_t *grown = realloc(*elements, (*count + 1) * element_size);
    if (!grown) return NULL;
    *elements = grown;
    uint8_t *added = grown + (*count)++ * element_size;
    memset(added, 0, element_size);
    return added;
}

/// `[a-z][a-z0-9_]*`, at most NAME_LIMIT bytes.
static int take_name(name *name, vais_span span) {
    if (span.size == 0 || span.size > NAME_LIMIT || span.data[0] < 'a' || span.data[0] > 'z') return 0;
    for (uint64_t i = 0; i < span.size; i++) {
        uint8_t c = span.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return 0;
    }
    memcpy(name->text, span.data, span.size);
    name->size = (uint32_t)span.size;
    return 1;
}

static int same_name(const name *left, const name *right) {
    return left->size == right->size && memcmp(left->text, right->text, left->size) == 0;
}

// Arguments for "%.*s".
#define TEXT(name) (int)(name).size, (name).text

static vais_status merge_column(table *table, const vais_column *declared, int is_new, plan *plan, vais_call *call) {
    column column = {.id = declared->id, .type = declared->type, .flags = declared->flags};
    if (!take_name(&column.name, declared->name))
        return fail(call, VAIS_INVALID, "column %u has no proper name", column.id);
    if (column.flags & ~VAIS_COLUMN_NULLABLE) {
        return fail(call, VAIS_UNSUPPORTED, "column %.*s has unknown flags", TEXT(column.name));
    }
    if (column.id == 0 || column.id == VAIS_COLUMN_VERSION || column.type < VAIS_BOOL || column.type > VAIS_TIME) {
        return fail(call, VAIS_INVALID, "column %.*s has an improper id or type", TEXT(column.name));
    }
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        const struct column *other = &table->columns[slot];
        int same_id = other->id == column.id;
        if (same_id != same_name(&other->name, &column.name)) {
            return fail(call, VAIS_SCHEMA, "column %.*s has taken the id or name of another", TEXT(column.name));
        }
        if (!same_id) continue;
        if (other->type != column.type || other->flags != column.flags) {
            return fail(call, VAIS_SCHEMA, "column %.*s.%.*s exists with another type", TEXT(table->name),
                        TEXT(column.name));
        }
        return VAIS_OK;
    }
    if (!is_new && !(column.flags & VAIS_COLUMN_NULLABLE)) {
        return fail(call, VAIS_INVALID, "column %.*s is new and must be nullable", TEXT(column.name));
    }
    void *columns = table->columns;
    struct column *added = append(&columns, &table->column_count, sizeof column);
    if (!added) return fail_out_of_memory(call);
    table->columns = columns;
    *added = column;
    tell(plan, "add column %.*s.%.*s\n", TEXT(table->name), TEXT(column.name));
    return VAIS_OK;
}

/// Adds slots to `index` for `count` columns, without those it has.
static vais_status add_slots(const table *table, table_index *index, const uint32_t *columns, uint32_t count,
                             vais_call *call) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = table_slot(table, columns[i]);
        if (slot == table->column_count) {
            return fail(call, VAIS_INVALID, "index %.*s names a column that does not exist", TEXT(index->name));
        }
        if (table->columns[slot].flags & VAIS_COLUMN_NULLABLE) {
            return fail(call, VAIS_INVALID, "index %.*s names a nullable column", TEXT(index->name));
        }
        uint32_t known = 0;
        while (known < index->slot_count && index->slots[known] != slot) known++;
        if (known < index->slot_count) continue;
        void *slots = index->slots;
        uint32_t *added = append(&slots, &index->slot_count, sizeof slot);
        if (!added) return fail_out_of_memory(call);
        index->slots = slots;
        *added = slot;
    }
    return VAIS_OK;
}

/// One index, the primary key (id 0) among them.
static vais_status merge_index(table *table, const vais_index *declared, plan *plan, vais_call *call) {
    table_index index = {.id = declared->id, .flags = declared->flags, .column_count = declared->column_count};
    if (!take_name(&index.name, declared->name))
        return fail(call, VAIS_INVALID, "index %u has no proper name", index.id);
    if (index.flags & ~VAIS_INDEX_UNIQUE)
        return fail(call, VAIS_UNSUPPORTED, "index %.*s has unknown flags", TEXT(index.name));
    vais_status status = add_slots(table, &index, declared->columns, declared->column_count, call);
    if (status == VAIS_OK && (index.column_count == 0 || index.slot_count != index.column_count)) {
        status = fail(call, VAIS_INVALID, "index %.*s has no column, or one twice", TEXT(index.name));
    }
    if (status == VAIS_OK && table->index_count) {
        // The primary key comes first in every table: its columns make the order of any other index total.
        const table_index *primary = table->indexes;
        for (uint32_t i = 0; status == VAIS_OK && i < primary->slot_count; i++) {
            status = add_slots(table, &index, &table->columns[primary->slots[i]].id, 1, call);
        }
    }
    for (uint32_t i = 1; status == VAIS_OK && i < table->index_count; i++) {
        // The primary key, at 0, has a name of this plugin's making.
        if (table->indexes[i].id != index.id && same_name(&table->indexes[i].name, &index.name)) {
            status = fail(call, VAIS_INVALID, "two indexes have the name %.*s", TEXT(index.name));
        }
    }
    const table_index *existing = table_index_with_id(table, index.id);
    if (status == VAIS_OK && existing) {
        int same = existing->flags == index.flags && existing->column_count == index.column_count &&
                   memcmp(existing->slots, index.slots, index.column_count * sizeof *index.slots) == 0;
        if (!same) status = fail(call, VAIS_SCHEMA, "index %.*s exists with other columns", TEXT(index.name));
    }
    if (status != VAIS_OK || existing) {
        free(index.slots);
        return status;
    }
    index.ordinal = table->index_count;
    void *indexes = table->indexes;
    table_index *added = append(&indexes, &table->index_count, sizeof index);
    if (!added) {
        free(index.slots);
        return fail_out_of_memory(call);
    }
    table->indexes = indexes;
    *added = index;
    tell(plan, "add index %.*s.%.*s\n", TEXT(table->name), TEXT(index.name));
    return VAIS_OK;
}

/// A table of the same form, without records. NULL when out of memory.
static table *copy_form(const table *original) {
    table *copy = calloc(1, sizeof *copy);
    if (!copy) return NULL;
    copy->id = original->id;
    copy->name = original->name;
    copy->columns = calloc(original->column_count, sizeof *copy->columns);
    copy->indexes = calloc(original->index_count, sizeof *copy->indexes);
    if (!copy->columns || !copy->indexes) {
        table_free(copy);
        return NULL;
    }
    copy->column_count = original->column_count;
    memcpy(copy->columns, original->columns, original->column_count * sizeof *copy->columns);
    for (uint32_t i = 0; i < original->index_count; i++) {
        table_index *index = &copy->indexes[i];
        *index = original->indexes[i];
        index->tree = (tree){0};
        index->slots = malloc(index->slot_count * sizeof *index->slots);
        copy->index_count = i + 1;
        if (!index->slots) {
            table_free(copy);
            return NULL;
        }
        memcpy(index->slots, original->indexes[i].slots, index->slot_count * sizeof *index->slots);
    }
    return copy;
}

static vais_status merge_collection(catalog *catalog, const vais_collection *declared, plan *plan, vais_call *call) {
    name name;
    if (!take_name(&name, declared->name))
        return fail(call, VAIS_INVALID, "collection %u has no proper name", declared->id);
    if (declared->struct_size < VAIS_COLLECTION_SIZE_1_0 || declared->id == 0 || declared->key_count == 0) {
        return fail(call, VAIS_INVALID, "collection %.*s has no id or no key", TEXT(name));
    }
    for (uint32_t i = 0; i < catalog->count; i++) {
        if ((catalog->tables[i]->id == declared->id) != same_name(&catalog->tables[i]->name, &name)) {
            return fail(call, VAIS_SCHEMA, "collection %.*s has taken the id or name of another", TEXT(name));
        }
    }
    table *table = catalog_table(catalog, declared->id);
    int is_new = table == NULL;
    if (is_new) {
        void *tables = catalog->tables;
        struct table **added = append(&tables, &catalog->count, sizeof *added);
        if (!added) return fail_out_of_memory(call);
        catalog->tables = tables;
        table = *added = calloc(1, sizeof *table);
        if (!table) {
            catalog->count--;
            return fail_out_of_memory(call);
        }
        table->id = declared->id;
        table->name = name;
        tell(plan, "create collection %.*s\n", TEXT(name));
    }
    for (uint32_t i = 0; i < declared->column_count; i++) {
        TRY(merge_column(table, strided(declared->columns, declared->column_stride, i), is_new, plan, call));
    }
    static const char primary_name[] = "primary_key";
    vais_index primary = {
        .flags = VAIS_INDEX_UNIQUE,
        .column_count = declared->key_count,
        .columns = declared->key,
        .name = {(const uint8_t *)primary_name, sizeof primary_name - 1},
    };
    TRY(merge_index(table, &primary, plan, call));
    for (uint32_t i = 0; i < declared->index_count; i++) {
        const vais_index *index = strided(declared->indexes, declared->index_stride, i);
        if (index->id == 0) return fail(call, VAIS_INVALID, "an index of %.*s has no id", TEXT(name));
        TRY(merge_index(table, index, plan, call));
    }
    return VAIS_OK;
}

vais_status catalog_merge(const catalog *existing, const vais_schema *schema, catalog *merged, plan *plan,
                          vais_call *call) {
    *merged = (catalog){0};
    if (schema->struct_size < VAIS_SCHEMA_SIZE_1_0)
        return fail(call, VAIS_INVALID, "the schema is of an older ABI than 1.0");
    vais_status status = VAIS_OK;
    for (uint32_t i = 0; status == VAIS_OK && i < existing->count; i++) {
        void *tables = merged->tables;
        table **added = append(&tables, &merged->count, sizeof *added);
        if (added) {
            merged->tables = tables;
            *added = copy_form(existing->tables[i]);
        }
        if (!added || !*added) status = fail_out_of_memory(call);
    }
    for (uint32_t i = 0; status == VAIS_OK && i < schema->collection_count; i++) {
        status = merge_collection(merged, strided(schema->collections, schema->collection_stride, i), plan, call);
    }
    if (status != VAIS_OK) catalog_free(merged);
    return status;
}
