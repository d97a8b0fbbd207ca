/// table.h: records of one collection, and the indexes that order them.
///
/// A record never changes once it is in its table: a change puts a new record in the place of the old one. That is what
/// makes undoing a batch simple (see commit.c).
#ifndef STORAGE_MEMORY_TABLE_H
#define STORAGE_MEMORY_TABLE_H

#include "tree.h"
#include "vais/storage.h"

/// A name of the schema; the header limits it to 48 bytes.
#define NAME_LIMIT 48u
typedef struct name {
    uint32_t size;
    char text[NAME_LIMIT];
} name;

typedef struct column {
    uint32_t id;
    uint32_t type;  ///< VAIS_BOOL … VAIS_TIME
    uint32_t flags;  ///< VAIS_COLUMN_*
    name name;
} column;

/// One order of a table's records. Index 0 of a table is its primary key.
typedef struct table_index {
    uint32_t id;
    uint32_t flags;  ///< VAIS_INDEX_*
    uint32_t ordinal;  ///< Its place in the table, and the number of its node in each record.
    uint32_t column_count;  ///< Columns the index names itself.
    uint32_t slot_count;  ///< Those, then the columns of the primary key that are not among them: a total order.
    uint32_t *slots;  ///< Places in `table.columns`.
    name name;
    tree tree;
} table_index;

typedef struct table {
    uint32_t id;
    uint32_t column_count;
    uint32_t index_count;
    name name;
    column *columns;
    table_index *indexes;
} table;

typedef struct record {
    int64_t stamp;  ///< Of the batch that last wrote it.
    vais_cell *cells;  ///< One for each column of the table. Text and bytes point into `bytes` once it is sealed.
    uint8_t *bytes;
    tree_node nodes[];  ///< One for each index of the table.
} record;

/// A key in two parts, so that a request's cells can be used where they lie. Shorter than the index's columns: a
/// prefix.
typedef struct key {
    const vais_cell *head;
    const vais_cell *tail;
    uint32_t head_count;
    uint32_t tail_count;
} key;

/// In a shape's slots: the record's stamp.
#define SLOT_VERSION UINT32_MAX

/// The place of a column in its table, or `column_count` when there is none.
uint32_t table_slot(const table *table, uint32_t column_id);
table_index *table_index_with_id(table *table, uint32_t index_id);
/// Frees the table and every record in it.
void table_free(table *table);

/// A copy of `base`, or all nulls when that is NULL, whose cells may be set until `record_seal`. NULL: out of memory.
record *record_draft(const table *table, const record *base, int64_t stamp);
/// Copies text and bytes into memory of the record's own. 0 when out of memory; the record is still the caller's.
int record_seal(const table *table, record *record);
void record_free(record *record);
/// The value a shape's slot means.
vais_cell record_cell(const record *record, uint32_t slot);

/// How many records of the index stand before `key`; with `past_equal` those that begin with it are counted too.
uint64_t index_position(const table_index *index, const key *key, int past_equal);
record *index_record(const table_index *index, uint64_t position);
/// The record whose node of this index that is.
record *index_record_of(const table_index *index, tree_node *node);
/// The record whose first columns in this index are `cells`, if there is one.
record *index_find(const table_index *index, const vais_cell *cells, uint32_t count);

/// The record that has the same values as `record` in the columns this index names, if there is one.
record *index_twin(const table_index *index, const record *record);

/// The unique index (the primary key included) in which another record has the place of `record`, else NULL.
const table_index *table_conflict(const table *table, const record *record);
/// Puts `record`, which conflicts with none, into every index.
void table_insert(table *table, record *record);
/// Takes `record` out of every index. It is the caller's to free.
void table_remove(table *table, record *record);

#endif
