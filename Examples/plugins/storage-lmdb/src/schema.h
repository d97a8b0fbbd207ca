/// schema.h: the stored schema, and how a declared one is added to it.
#ifndef LMDB_SCHEMA_H
#define LMDB_SCHEMA_H

#include "catalog.h"
#include "environment.h"

/// Element `position` of an array of the host, whose elements may be longer than we know them.
const void *element(const void *first, uint64_t stride, uint32_t position);

/// Reads the stored schema; with `opens` the databases of its indexes are opened too, which takes a transaction that writes.
/// On failure there is nothing to free.
vais_status schema_load(const environment *environment, MDB_txn *txn, int opens, catalog *catalog, vais_call *call);
/// Whether the stored schema is still the one of this generation.
int schema_is_current(const environment *environment, MDB_txn *txn, uint64_t generation);
/// Adds what is declared and missing to `catalog`, marking it, and describes it line by line in `plan`.
vais_status schema_merge(catalog *catalog, const vais_schema *declared, bytes *plan, vais_call *call);
/// Makes what `schema_merge` has marked: databases, the entries of new indexes, and the stored schema.
vais_status schema_write(const environment *environment, MDB_txn *txn, catalog *catalog, vais_call *call);

#endif
