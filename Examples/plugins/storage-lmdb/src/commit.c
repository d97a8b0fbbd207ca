// commit: one LMDB transaction. commit_many: one for all of its batches, so that they cost one durable write.
//
// A batch among several that fails must leave no trace. Nearly always it fails at a guard, before it has changed anything. So at
// first the batches share the transaction; only when one fails later than that, all of them are done again, each in a nested
// transaction that can be aborted alone.
#include "guards.h"
#include "operations.h"

static vais_status run_guards(vais_session *session, MDB_txn *txn, const vais_batch *batch, vais_call *call) {
    const vais_store *store = session->store;
    for (uint32_t i = 0; i < batch->guard_count; i++) {
        const vais_use *use = &batch->guards[i];
        const shape *shape;
        TRY(call_check(call, &session->activity));
        TRY(shape_of_use(store->shapes, store->shape_count, use, VAIS_AT_GUARD, i, call, &shape));
        if (!shape_is_guard(shape->kind)) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_GUARD, i, "shape %u is no guard", use->shape);
        }
        int holds;
        TRY(guard_check(session, txn, shape, use->cells, &holds, call));
        if (!holds) return fail_at(call, VAIS_GUARD_FAILED, VAIS_AT_GUARD, i, "guard %u does not hold", i);
    }
    return VAIS_OK;
}

static vais_status run_batch(vais_session *session, MDB_txn *txn, const vais_batch *batch, vais_call *call) {
    const vais_store *store = session->store;
    session->has_written = 0;
    if (batch->struct_size < VAIS_BATCH_SIZE_1_0) return fail(call, VAIS_INVALID, "the batch is older than ABI 1.0");
    if (batch->flags) return fail(call, VAIS_UNSUPPORTED, "unknown batch flags 0x%x", batch->flags);
    if ((uint64_t)batch->guard_count + batch->op_count > MAX_BATCH_USES) {
        return fail(call, VAIS_LIMIT, "a batch takes no more than %u guards and operations", MAX_BATCH_USES);
    }
    TRY(call_check(call, &session->activity));
    TRY(run_guards(session, txn, batch, call));
    for (uint32_t i = 0; i < batch->op_count; i++) {
        const vais_use *use = &batch->ops[i];
        const shape *shape;
        TRY(call_check(call, &session->activity));
        TRY(shape_of_use(store->shapes, store->shape_count, use, VAIS_AT_OP, i, call, &shape));
        if (!shape_is_operation(shape->kind)) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_OP, i, "shape %u is no operation", use->shape);
        }
        TRY(operation_apply(session, txn, shape, use->cells, batch->stamp, i, call));
    }
    return VAIS_OK;
}

/// Runs a write, loading the schema first when another process has changed it.
static vais_status write_current(vais_session *session, write_body body, void *context, vais_call *call) {
    vais_store *store = session->store;
    for (;;) {
        vais_status status = environment_write(store->environment, &session->activity, call, body, context);
        if (status != STATUS_RELOAD) return status;
        TRY(store_reload(store, &session->activity, call));
    }
}

// ---- One batch ------------------------------------------------------------------------------------------------------

typedef struct single {
    vais_session *session;
    const vais_batch *batch;
} single;

static vais_status commit_single(MDB_txn *txn, void *context, vais_call *call) {
    const single *single = context;
    const vais_store *store = single->session->store;
    if (!store_is_current(store, txn)) return STATUS_RELOAD;
    return run_batch(single->session, txn, single->batch, call);
}

vais_status store_commit(vais_session *session, const vais_batch *batch, vais_call *call) {
    TRY(session_enter(session, call));
    single single = {session, batch};
    return session_leave(session, write_current(session, commit_single, &single, call));
}

// ---- Several --------------------------------------------------------------------------------------------------------

typedef struct several {
    vais_session *session;
    const vais_batch *batches;
    uint64_t stride;
    uint32_t count;
    vais_outcome *outcomes;
    int is_nested;
} several;

/// Whether a status says something of its batch alone, not of the store.
static int is_of_batch(vais_status status) {
    switch (status) {
        case VAIS_OK:
        case VAIS_NOT_FOUND:
        case VAIS_EXISTS:
        case VAIS_GUARD_FAILED:
        case VAIS_TIMEOUT:
        case VAIS_CANCELLED:
        case VAIS_LIMIT:
        case VAIS_UNSUPPORTED:
        case VAIS_INVALID: return 1;
        default: return 0;
    }
}

/// In a transaction within `txn`, which is aborted if the batch fails.
static vais_status run_nested(vais_session *session, MDB_txn *txn, const vais_batch *batch, vais_call *call) {
    MDB_txn *nested;
    int code = mdb_txn_begin(session->store->environment->env, txn, 0, &nested);
    if (code) return fail_lmdb(call, code, "begin a nested transaction");
    vais_status status = run_batch(session, nested, batch, call);
    if (status != VAIS_OK) {
        mdb_txn_abort(nested);
        return status;
    }
    code = mdb_txn_commit(nested);
    return code ? fail_lmdb(call, code, "commit a nested transaction") : VAIS_OK;
}

static vais_status commit_several(MDB_txn *txn, void *context, vais_call *call) {
    const several *several = context;
    vais_session *session = several->session;
    const vais_store *store = session->store;
    if (!store_is_current(store, txn)) return STATUS_RELOAD;
    for (uint32_t i = 0; i < several->count; i++) {
        const vais_batch *batch = element(several->batches, several->stride, i);
        // Each batch says where it failed in a struct of its own; words go to the caller's buffer.
        vais_error error = {.struct_size = sizeof error};
        if (call->error && call->error->struct_size >= VAIS_ERROR_SIZE_1_0) {
            error.message = call->error->message;
            error.message_capacity = call->error->message_capacity;
        }
        vais_call part = {.struct_size = sizeof part, .deadline = call->deadline, .cancelled = call->cancelled, .error = &error};
        vais_status status =
            several->is_nested ? run_nested(session, txn, batch, &part) : run_batch(session, txn, batch, &part);
        if (!is_of_batch(status)) {
            if (call->error && call->error->struct_size >= VAIS_ERROR_SIZE_1_0) {
                call->error->vendor_code = error.vendor_code;
                call->error->message_size = error.message_size;
            }
            return status;
        }
        if (status != VAIS_OK && session->has_written && !several->is_nested) return STATUS_UNDO;
        several->outcomes[i] = (vais_outcome){.status = status, .place = error.place, .position = error.position};
    }
    return VAIS_OK;
}

vais_status store_commit_many(vais_session *session, const vais_batch *batches, uint64_t stride, uint32_t count,
                              vais_outcome *outcomes, vais_call *call) {
    TRY(session_enter(session, call));
    several several = {session, batches, stride, count, outcomes, 0};
    vais_status status = write_current(session, commit_several, &several, call);
    if (status == STATUS_UNDO) {
        several.is_nested = 1;
        status = write_current(session, commit_several, &several, call);
    }
    return session_leave(session, status);
}
