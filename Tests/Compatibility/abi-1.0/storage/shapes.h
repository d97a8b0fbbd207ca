/// shapes.h: the queries a host declared, resolved to tables and columns, so that a call has nothing left to look up.
#ifndef STORAGE_MEMORY_SHAPES_H
#define STORAGE_MEMORY_SHAPES_H

#include "table.h"
#include "vais/storage.h"

typedef struct shape {
    uint32_t kind;  ///< VAIS_GET …
    uint32_t flags;  ///< VAIS_SHAPE_*
    uint32_t key_count;  ///< Cells of a use that are a key; of a range, those of the prefix.
    uint32_t column_count;
    uint32_t cell_count;  ///< Cells each use brings.
    table *table;
    table_index *index;
    uint32_t *slots;  ///< The columns, as places in the table, or SLOT_VERSION.
    uint32_t *cell_slots;  ///< What each cell of a use is a value of.
} shape;

/// Records of an index: those from position `begin` up to, not including, `end`.
typedef struct range {
    uint64_t begin;
    uint64_t end;
} range;

int shape_is_read(uint32_t kind);
int shape_is_operation(uint32_t kind);
int shape_is_guard(uint32_t kind);

void shapes_free(shape *shapes, uint32_t count);

/// The shape that `use` names, if its cells are what the shape declares; `place` and `position` tell a failure's where.
vais_status shape_of_use(const vais_store *store, const vais_use *use, uint32_t place, uint32_t position,
                         vais_call *call, const shape **shape);
/// What the bounds in `cells` cover now.
range shape_range(const shape *shape, const vais_cell *cells);

#endif
