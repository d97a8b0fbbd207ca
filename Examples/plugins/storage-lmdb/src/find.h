/// find.h: looking for one record or the first of a range, within any transaction.
#ifndef LMDB_FIND_H
#define LMDB_FIND_H

#include "store.h"

/// The record with the key of the use, by the shape's index, which is unique. `*record` is empty when there is none.
vais_status find_record(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, MDB_val *record,
                        vais_call *call);
/// The record that an entry of the shape's index stands for.
vais_status find_indexed(MDB_txn *txn, const shape *shape, const entry *entry, MDB_val *record, vais_call *call);
/// Reads a record into the session's `old_cells`.
vais_status read_record(vais_session *session, const table *table, MDB_val record, int64_t *stamp, vais_call *call);
/// Whether the range of the use has a record; and how many, unless `count` is NULL.
vais_status find_any(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, int *has_any,
                     uint64_t *count, vais_call *call);

#endif
