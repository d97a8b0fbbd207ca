// The database `schema`: under "generation" a number that rises with every change, and under "c" and a collection's id, four bytes, most
// significant first, how the collection is made. An index is a database of its own, named by ids: "c3" is the primary
// key of collection 3, "c3.i1" its index 1.
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries.h"
#include "rows.h"

/// How many records may be indexed before the deadline is looked at again.
#define CHECK_INTERVAL 256u

const void *element(const void *first, uint64_t stride, uint32_t position) {
    return (const uint8_t *)first + stride * position;
}

static MDB_val generation_key(void) {
    static char key[] = "generation";
    return (MDB_val){.mv_size = sizeof key - 1, .mv_data = key};
}

/// The stored generation; 0 in a new store.
static int read_generation(const environment *environment, MDB_txn *txn, uint64_t *generation) {
    MDB_val key = generation_key(), value;
    *generation = 0;
    int code = mdb_get(txn, environment->schema, &key, &value);
    if (code == MDB_NOTFOUND) return MDB_SUCCESS;
    if (code) return code;
    if (value.mv_size != sizeof *generation) return MDB_CORRUPTED;
    memcpy(generation, value.mv_data, sizeof *generation);
    return MDB_SUCCESS;
}

int schema_is_current(const environment *environment, MDB_txn *txn, uint64_t generation) {
    uint64_t stored;
    return read_generation(environment, txn, &stored) == MDB_SUCCESS && stored == generation;
}

static int open_index(MDB_txn *txn, const table *table, index_ *index, unsigned flags) {
    char name[32];
    if (index->id == 0) {
        snprintf(name, sizeof name, "c%u", table->id);
    } else {
        snprintf(name, sizeof name, "c%u.i%u", table->id, index->id);
    }
    return mdb_dbi_open(txn, name, flags, &index->database);
}

static vais_status load_tables(MDB_txn *txn, MDB_cursor *cursor, int opens, catalog *catalog, vais_call *call) {
    MDB_val key = {.mv_size = 1, .mv_data = (void *)(uintptr_t) "c"}, value;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (; code == MDB_SUCCESS; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        const uint8_t *id = key.mv_data;
        if (key.mv_size != 5 || id[0] != 'c') break;
        table *table = array_append(&catalog->tables, &catalog->table_count, sizeof *table);
        if (!table) return fail_memory(call);
        table->id = (uint32_t)id[1] << 24 | (uint32_t)id[2] << 16 | (uint32_t)id[3] << 8 | id[4];
        int is_damaged;
        if (!table_decode(table, value, &is_damaged)) {
            if (!is_damaged) return fail_memory(call);
            return fail(call, VAIS_CORRUPT, "the stored schema of collection %u is damaged", table->id);
        }
        for (uint32_t i = 0; opens && i < table->index_count; i++) {
            code = open_index(txn, table, &table->indexes[i], 0);
            if (code) return fail_lmdb(call, code, "open an index");
        }
    }
    return code == MDB_SUCCESS || code == MDB_NOTFOUND ? VAIS_OK : fail_lmdb(call, code, "read the stored schema");
}

vais_status schema_load(const environment *environment, MDB_txn *txn, int opens, catalog *catalog, vais_call *call) {
    *catalog = (struct catalog){0};
    MDB_cursor *cursor;
    int code = read_generation(environment, txn, &catalog->generation);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(txn, environment->schema, &cursor);
    if (code) return fail_lmdb(call, code, "read the stored schema");
    vais_status status = load_tables(txn, cursor, opens, catalog, call);
    mdb_cursor_close(cursor);
    if (status != VAIS_OK) catalog_free(catalog);
    return status;
}

// ---- Writing --------------------------------------------------------------------------------------------------------

static vais_status fail_unique(vais_call *call, const table *table, const index_ *index) {
    return fail(call, VAIS_SCHEMA, "records of %.*s have equal values, so %.*s cannot be unique", TEXT(table->name),
                TEXT(index->name));
}

typedef struct filling {
    vais_cell *cells;
    bytes key;
    bytes primary;
} filling;

/// Puts one record into a new index.
static vais_status fill_one(MDB_txn *txn, MDB_cursor *check, const table *table, const index_ *index, MDB_val record,
                            filling *filling, vais_call *call) {
    int64_t stamp;
    if (!row_decode(record, table, filling->cells, &stamp)) {
        return fail(call, VAIS_CORRUPT, "a record of %.*s is damaged", TEXT(table->name));
    }
    bytes_clear(&filling->key);
    bytes_clear(&filling->primary);
    row_key(&filling->key, index, 0, index->column_count, filling->cells);
    row_key(&filling->primary, table->indexes, 0, table->indexes->slot_count, filling->cells);
    entry entry;
    int code = MDB_NOTFOUND;
    if ((index->flags & VAIS_INDEX_UNIQUE) && !filling->key.has_failed) code = entry_seek(check, &filling->key, &entry);
    if (code != MDB_SUCCESS && code != MDB_NOTFOUND) return fail_lmdb(call, code, "fill an index");
    if (code == MDB_SUCCESS && entry_begins(&entry, &filling->key)) return fail_unique(call, table, index);
    row_key(&filling->key, index, index->column_count, index->slot_count, filling->cells);
    if (filling->key.has_failed || filling->primary.has_failed) return fail_memory(call);
    code = entry_put(txn, index->database, &filling->key, &filling->primary);
    return code ? fail_lmdb(call, code, "fill an index") : VAIS_OK;
}

/// Puts every record of the table into a new index.
static vais_status fill(MDB_txn *txn, const table *table, const index_ *index, vais_call *call) {
    filling filling = {.cells = calloc(table->column_count + 1, sizeof(vais_cell))};
    MDB_cursor *records = NULL, *check = NULL;
    vais_status status = filling.cells ? VAIS_OK : fail_memory(call);
    int code = mdb_cursor_open(txn, table->indexes->database, &records);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(txn, index->database, &check);
    entry record;
    if (code == MDB_SUCCESS) code = entry_move(records, MDB_FIRST, &record);
    for (uint64_t i = 0; code == MDB_SUCCESS && status == VAIS_OK; i++) {
        if (i % CHECK_INTERVAL == 0) status = call_check(call, NULL);
        if (status == VAIS_OK) status = fill_one(txn, check, table, index, record.value, &filling, call);
        if (status == VAIS_OK) code = entry_move(records, MDB_NEXT, &record);
    }
    if (status == VAIS_OK && code != MDB_NOTFOUND) status = fail_lmdb(call, code, "fill an index");
    if (check) mdb_cursor_close(check);
    if (records) mdb_cursor_close(records);
    bytes_free(&filling.key);
    bytes_free(&filling.primary);
    free(filling.cells);
    return status;
}

static vais_status write_table(const environment *environment, MDB_txn *txn, table *table, vais_call *call) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        index_ *index = &table->indexes[i];
        if (!index->is_new) continue;
        int code = open_index(txn, table, index, MDB_CREATE);
        if (code) return fail_lmdb(call, code, "create an index");
        if (index->id) TRY(fill(txn, table, index, call));
    }
    bytes form = {0};
    table_encode(table, &form);
    uint8_t id[5] = {'c', (uint8_t)(table->id >> 24), (uint8_t)(table->id >> 16), (uint8_t)(table->id >> 8), (uint8_t)table->id};
    MDB_val key = {.mv_size = sizeof id, .mv_data = id};
    MDB_val value = {.mv_size = form.size, .mv_data = form.data};
    vais_status status = VAIS_OK;
    if (form.has_failed) {
        status = fail_memory(call);
    } else {
        int code = mdb_put(txn, environment->schema, &key, &value, 0);
        if (code) status = fail_lmdb(call, code, "store the schema");
    }
    bytes_free(&form);
    return status;
}

vais_status schema_write(const environment *environment, MDB_txn *txn, catalog *catalog, vais_call *call) {
    for (uint32_t i = 0; i < catalog->table_count; i++) {
        if (catalog->tables[i].is_changed) TRY(write_table(environment, txn, &catalog->tables[i], call));
    }
    catalog->generation++;
    MDB_val key = generation_key();
    MDB_val value = {.mv_size = sizeof catalog->generation, .mv_data = &catalog->generation};
    int code = mdb_put(txn, environment->schema, &key, &value, 0);
    return code ? fail_lmdb(call, code, "store the schema") : VAIS_OK;
}
