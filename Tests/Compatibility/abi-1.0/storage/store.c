// Opening and closing: stores and sessions.
#include "store.h"

#include <stdlib.h>

void store_capabilities(vais_store *store, vais_storage_capabilities *out) {
    (void)store;
    static const char backend[] = "memory";
    if (out->struct_size < VAIS_STORAGE_CAPABILITIES_SIZE_1_0) return;
    out->max_sessions = 0;
    out->max_batch_uses = MAX_BATCH_USES;
    out->max_value_bytes = MAX_VALUE_BYTES;
    out->max_key_bytes = MAX_KEY_BYTES;
    out->durable = VAIS_NONE;
    out->concurrent_writers = VAIS_EMULATE;
    out->several_hosts = VAIS_NONE;
    out->backend = (vais_span){(const uint8_t *)backend, sizeof backend - 1};
}

vais_status store_open(const vais_storage_options *options, vais_call *call, vais_store **result) {
    TRY(call_begin(call));
    if (options->struct_size < VAIS_STORAGE_OPTIONS_SIZE_1_0)
        return fail(call, VAIS_INVALID, "the options are of an older ABI than 1.0");
    if (options->setting_count) return fail(call, VAIS_INVALID, "this plugin has no settings");
    vais_store *store = calloc(1, sizeof *store);
    if (!store) return fail_out_of_memory(call);
    if (pthread_mutex_init(&store->lock, NULL) != 0) {
        free(store);
        return fail_out_of_memory(call);
    }
    *result = store;
    return VAIS_OK;
}

void store_close(vais_store *store) {
    if (!store) return;
    shapes_free(store->shapes, store->shape_count);
    catalog_free(&store->catalog);
    blobs_free(&store->blobs);
    searches_free(store->searches, store->search_count);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

vais_status store_health(vais_store *store, vais_call *call) {
    (void)store;
    return call_begin(call);
}

vais_status store_session_open(vais_store *store, vais_call *call, vais_session **result) {
    TRY(call_begin(call));
    pthread_mutex_lock(&store->lock);
    int is_prepared = store->shapes != NULL;
    pthread_mutex_unlock(&store->lock);
    if (!is_prepared) return fail(call, VAIS_INVALID, "a session needs shapes: call prepare first");
    vais_session *session = calloc(1, sizeof *session);
    if (!session) return fail_out_of_memory(call);
    session->store = store;
    atomic_init(&session->state, SESSION_IDLE);
    *result = session;
    return VAIS_OK;
}

vais_status store_session_reset(vais_session *session, vais_call *call) {
    (void)session;  // A call leaves nothing behind in its session, however it ends.
    return call_begin(call);
}

void store_session_close(vais_session *session) {
    free(session);
}

void store_session_interrupt(vais_session *session) {
    // Only a call under way: an idle session stays idle, so the next call is not disturbed.
    uint32_t called = SESSION_CALLED;
    atomic_compare_exchange_strong(&session->state, &called, SESSION_INTERRUPTED);
}

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
