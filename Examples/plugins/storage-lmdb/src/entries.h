/// entries.h: LMDB databases whose keys may be longer than LMDB's 511 bytes.
///
/// A key of up to 503 bytes is LMDB's key, and the value its value. Of a longer one LMDB's key holds the first 503 bytes and a
/// rank of 8 bytes, which orders it among the long keys that begin alike; the rest of the key stands in front of the value:
///
///     key      first 503 bytes | rank, most significant byte first
///     value    length of the rest (7-bit groups) | the rest of the key | value
///
/// LMDB's order is then that of the whole keys, because no key is the beginning of another (see cells.h): a cursor needs to know
/// nothing of it. A rank is taken half way between its neighbours'; when there is no room, all that begin alike are numbered
/// anew. Finding a long key walks along those that share its first 503 bytes.
#ifndef LMDB_ENTRIES_H
#define LMDB_ENTRIES_H

#include <lmdb.h>

#include "bytes.h"

#define HEAD_BYTES 503u
#define LONG_KEY_BYTES 511u

/// One entry, as it lies in the database: valid until the next write or the end of the transaction.
typedef struct entry {
    MDB_val head;  ///< The key, or its first part …
    MDB_val rest;  ///< … and the rest of it.
    MDB_val value;
} entry;

// All of these answer MDB_SUCCESS, MDB_NOTFOUND, or another code of LMDB.

/// Moves to the first entry whose key is not below `key`.
int entry_seek(MDB_cursor *cursor, const bytes *key, entry *entry);
/// As `mdb_cursor_get` with MDB_NEXT, MDB_PREV, MDB_FIRST or MDB_LAST.
int entry_move(MDB_cursor *cursor, MDB_cursor_op step, entry *entry);
/// The value of exactly this key.
int entry_get(MDB_txn *txn, MDB_dbi database, const bytes *key, MDB_val *value);
/// Inserts the entry, or replaces its value.
int entry_put(MDB_txn *txn, MDB_dbi database, const bytes *key, const bytes *value);
/// MDB_NOTFOUND when there was none.
int entry_delete(MDB_txn *txn, MDB_dbi database, const bytes *key);

/// Negative, 0 or positive, as the entry's whole key stands before, at or behind `key`.
int entry_compare(const entry *entry, const bytes *key);
/// Whether the entry's whole key begins with `key`.
int entry_begins(const entry *entry, const bytes *key);

#endif
