/// catalog.h: the collections of a store, as they are in memory and as they are kept in its `schema` database.
#ifndef LMDB_CATALOG_H
#define LMDB_CATALOG_H

#include <lmdb.h>

#include "bytes.h"
#include "vais/storage.h"

#define NAME_BYTES 48u

typedef struct name {
    uint32_t size;
    char text[NAME_BYTES];
} name;

// A name as arguments for "%.*s".
#define TEXT(name) (int)(name).size, (name).text

typedef struct column {
    uint32_t id;
    uint32_t type;   ///< VAIS_BOOL … VAIS_TIME
    uint32_t flags;  ///< VAIS_COLUMN_*
    name name;
} column;

/// An order of a table's records, in an LMDB database of its own. The first of a table is its primary key.
typedef struct index_ {
    uint32_t id;            ///< 0: the primary key.
    uint32_t flags;         ///< VAIS_INDEX_*
    uint32_t column_count;  ///< Columns that it names.
    uint32_t slot_count;    ///< Those, and the columns of the primary key that are not among them.
    uint32_t *slots;        ///< Places in the table's columns.
    name name;
    MDB_dbi database;  ///< Valid once opened.
    int is_new;        ///< Made by the schema change under way.
} index_;

typedef struct table {
    uint32_t id;
    uint32_t column_count;
    uint32_t index_count;
    name name;
    column *columns;  ///< In the order in which they were added: that of the values of a record.
    index_ *indexes;
    int is_changed;  ///< By the schema change under way.
} table;

typedef struct catalog {
    uint64_t generation;  ///< Rises with every change, by whichever process.
    uint32_t table_count;
    table *tables;
} catalog;

/// NULL when there is none.
table *catalog_table(const catalog *catalog, uint32_t id);
index_ *table_index(const table *table, uint32_t id);
/// The place of a column, or `column_count` when there is none.
uint32_t table_slot(const table *table, uint32_t column_id);
void catalog_free(catalog *catalog);

/// Room for one more element at the end of an array, zeroed; NULL when out of memory.
void *array_append(void *array_pointer, uint32_t *count, size_t element_size);
/// `[a-z][a-z0-9_]*` of at most 48 bytes; 0 for anything else.
int name_take(name *name, const uint8_t *text, uint64_t size);
int names_are_equal(const name *left, const name *right);
/// Gives an index the slots of `count` columns of its table, leaving out those it has. NULL, or what is wrong.
const char *index_add_columns(const table *table, index_ *index, const uint32_t *columns, uint32_t count);

/// How a table is kept.
void table_encode(const table *table, bytes *bytes);
/// 0 when the bytes are no table, or memory ran out (`is_damaged` tells). The result is to be freed in either case.
int table_decode(table *table, MDB_val value, int *is_damaged);

#endif
