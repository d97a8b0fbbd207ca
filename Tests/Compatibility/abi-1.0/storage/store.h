/// store.h: an open store and its sessions, and which file implements what.
#ifndef STORAGE_MEMORY_STORE_H
#define STORAGE_MEMORY_STORE_H

#include <pthread.h>

#include "call.h"
#include "catalog.h"
#include "shapes.h"
#include "tree.h"
#include "vais/blob.h"
#include "vais/search.h"
#include "vais/storage.h"

/// What this store promises to accept (see `vais_storage_capabilities`).
#define MAX_BATCH_USES 65536u
#define MAX_VALUE_BYTES (64u << 20)
#define MAX_KEY_BYTES 65536u

/// Columns of one collection that are searched together.
typedef struct search_index {
    uint32_t id;
    uint32_t collection;
    uint32_t column_count;
    uint32_t *columns;
    double *weights;
} search_index;

struct vais_store {
    /// Guards all that follows. One lock for the whole store: a call holds it for microseconds, and it makes every call
    /// see, and every commit leave, one state.
    pthread_mutex_t lock;
    catalog catalog;
    shape *shapes;  ///< NULL until `prepare`; then neither they nor the catalog change.
    uint32_t shape_count;
    tree blobs;  ///< Objects in the order of their ids.
    search_index *searches;
    uint32_t search_count;
};

struct vais_session {
    vais_store *store;
    session_state state;
};

/// Begins a call of a session: checks `call`, marks the session as called and takes the store's lock.
vais_status session_enter(vais_session *session, vais_call *call);
/// Ends what `session_enter` began with VAIS_OK. Answers `status`.
vais_status session_leave(vais_session *session, vais_status status);

// store.c
vais_status store_open(const vais_storage_options *options, vais_call *call, vais_store **store);
void store_close(vais_store *store);
vais_status store_health(vais_store *store, vais_call *call);
void store_capabilities(vais_store *store, vais_storage_capabilities *out);
vais_status store_session_open(vais_store *store, vais_call *call, vais_session **session);
vais_status store_session_reset(vais_session *session, vais_call *call);
void store_session_close(vais_session *session);
void store_session_interrupt(vais_session *session);

// catalog.c
vais_status store_schema_plan(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity,
                              uint64_t *size, vais_call *call);
vais_status store_schema_apply(vais_store *store, const vais_schema *schema, vais_call *call);
// shapes.c
vais_status store_prepare(vais_store *store, const vais_schema *schema, const vais_shape *shapes, uint64_t stride,
                          uint32_t count, vais_call *call);
// reads.c
vais_status store_get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page,
                           vais_call *call);
vais_status store_scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                       uint32_t row_limit, vais_page *page, vais_call *call);
// commit.c
vais_status store_commit(vais_session *session, const vais_batch *batch, vais_call *call);
vais_status store_commit_many(vais_session *session, const vais_batch *batches, uint64_t stride, uint32_t count,
                              vais_outcome *outcomes, vais_call *call);
// blobs.c
extern const vais_storage_blob blob_interface;
void blobs_free(tree *blobs);
// search.c
extern const vais_storage_search search_interface;
void searches_free(search_index *searches, uint32_t count);

#endif
