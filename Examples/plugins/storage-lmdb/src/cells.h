/// cells.h: single values: whether they are proper, and how they become part of a key.
#ifndef LMDB_CELLS_H
#define LMDB_CELLS_H

#include "bytes.h"
#include "vais/base.h"

int type_has_bytes(uint32_t type);
/// NULL for a proper value of `type`, else what is wrong with it.
const char *cell_fault(const vais_cell *cell, uint32_t type);
/// Whether two values of one column are the same; null equals null.
int cells_are_equal(const vais_cell *left, const vais_cell *right);
/// What a value counts for against `max_key_bytes`.
uint64_t cell_key_size(const vais_cell *cell);

/// Appends a value, which is not null, so that memcmp of two keys orders them as the ABI orders their values:
///
///     BOOL        1 byte
///     I64, TIME   8 bytes, most significant first, with the sign bit flipped
///     F64         8 bytes, most significant first; the sign bit flipped, or every bit of a negative number; -0 is 0
///     TEXT        its bytes, then 00, which no text contains
///     BYTES       its bytes with FF behind each 00, then 00 01
///
/// No value's form is the beginning of another's, so columns simply follow each other.
void key_add(bytes *key, const vais_cell *cell);
/// Makes `key` the least string above all that begin with it. 0 if there is none: all its bytes are FF, or it has none.
int key_step(bytes *key);

#endif
