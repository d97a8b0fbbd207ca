/// cells.h: what can be said about one value.
#ifndef STORAGE_MEMORY_CELLS_H
#define STORAGE_MEMORY_CELLS_H

#include "vais/base.h"

/// Whether cells of this type point at bytes.
int type_has_bytes(uint32_t type);
/// A total order of cells of one type: numbers by value, text and bytes by their bytes. NULL equals NULL, and stands
/// before everything else.
int cell_compare(const vais_cell *left, const vais_cell *right);
/// NULL when the cell is a proper value of `type` (see base.h), else what is wrong with it.
const char *cell_fault(const vais_cell *cell, uint32_t type);
/// What a value counts for against the limit on keys, in bytes.
uint64_t cell_key_size(const vais_cell *cell);

vais_cell cell_null(void);
vais_cell cell_i64(int64_t value);

#endif
