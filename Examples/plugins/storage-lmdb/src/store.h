/// store.h: an open store and its sessions, and the functions of the table.
#ifndef LMDB_STORE_H
#define LMDB_STORE_H

#include "environment.h"
#include "schema.h"
#include "shapes.h"

/// What this store takes (see `vais_storage_capabilities`). A key's own limit is the time it takes to find one of many
/// that share their first 503 bytes.
#define MAX_BATCH_USES 65536u
#define MAX_VALUE_BYTES (64u << 20)
#define MAX_KEY_BYTES 4096u

struct vais_store {
    environment *environment;
    /// Replaced as a whole when the schema changes: read within the gate, written while it is held exclusively.
    catalog catalog;
    uint64_t epoch;  ///< Of the environment when the catalog's databases were opened.
    shape *shapes;  ///< NULL until `prepare`.
    uint32_t shape_count;
};

struct vais_session {
    vais_store *store;
    activity activity;
    reading reading;  ///< Begun anew by every call that reads.
    // Memory that calls use again.
    vais_cell *old_cells;  ///< A record as it is …
    vais_cell *new_cells;  ///< … and as it becomes, or as it is answered.
    uint32_t cell_capacity;
    bytes key, other_key, index_key;
    bytes old_row, new_row;
    int has_written;  ///< The batch under way has changed something.
};

vais_status session_enter(vais_session *session, vais_call *call);
vais_status session_leave(vais_session *session, vais_status status);
/// Begins the session's reading, with a catalog whose databases are open. Ends with `environment_end_read`.
vais_status session_begin_read(vais_session *session, vais_call *call);
/// Whether the catalog is the stored one, and its databases are open. Within a transaction.
int store_is_current(const vais_store *store, MDB_txn *txn);
/// Room for this many cells twice, old and new; 0 when out of memory.
int session_cells(vais_session *session, uint32_t count);
/// Loads what another process made of the schema.
vais_status store_reload(vais_store *store, activity *activity, vais_call *call);

void store_capabilities(vais_store *store, vais_storage_capabilities *out);
vais_status store_open(const vais_storage_options *options, vais_call *call, vais_store **store);
void store_close(vais_store *store);
vais_status store_health(vais_store *store, vais_call *call);
vais_status store_schema_plan(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity,
                              uint64_t *size, vais_call *call);
vais_status store_schema_apply(vais_store *store, const vais_schema *schema, vais_call *call);
vais_status store_prepare(vais_store *store, const vais_schema *schema, const vais_shape *shapes, uint64_t stride,
                          uint32_t count, vais_call *call);
vais_status store_session_open(vais_store *store, vais_call *call, vais_session **session);
vais_status store_session_reset(vais_session *session, vais_call *call);
void store_session_close(vais_session *session);
void store_session_interrupt(vais_session *session);
vais_status store_get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page,
                           vais_call *call);
vais_status store_scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                       uint32_t row_limit, vais_page *page, vais_call *call);
vais_status store_commit(vais_session *session, const vais_batch *batch, vais_call *call);
vais_status store_commit_many(vais_session *session, const vais_batch *batches, uint64_t stride, uint32_t count,
                              vais_outcome *outcomes, vais_call *call);

#endif
