/// operations.h: the changes of a batch. A failure leaves the transaction half changed: the caller aborts it.
#ifndef LMDB_OPERATIONS_H
#define LMDB_OPERATIONS_H

#include "store.h"

/// Applies one operation, number `position` of its batch.
vais_status operation_apply(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, int64_t stamp,
                            uint32_t position, vais_call *call);

#endif
