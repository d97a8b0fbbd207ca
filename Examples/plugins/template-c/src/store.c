// Opening and closing: stores and sessions. A store with an engine of its own would open its files or its server here.
#include <stdlib.h>

#include "store.h"

static void capabilities(vais_store *store, vais_storage_capabilities *out) {
    (void)store;
    if (out->struct_size < VAIS_STORAGE_CAPABILITIES_SIZE_1_0) return;
    static const vais_span backend = VAIS_SPAN("memory");
    out->max_sessions = 0;
    out->max_batch_uses = 1u << 16;
    out->max_value_bytes = 1u << 26;
    out->max_key_bytes = 1u << 16;
    out->durable = VAIS_NONE;  // VAIS_NATIVE, once a commit survives power loss.
    out->concurrent_writers = VAIS_EMULATE;
    out->several_hosts = VAIS_NONE;
    out->backend = backend;
}

static vais_status store_open(const vais_storage_options *options, vais_call *call, vais_store **result) {
    TRY(call_begin(call));
    if (options->struct_size < VAIS_STORAGE_OPTIONS_SIZE_1_0) return fail(call, VAIS_INVALID, "the options are short");
    vais_store *store = calloc(1, sizeof *store);
    if (!store) return fail(call, VAIS_BUSY, "out of memory");
    pthread_mutex_init(&store->lock, NULL);
    *result = store;
    return VAIS_OK;
}

static void store_close(vais_store *store) {
    if (!store) return;
    shapes_free(store->shapes, store->shape_count);
    for (uint32_t i = 0; i < store->table_count; i++) table_free(&store->tables[i]);
    free(store->tables);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

static vais_status health(vais_store *store, vais_call *call) {
    (void)store;
    return call_begin(call);
}

static vais_status session_open(vais_store *store, vais_call *call, vais_session **result) {
    TRY(call_begin(call));
    vais_session *session = calloc(1, sizeof *session);
    if (!session) return fail(call, VAIS_BUSY, "out of memory");
    session->store = store;
    *result = session;
    return VAIS_OK;
}

static vais_status session_reset(vais_session *session, vais_call *call) {
    (void)session;  // A call leaves nothing behind in its session, however it ends.
    return call_begin(call);
}

static void session_close(vais_session *session) {
    free(session);
}

static void session_interrupt(vais_session *session) {
    // An idle session stays idle: later calls are not disturbed.
    uint32_t called = SESSION_CALLED;
    atomic_compare_exchange_strong(&session->state, &called, SESSION_INTERRUPTED);
}

/// Begins a call of a session and takes the store's lock; `session_leave` ends it.
vais_status session_enter(vais_session *session, vais_call *call) {
    TRY(call_begin(call));
    atomic_store(&session->state, SESSION_CALLED);
    pthread_mutex_lock(&session->store->lock);
    return VAIS_OK;
}

vais_status session_leave(vais_session *session, vais_status status) {
    pthread_mutex_unlock(&session->store->lock);
    atomic_store(&session->state, SESSION_IDLE);
    return status;
}

/// commit_many is optional and left out: the host then commits one batch after another.
const vais_storage storage_table = {
    .struct_size = sizeof(vais_storage),
    .capabilities = capabilities,
    .open = store_open,
    .close = store_close,
    .health = health,
    .schema_plan = schema_plan,
    .schema_apply = schema_apply,
    .prepare = prepare,
    .session_open = session_open,
    .session_reset = session_reset,
    .session_close = session_close,
    .session_interrupt = session_interrupt,
    .get_many = get_many,
    .scan = scan,
    .commit = commit,
};
