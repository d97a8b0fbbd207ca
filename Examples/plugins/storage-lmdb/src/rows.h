/// rows.h: a record as the value of its key.
///
///     stamp, 8 bytes | number of columns | for each its type, and unless that is VAIS_NULL its value
///
/// Values: BOOL 1 byte; I64, TIME and F64 8 bytes, least significant first; TEXT and BYTES their length, then themselves.
/// Numbers of columns and lengths are in 7-bit groups. Columns are in the order in which the table got them, so a record
/// written before a column was added is simply shorter: that column is null. One written by a process that knows
/// more columns is longer.
#ifndef LMDB_ROWS_H
#define LMDB_ROWS_H

#include "catalog.h"

/// Appends the record with these values, one for each column of the table.
void row_encode(bytes *bytes, const table *table, const vais_cell *cells, int64_t stamp);
/// Reads a record into one cell for each column of the table; text and bytes point into `value`. 0 when it is damaged.
int row_decode(MDB_val value, const table *table, vais_cell *cells, int64_t *stamp);
/// Appends to the key that the record has in an index what its slots from `first` up to, not including, `end` contribute.
void row_key(bytes *key, const index_ *index, uint32_t first, uint32_t end, const vais_cell *cells);

#endif
