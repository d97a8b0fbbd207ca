/// guards.h: what a batch requires before it changes anything.
#ifndef LMDB_GUARDS_H
#define LMDB_GUARDS_H

#include "store.h"

/// Whether a guard holds in this transaction.
vais_status guard_check(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, int *holds,
                        vais_call *call);

#endif
