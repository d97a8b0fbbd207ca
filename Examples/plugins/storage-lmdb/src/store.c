// Opening and closing: stores, their schema, and sessions.
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char backend[64];

static void name_backend(void) {
    int major, minor, patch;
    mdb_version(&major, &minor, &patch);
    snprintf(backend, sizeof backend, "LMDB %d.%d.%d", major, minor, patch);
}

void store_capabilities(vais_store *store, vais_storage_capabilities *out) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, name_backend);
    if (out->struct_size < VAIS_STORAGE_CAPABILITIES_SIZE_1_0) return;
    out->max_sessions = store ? store->environment->settings.readers : 0;
    out->max_batch_uses = MAX_BATCH_USES;
    out->max_value_bytes = MAX_VALUE_BYTES;
    out->max_key_bytes = MAX_KEY_BYTES;
    out->durable = VAIS_NATIVE;
    out->concurrent_writers = VAIS_EMULATE;
    out->several_hosts = VAIS_NATIVE;
    out->backend = (vais_span){(const uint8_t *)backend, strlen(backend)};
}

// ---- Settings -------------------------------------------------------------------------------------------------------

static int is_key(vais_span key, const char *name) {
    return key.size == strlen(name) && memcmp(key.data, name, key.size) == 0;
}

static vais_status take_path(settings *settings, const vais_storage_options *options, const vais_cell *value, vais_call *call) {
    int is_absolute = value->size && value->value.data[0] == '/';
    uint64_t folder = is_absolute ? 0 : options->data_folder.size;
    if (value->type != VAIS_TEXT || value->size == 0 || folder + value->size + 2 > sizeof settings->path) {
        return fail(call, VAIS_INVALID, "`path` is empty or too long");
    }
    snprintf(settings->path, sizeof settings->path, "%.*s%s%.*s", (int)folder, (const char *)options->data_folder.data,
             folder ? "/" : "", (int)value->size, (const char *)value->value.data);
    return VAIS_OK;
}

static vais_status take_number(const vais_setting *setting, int64_t least, int64_t most, int64_t *number, vais_call *call) {
    if (setting->value.type != VAIS_I64 || setting->value.value.i64 < least || setting->value.value.i64 > most) {
        return fail(call, VAIS_INVALID, "`%.*s` must be a number from %lld to %lld", (int)setting->key.size,
                    (const char *)setting->key.data, (long long)least, (long long)most);
    }
    *number = setting->value.value.i64;
    return VAIS_OK;
}

static vais_status take_settings(const vais_storage_options *options, settings *settings, vais_call *call) {
    vais_cell path = {.type = VAIS_TEXT, .size = 4, .value.data = (const uint8_t *)"lmdb"};
    int64_t size = 65536, readers = 256, indexes = 512;
    for (uint32_t i = 0; i < options->setting_count; i++) {
        const vais_setting *setting = &options->settings[i];
        if (is_key(setting->key, "path")) {
            path = setting->value;
        } else if (is_key(setting->key, "max_size_mib")) {
            TRY(take_number(setting, 1, (int64_t)1 << 24, &size, call));
        } else if (is_key(setting->key, "readers")) {
            TRY(take_number(setting, 1, 4096, &readers, call));
        } else if (is_key(setting->key, "max_indexes")) {
            TRY(take_number(setting, 1, 4096, &indexes, call));
        } else {
            return fail(call, VAIS_INVALID, "there is no setting `%.*s`", (int)setting->key.size,
                        (const char *)setting->key.data);
        }
    }
    settings->max_size = (uint64_t)size << 20;
    settings->readers = (uint32_t)readers;
    settings->max_indexes = (uint32_t)indexes;
    return take_path(settings, options, &path, call);
}

// ---- The store ------------------------------------------------------------------------------------------------------

vais_status store_open(const vais_storage_options *options, vais_call *call, vais_store **result) {
    TRY(call_begin(call));
    if (options->struct_size < VAIS_STORAGE_OPTIONS_SIZE_1_0) return fail(call, VAIS_INVALID, "the options are older than ABI 1.0");
    settings settings = {0};
    TRY(take_settings(options, &settings, call));
    vais_store *store = calloc(1, sizeof *store);
    if (!store) return fail_memory(call);
    vais_status status = environment_open(&settings, call, &store->environment);
    if (status == VAIS_OK) {
        *result = store;
    } else {
        free(store);
    }
    return status;
}

void store_close(vais_store *store) {
    if (!store) return;
    shapes_free(store->shapes, store->shape_count);
    catalog_free(&store->catalog);
    environment_close(store->environment);
    free(store);
}

vais_status store_health(vais_store *store, vais_call *call) {
    TRY(call_begin(call));
    TRY(environment_revive(store->environment, call));
    reading reading = {0};
    environment_add_reading(store->environment, &reading);
    vais_status status = environment_begin_read(store->environment, &reading, call);
    if (status == VAIS_OK) {
        MDB_stat stat;
        int code = mdb_stat(reading.txn, store->environment->schema, &stat);
        if (code) status = fail_lmdb(call, code, "read");
        environment_end_read(store->environment, &reading);
    }
    environment_remove_reading(store->environment, &reading);
    return status;
}

// ---- The schema -----------------------------------------------------------------------------------------------------

/// A change of the schema under way.
typedef struct change {
    vais_store *store;
    const vais_schema *declared;  ///< NULL: load what is stored.
    catalog catalog;
    uint64_t epoch;  ///< In which its databases were opened.
} change;

static vais_status change_schema(MDB_txn *txn, void *context, vais_call *call) {
    change *change = context;
    const environment *environment = change->store->environment;
    change->epoch = environment->epoch;
    catalog_free(&change->catalog);  // Of an attempt for which the map was too small.
    TRY(schema_load(environment, txn, 1, &change->catalog, call));
    if (!change->declared) return VAIS_OK;
    bytes plan = {0};
    vais_status status = schema_merge(&change->catalog, change->declared, &plan, call);
    if (status == VAIS_OK && plan.size) status = schema_write(environment, txn, &change->catalog, call);
    bytes_free(&plan);
    return status;
}

/// Runs the change, and then lets the store know the tables it has made.
static vais_status run_change(vais_store *store, const vais_schema *declared, activity *activity, vais_call *call) {
    change change = {.store = store, .declared = declared};
    vais_status status = environment_write(store->environment, activity, call, change_schema, &change);
    if (status == VAIS_OK) {
        pthread_rwlock_wrlock(&store->environment->gate);
        // Two threads may arrive here in either order: the later generation has everything that the earlier one has.
        int is_newer = change.epoch == store->epoch ? change.catalog.generation >= store->catalog.generation
                                                    : change.epoch > store->epoch;
        if (is_newer) {
            store->epoch = change.epoch;
            catalog old = store->catalog;
            store->catalog = change.catalog;
            change.catalog = old;
            if (store->shapes) shapes_move(store->shapes, store->shape_count, &store->catalog);
        }
        pthread_rwlock_unlock(&store->environment->gate);
    }
    catalog_free(&change.catalog);
    return status;
}

vais_status store_reload(vais_store *store, activity *activity, vais_call *call) {
    return run_change(store, NULL, activity, call);
}

vais_status store_schema_apply(vais_store *store, const vais_schema *schema, vais_call *call) {
    TRY(call_begin(call));
    return run_change(store, schema, NULL, call);
}

vais_status store_schema_plan(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity,
                              uint64_t *size, vais_call *call) {
    TRY(call_begin(call));
    reading reading = {0};
    bytes plan = {0};
    environment_add_reading(store->environment, &reading);
    vais_status status = environment_begin_read(store->environment, &reading, call);
    if (status == VAIS_OK) {
        catalog catalog;
        status = schema_load(store->environment, reading.txn, 0, &catalog, call);
        if (status == VAIS_OK) {
            status = schema_merge(&catalog, schema, &plan, call);
            catalog_free(&catalog);
        }
        environment_end_read(store->environment, &reading);
    }
    environment_remove_reading(store->environment, &reading);
    if (status == VAIS_OK) {
        *size = plan.size;
        uint64_t copied = plan.size < capacity ? plan.size : capacity;
        if (copied) memcpy(text, plan.data, copied);
    }
    bytes_free(&plan);
    return status;
}

vais_status store_prepare(vais_store *store, const vais_schema *schema, const vais_shape *declared, uint64_t stride,
                          uint32_t count, vais_call *call) {
    TRY(call_begin(call));
    TRY(store_reload(store, NULL, call));
    pthread_rwlock_wrlock(&store->environment->gate);
    vais_status status = store->shapes ? fail(call, VAIS_INVALID, "the shapes are prepared already") : VAIS_OK;
    if (status == VAIS_OK) {
        status = shapes_resolve(&store->catalog, schema, declared, stride, count, &store->shapes, call);
        if (status == VAIS_OK) store->shape_count = count;
    }
    pthread_rwlock_unlock(&store->environment->gate);
    return status;
}

// ---- Sessions -------------------------------------------------------------------------------------------------------

vais_status store_session_open(vais_store *store, vais_call *call, vais_session **result) {
    TRY(call_begin(call));
    vais_session *session = calloc(1, sizeof *session);
    if (!session) return fail_memory(call);
    session->store = store;
    environment_add_reading(store->environment, &session->reading);
    vais_status status = environment_revive(store->environment, call);
    // Takes a slot in the table of readers, for as long as the session lives.
    if (status == VAIS_OK) status = environment_begin_read(store->environment, &session->reading, call);
    if (status == VAIS_OK) {
        if (!store->shapes) status = fail(call, VAIS_INVALID, "a session needs shapes: `prepare` comes first");
        environment_end_read(store->environment, &session->reading);
    }
    if (status == VAIS_OK) {
        *result = session;
    } else {
        store_session_close(session);
    }
    return status;
}

vais_status store_session_reset(vais_session *session, vais_call *call) {
    // No call leaves anything behind, however it ends; but the store may have been lost.
    TRY(call_begin(call));
    return environment_revive(session->store->environment, call);
}

void store_session_close(vais_session *session) {
    if (!session) return;
    environment_remove_reading(session->store->environment, &session->reading);
    free(session->old_cells);
    free(session->new_cells);
    bytes_free(&session->key);
    bytes_free(&session->other_key);
    bytes_free(&session->index_key);
    bytes_free(&session->old_row);
    bytes_free(&session->new_row);
    free(session);
}

void store_session_interrupt(vais_session *session) {
    // An idle session stays idle, so that the next call is left alone.
    uint32_t called = ACTIVITY_CALL;
    atomic_compare_exchange_strong(&session->activity, &called, ACTIVITY_INTERRUPTED);
}

vais_status session_enter(vais_session *session, vais_call *call) {
    TRY(call_begin(call));
    atomic_store(&session->activity, ACTIVITY_CALL);
    return VAIS_OK;
}

vais_status session_leave(vais_session *session, vais_status status) {
    atomic_store(&session->activity, ACTIVITY_NONE);
    return status;
}

int store_is_current(const vais_store *store, MDB_txn *txn) {
    return store->epoch == store->environment->epoch &&
           schema_is_current(store->environment, txn, store->catalog.generation);
}

vais_status session_begin_read(vais_session *session, vais_call *call) {
    vais_store *store = session->store;
    for (;;) {
        TRY(environment_begin_read(store->environment, &session->reading, call));
        // What another process has added to the schema, a read does not miss.
        if (store->epoch == store->environment->epoch) return VAIS_OK;
        environment_end_read(store->environment, &session->reading);
        TRY(store_reload(store, &session->activity, call));
    }
}

int session_cells(vais_session *session, uint32_t count) {
    if (count < session->cell_capacity) return 1;
    size_t size = ((size_t)count + 1) * sizeof(vais_cell);
    vais_cell *old = realloc(session->old_cells, size);
    if (old) session->old_cells = old;
    vais_cell *new = realloc(session->new_cells, size);
    if (new) session->new_cells = new;
    if (!old || !new) return 0;
    session->cell_capacity = count + 1;
    return 1;
}
