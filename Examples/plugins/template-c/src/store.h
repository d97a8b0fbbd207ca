/// store.h: what the files of this plugin share.
///
///   plugin.c   what the host sees: note, entry, table     shapes.c   declared queries, resolved once
///   store.c    open and close, sessions                   engine.c   THE ENGINE: records, and how they are found
///   call.c     deadline, cancelling, errors               reads.c    get_many, scan, and pages
///   schema.c   collections, columns and indexes           commit.c   guards and operations, all or nothing
///
/// To put your own engine in: replace engine.c and what `table` holds. The rest is how the contract reads.
#ifndef STORE_H
#define STORE_H

#include <pthread.h>
#include <stdatomic.h>

#include "vais/plugin.h"
#include "vais/storage.h"

typedef struct column {
    uint32_t id;
    uint32_t type;   ///< VAIS_BOOL … VAIS_TIME
    uint32_t flags;  ///< VAIS_COLUMN_*
} column;

/// One order of a table's records.
typedef struct table_index {
    uint32_t id;     ///< 0: the primary key, which stands first in `table.indexes`.
    uint32_t flags;  ///< VAIS_INDEX_*
    uint32_t named;  ///< How many columns its declaration names.
    uint32_t count;  ///< Those, and then the key's that are not among them: no two records are equal in all.
    uint32_t *slots; ///< Places in `table.columns`.
} table_index;

/// Never changes: a change puts another record in its place. Its text and bytes follow the cells, in one allocation.
typedef struct record {
    int64_t stamp;  ///< Of the batch that last wrote it.
    vais_cell cells[];
} record;

typedef struct table {
    uint32_t id;
    uint32_t column_count;
    uint32_t index_count;
    column *columns;
    table_index *indexes;
    record **records;  ///< In no order.
    uint64_t count;
    uint64_t capacity;
} table;

#define SLOT_VERSION UINT32_MAX  ///< Among a shape's slots: the record's stamp.

/// A query the host declared.
typedef struct shape {
    uint32_t kind;          ///< VAIS_GET …
    uint32_t flags;         ///< VAIS_SHAPE_*
    uint32_t key_count;     ///< How many cells of a use are a key; of a range, its prefix.
    uint32_t cell_count;    ///< How many cells a use has.
    uint32_t column_count;
    table *table;
    const table_index *index;
    uint32_t *slots;       ///< Of the columns to answer, set, add to or compare.
    uint32_t *cell_slots;  ///< Which column each cell of a use is a value of.
} shape;

struct vais_store {
    pthread_mutex_t lock;  ///< Held by every call that looks at what follows, so that each sees, and leaves, one state.
    table *tables;         ///< Fixed once there are shapes.
    uint32_t table_count;
    shape *shapes;         ///< NULL until `prepare`.
    uint32_t shape_count;
};

struct vais_session {
    vais_store *store;
    _Atomic uint32_t state;
};
#define SESSION_IDLE 0u
#define SESSION_CALLED 1u
#define SESSION_INTERRUPTED 2u

/// Evaluates `expression`; when it is not VAIS_OK, returns it.
#define TRY(expression)                               \
    do {                                              \
        vais_status try_status = (expression);        \
        if (try_status != VAIS_OK) return try_status; \
    } while (0)

/// Element `position` of an array whose elements a later host may have made longer.
static inline const void *strided(const void *first, uint64_t stride, uint32_t position) {
    return (const uint8_t *)first + stride * position;
}
static inline int has_bytes(const vais_cell *cell) {
    return cell->type == VAIS_TEXT || cell->type == VAIS_BYTES;
}

// call.c
vais_status call_begin(vais_call *call);
vais_status call_check(vais_call *call, vais_session *session);
vais_status fail(vais_call *call, vais_status status, const char *text);
vais_status fail_at(vais_call *call, vais_status status, uint32_t place, uint32_t position, const char *text);

// store.c
vais_status session_enter(vais_session *session, vais_call *call);
vais_status session_leave(vais_session *session, vais_status status);
extern const vais_storage storage_table;

// schema.c
vais_status schema_plan(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity, uint64_t *size,
                        vais_call *call);
vais_status schema_apply(vais_store *store, const vais_schema *schema, vais_call *call);
table *store_table(const vais_store *store, uint32_t id);
uint32_t table_slot(const table *table, uint32_t column_id);  ///< `column_count` when there is none.
const table_index *table_index_of(const table *table, uint32_t id);

// shapes.c
vais_status prepare(vais_store *store, const vais_schema *schema, const vais_shape *shapes, uint64_t stride,
                    uint32_t count, vais_call *call);
void shapes_free(shape *shapes, uint32_t count);
/// The shape a use names, if its cells are what the shape takes. `place` and `position` say where a fault is.
vais_status use_shape(vais_store *store, const vais_use *use, uint32_t place, uint32_t position, vais_call *call,
                      const shape **shape);

// engine.c
void table_free(table *table);
/// A record of these cells, one a column, with copies of their text and bytes. NULL: out of memory.
record *record_new(const table *table, const vais_cell *cells, int64_t stamp);
/// Compares columns `first` and on of the index with `count` cells: negative when the record comes first.
int record_compare(const table_index *index, uint32_t first, const record *record, const vais_cell *cells,
                   uint32_t count);
int cell_compare(const vais_cell *left, const vais_cell *right);
/// The record with this key of a unique index, or NULL.
record *table_find(const table *table, const table_index *index, const vais_cell *key);
/// The record with the same values as `cells`, one a column, in the columns the index names; or NULL.
record *table_twin(const table *table, const table_index *index, const vais_cell *cells);
/// The records of a range in its order; the caller frees the array. NULL: out of memory.
record **table_select(const shape *shape, const vais_cell *cells, uint64_t *count);
int table_reserve(table *table);  ///< Room for one more record; 0: out of memory.
void table_add(table *table, record *record);
void table_remove(table *table, record *record);

// reads.c, commit.c
vais_status get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page, vais_call *call);
vais_status scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                 uint32_t row_limit, vais_page *page, vais_call *call);
vais_status commit(vais_session *session, const vais_batch *batch, vais_call *call);

#endif
