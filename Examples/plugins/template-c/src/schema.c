// schema_plan and schema_apply. Both walk the declaration and tell what is missing; only when all of it fits is anything
// added, so a refusal leaves nothing behind. Here a schema lives as long as the store; yours would keep it with the data.
#include <stdlib.h>
#include <string.h>

#include "store.h"

table *store_table(const vais_store *store, uint32_t id) {
    for (uint32_t i = 0; i < store->table_count; i++) {
        if (store->tables[i].id == id) return &store->tables[i];
    }
    return NULL;
}

uint32_t table_slot(const table *table, uint32_t column_id) {
    uint32_t slot = 0;
    while (slot < table->column_count && table->columns[slot].id != column_id) slot++;
    return slot;
}

const table_index *table_index_of(const table *table, uint32_t id) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        if (table->indexes[i].id == id) return &table->indexes[i];
    }
    return NULL;
}

/// Text for people: what does not fit is only counted.
typedef struct plan {
    char *text;
    uint64_t capacity, size;
} plan;

static void tell(plan *plan, vais_span text) {
    uint64_t room = plan->size < plan->capacity ? plan->capacity - plan->size : 0;
    uint64_t copied = text.size < room ? text.size : room;
    if (copied) memcpy(plan->text + plan->size, text.data, copied);
    plan->size += text.size;
}

static void tell_addition(plan *plan, vais_span what, vais_span collection, vais_span name) {
    static const vais_span dot = VAIS_SPAN("."), end = VAIS_SPAN("\n");
    tell(plan, what);
    tell(plan, collection);
    if (name.size) tell(plan, dot);
    tell(plan, name);
    tell(plan, end);
}

/// Compares one declared collection with what there is, and tells the plan what is missing.
static vais_status compare(const table *existing, const vais_collection *declared, plan *plan, vais_call *call) {
    static const vais_span new_collection = VAIS_SPAN("add collection "), new_column = VAIS_SPAN("add column "),
                           new_index = VAIS_SPAN("add index ");
    if (!existing) tell_addition(plan, new_collection, declared->name, (vais_span){0});
    for (uint32_t i = 0; i < declared->column_count; i++) {
        const vais_column *column = strided(declared->columns, declared->column_stride, i);
        if (column->flags & ~VAIS_COLUMN_NULLABLE) return fail(call, VAIS_UNSUPPORTED, "a column has unknown flags");
        if (column->type < VAIS_BOOL || column->type > VAIS_TIME) return fail(call, VAIS_UNSUPPORTED, "an unknown type");
        uint32_t slot = existing ? table_slot(existing, column->id) : 0;
        if (!existing || slot == existing->column_count) {
            tell_addition(plan, new_column, declared->name, column->name);
        } else if (existing->columns[slot].type != column->type || existing->columns[slot].flags != column->flags) {
            return fail(call, VAIS_SCHEMA, "a column exists with another type");
        }
    }
    for (uint32_t i = 0; i < declared->index_count; i++) {
        const vais_index *index = strided(declared->indexes, declared->index_stride, i);
        if (index->flags & ~VAIS_INDEX_UNIQUE) return fail(call, VAIS_UNSUPPORTED, "an index has unknown flags");
        if (!existing || !table_index_of(existing, index->id)) {
            tell_addition(plan, new_index, declared->name, index->name);
        }
    }
    return VAIS_OK;
}

static vais_status compare_all(vais_store *store, const vais_schema *schema, plan *plan, vais_call *call) {
    for (uint32_t i = 0; i < schema->collection_count; i++) {
        const vais_collection *declared = strided(schema->collections, schema->collection_stride, i);
        TRY(compare(store_table(store, declared->id), declared, plan, call));
    }
    return VAIS_OK;
}

static void add_slot(const table *table, table_index *index, uint32_t column_id) {
    uint32_t slot = table_slot(table, column_id);
    for (uint32_t i = 0; i < index->count; i++) {
        if (index->slots[i] == slot) return;
    }
    index->slots[index->count++] = slot;
}

static int add_index(table *table, const vais_collection *declared, const vais_index *index) {
    table_index *grown = realloc(table->indexes, (table->index_count + 1) * sizeof *grown);
    if (!grown) return 0;
    table->indexes = grown;
    table_index *added = &grown[table->index_count];
    *added = (table_index){.id = index->id, .flags = index->flags, .named = index->column_count};
    added->slots = malloc((index->column_count + declared->key_count) * sizeof *added->slots);
    if (!added->slots) return 0;
    table->index_count++;
    for (uint32_t i = 0; i < index->column_count; i++) add_slot(table, added, index->columns[i]);
    for (uint32_t i = 0; i < declared->key_count; i++) add_slot(table, added, declared->key[i]);
    return 1;
}

/// Adds what is missing of one collection. Answers 0 when memory is short.
static int add(vais_store *store, const vais_collection *declared) {
    table *table = store_table(store, declared->id);
    if (!table) {
        struct table *grown = realloc(store->tables, (store->table_count + 1) * sizeof *grown);
        if (!grown) return 0;
        store->tables = grown;
        table = &grown[store->table_count++];
        *table = (struct table){.id = declared->id};
    }
    column *columns = realloc(table->columns, (table->column_count + declared->column_count) * sizeof *columns);
    if (!columns) return 0;
    table->columns = columns;
    for (uint32_t i = 0; i < declared->column_count; i++) {
        const vais_column *column = strided(declared->columns, declared->column_stride, i);
        if (table_slot(table, column->id) < table->column_count) continue;
        columns[table->column_count++] = (struct column){column->id, column->type, column->flags};
    }
    vais_index key = {.flags = VAIS_INDEX_UNIQUE, .column_count = declared->key_count, .columns = declared->key};
    if (!table->index_count && !add_index(table, declared, &key)) return 0;
    for (uint32_t i = 0; i < declared->index_count; i++) {
        const vais_index *index = strided(declared->indexes, declared->index_stride, i);
        if (!table_index_of(table, index->id) && !add_index(table, declared, index)) return 0;
    }
    return 1;
}

vais_status schema_plan(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity, uint64_t *size,
                        vais_call *call) {
    TRY(call_begin(call));
    plan plan = {.text = text, .capacity = capacity};
    pthread_mutex_lock(&store->lock);
    vais_status status = compare_all(store, schema, &plan, call);
    pthread_mutex_unlock(&store->lock);
    if (status == VAIS_OK) *size = plan.size;
    return status;
}

vais_status schema_apply(vais_store *store, const vais_schema *schema, vais_call *call) {
    TRY(call_begin(call));
    plan plan = {0};
    pthread_mutex_lock(&store->lock);
    vais_status status = compare_all(store, schema, &plan, call);
    // Shapes point into the tables. No host needs more: no record of this store is older than the schema.
    if (status == VAIS_OK && plan.size && store->shapes) status = fail(call, VAIS_INVALID, "apply comes before prepare");
    for (uint32_t i = 0; status == VAIS_OK && plan.size && i < schema->collection_count; i++) {
        const vais_collection *declared = strided(schema->collections, schema->collection_stride, i);
        if (!add(store, declared)) status = fail(call, VAIS_BUSY, "out of memory");
    }
    pthread_mutex_unlock(&store->lock);
    return status;
}
