/// shapes.h: declared queries, resolved to tables, databases and columns.
#ifndef LMDB_SHAPES_H
#define LMDB_SHAPES_H

#include "catalog.h"
#include "entries.h"

typedef struct shape {
    uint32_t kind;   ///< VAIS_GET …
    uint32_t flags;  ///< VAIS_SHAPE_*
    uint32_t key_count;  ///< Cells of a use that are a key, or the prefix of a range.
    uint32_t cell_count;
    uint32_t column_count;
    const table *table;
    const index_ *index;
    uint32_t *slots;       ///< The columns, as places in the table, or SLOT_VERSION.
    uint32_t *cell_slots;  ///< Of which column each cell of a use is a value.
} shape;

#define SLOT_VERSION UINT32_MAX

int shape_is_operation(uint32_t kind);
int shape_is_guard(uint32_t kind);

/// Resolves all of the declared shapes.
vais_status shapes_resolve(const catalog *catalog, const vais_schema *schema, const vais_shape *declared, uint64_t stride,
                           uint32_t count, shape **result, vais_call *call);
void shapes_free(shape *shapes, uint32_t count);
/// Points the shapes to the tables of a catalog with the same and perhaps more.
void shapes_move(shape *shapes, uint32_t count, const catalog *catalog);

/// The shape of a use, if the cells are what it declares. `place` and `position` say where, in a failure.
vais_status shape_of_use(const shape *shapes, uint32_t count, const vais_use *use, uint32_t place, uint32_t position,
                         vais_call *call, const shape **shape);

/// Keys from `begin` up to, not including, `end`.
typedef struct range {
    bytes begin;
    bytes end;
    int has_no_begin;  ///< No key is in the range.
    int has_no_end;    ///< It goes on to the last key.
} range;

/// Sets the range of a use, and with `after` leaves out what a scan that got there has delivered. `begin` and `end` are buffers to use again.
void range_set(range *range, const shape *shape, const vais_cell *cells, const vais_cell *after, uint32_t after_count);
/// Moves to the first entry of the range, or the last with VAIS_SHAPE_DESCENDING. MDB_NOTFOUND when it has none.
int range_first(const range *range, uint32_t flags, MDB_cursor *cursor, entry *entry);
/// Moves on in the same direction.
int range_next(const range *range, uint32_t flags, MDB_cursor *cursor, entry *entry);

#endif
