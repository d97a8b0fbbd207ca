#include "catalog.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_FORMAT 1u
/// More of anything than a real schema has: a bound for damaged counts.
#define MOST_ELEMENTS 65536u

table *catalog_table(const catalog *catalog, uint32_t id) {
    for (uint32_t i = 0; i < catalog->table_count; i++) {
        if (catalog->tables[i].id == id) return &catalog->tables[i];
    }
    return NULL;
}

index_ *table_index(const table *table, uint32_t id) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        if (table->indexes[i].id == id) return &table->indexes[i];
    }
    return NULL;
}

uint32_t table_slot(const table *table, uint32_t column_id) {
    uint32_t slot = 0;
    while (slot < table->column_count && table->columns[slot].id != column_id) slot++;
    return slot;
}

static void table_free(table *table) {
    for (uint32_t i = 0; i < table->index_count; i++) free(table->indexes[i].slots);
    free(table->indexes);
    free(table->columns);
}

void catalog_free(catalog *catalog) {
    for (uint32_t i = 0; i < catalog->table_count; i++) table_free(&catalog->tables[i]);
    free(catalog->tables);
    *catalog = (struct catalog){0};
}

void *array_append(void *array_pointer, uint32_t *count, size_t element_size) {
    void *array;
    memcpy(&array, array_pointer, sizeof array);
    uint8_t *grown = realloc(array, ((size_t)*count + 1) * element_size);
    if (!grown) return NULL;
    memcpy(array_pointer, &grown, sizeof grown);
    uint8_t *added = grown + (size_t)(*count)++ * element_size;
    memset(added, 0, element_size);
    return added;
}

int name_take(name *name, const uint8_t *text, uint64_t size) {
    if (size == 0 || size > NAME_BYTES || !text || text[0] < 'a' || text[0] > 'z') return 0;
    for (uint64_t i = 0; i < size; i++) {
        uint8_t c = text[i];
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') return 0;
    }
    memcpy(name->text, text, size);
    name->size = (uint32_t)size;
    return 1;
}

int names_are_equal(const name *left, const name *right) {
    return left->size == right->size && memcmp(left->text, right->text, left->size) == 0;
}

const char *index_add_columns(const table *table, index_ *index, const uint32_t *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = table_slot(table, columns[i]);
        if (slot == table->column_count) return "names a column that does not exist";
        if (table->columns[slot].flags & VAIS_COLUMN_NULLABLE) return "names a nullable column";
        uint32_t known = 0;
        while (known < index->slot_count && index->slots[known] != slot) known++;
        if (known < index->slot_count) continue;
        uint32_t *added = array_append(&index->slots, &index->slot_count, sizeof *added);
        if (!added) return "cannot be kept: out of memory";
        *added = slot;
    }
    return NULL;
}

// ---- As bytes -------------------------------------------------------------------------------------------------------
//
//     format | name | columns: id, type, flags, name each | indexes: id, flags, name, column ids each
//
// Numbers in 7-bit groups, each list and name behind its length.

static void add_name(bytes *bytes, const name *name) {
    bytes_add_count(bytes, name->size);
    bytes_add(bytes, name->text, name->size);
}

void table_encode(const table *table, bytes *bytes) {
    bytes_add_count(bytes, TABLE_FORMAT);
    add_name(bytes, &table->name);
    bytes_add_count(bytes, table->column_count);
    for (uint32_t i = 0; i < table->column_count; i++) {
        const column *column = &table->columns[i];
        bytes_add_count(bytes, column->id);
        bytes_add_count(bytes, column->type);
        bytes_add_count(bytes, column->flags);
        add_name(bytes, &column->name);
    }
    bytes_add_count(bytes, table->index_count);
    for (uint32_t i = 0; i < table->index_count; i++) {
        const index_ *index = &table->indexes[i];
        bytes_add_count(bytes, index->id);
        bytes_add_count(bytes, index->flags);
        add_name(bytes, &index->name);
        bytes_add_count(bytes, index->column_count);
        for (uint32_t k = 0; k < index->column_count; k++) {
            bytes_add_count(bytes, table->columns[index->slots[k]].id);
        }
    }
}

static uint32_t take_number(reader *reader) {
    uint64_t number = reader_count(reader);
    if (number > UINT32_MAX) reader->is_damaged = 1;
    return (uint32_t)number;
}

static uint32_t take_length(reader *reader) {
    uint32_t length = take_number(reader);
    if (length > MOST_ELEMENTS) reader->is_damaged = 1;
    return reader->is_damaged ? 0 : length;
}

static void take_name(reader *reader, name *name) {
    uint32_t size = take_length(reader);
    const uint8_t *text = reader_take(reader, size);
    if (!reader->is_damaged && !name_take(name, text, size)) reader->is_damaged = 1;
}

static int take_columns(reader *reader, table *table) {
    for (uint32_t left = take_length(reader); left && !reader->is_damaged; left--) {
        column *column = array_append(&table->columns, &table->column_count, sizeof *column);
        if (!column) return 0;
        column->id = take_number(reader);
        column->type = take_number(reader);
        column->flags = take_number(reader);
        take_name(reader, &column->name);
        if (column->type < VAIS_BOOL || column->type > VAIS_TIME) reader->is_damaged = 1;
    }
    return 1;
}

static int take_index(reader *reader, table *table) {
    index_ *index = array_append(&table->indexes, &table->index_count, sizeof *index);
    if (!index) return 0;
    index->id = take_number(reader);
    index->flags = take_number(reader);
    take_name(reader, &index->name);
    for (uint32_t left = take_length(reader); left && !reader->is_damaged; left--) {
        uint32_t id = take_number(reader);
        if (index_add_columns(table, index, &id, 1)) reader->is_damaged = 1;
    }
    index->column_count = index->slot_count;
    if (index->slot_count == 0) reader->is_damaged = 1;
    const index_ *primary = table->indexes;
    for (uint32_t i = 0; i < primary->slot_count && !reader->is_damaged; i++) {
        if (index_add_columns(table, index, &table->columns[primary->slots[i]].id, 1)) return 0;
    }
    return 1;
}

int table_decode(table *table, MDB_val value, int *is_damaged) {
    reader reader = {.next = value.mv_data, .end = (const uint8_t *)value.mv_data + value.mv_size};
    if (take_number(&reader) != TABLE_FORMAT) reader.is_damaged = 1;
    take_name(&reader, &table->name);
    int has_memory = take_columns(&reader, table);
    for (uint32_t left = take_length(&reader); has_memory && left && !reader.is_damaged; left--) {
        has_memory = take_index(&reader, table);
    }
    if (table->index_count == 0 || table->indexes[0].id != 0 || reader.next != reader.end) reader.is_damaged = 1;
    *is_damaged = has_memory && reader.is_damaged;
    return has_memory && !reader.is_damaged;
}
