// commit: guards, then operations, all or nothing.
//
// Every operation takes at most one record out of a table and puts at most one in. The undo log keeps both, so a batch
// that fails is undone from its last operation to its first by doing the opposite, which needs no memory and cannot
// fail.
#include <stdlib.h>

#include "cells.h"
#include "guards.h"
#include "store.h"

/// What one operation did. Either record may be NULL; both are NULL when it changed nothing.
typedef struct change {
    table *table;
    record *removed;  ///< Freed when the batch succeeds.
    record *added;  ///< Freed when the batch is undone.
} change;

typedef struct undo_log {
    change *changes;
    uint32_t count;
} undo_log;

static void undo(undo_log *log) {
    while (log->count) {
        change *change = &log->changes[--log->count];
        if (change->added) table_remove(change->table, change->added);
        if (change->removed) table_insert(change->table, change->removed);
        record_free(change->added);
    }
}

static void forget(undo_log *log) {
    for (uint32_t i = 0; i < log->count; i++) record_free(log->changes[i].removed);
}

static int is_key_too_long(const table *table, const record *record) {
    for (uint32_t i = 0; i < table->index_count; i++) {
        uint64_t size = 0;
        const table_index *index = &table->indexes[i];
        for (uint32_t k = 0; k < index->slot_count; k++) size += cell_key_size(&record->cells[index->slots[k]]);
        if (size > MAX_KEY_BYTES) return 1;
    }
    return 0;
}

static int has_missing_value(const table *table, const record *record) {
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        if (record->cells[slot].type == VAIS_NULL && !(table->columns[slot].flags & VAIS_COLUMN_NULLABLE)) return 1;
    }
    return 0;
}

/// Puts `draft` in the place of `old`, either of which may be NULL, and logs it. Takes over `draft`, whatever the
/// answer.
static vais_status replace(table *table, record *old, record *draft, uint32_t position, undo_log *log,
                           vais_call *call) {
    if (draft && has_missing_value(table, draft)) {
        record_free(draft);
        return fail_at(call, VAIS_INVALID, VAIS_AT_OP, position, "a column that is not nullable would have no value");
    }
    if (draft && is_key_too_long(table, draft)) {
        record_free(draft);
        return fail_at(call, VAIS_LIMIT, VAIS_AT_OP, position, "a key is longer than %u bytes", MAX_KEY_BYTES);
    }
    if (draft && !record_seal(table, draft)) {
        record_free(draft);
        return fail_out_of_memory(call);
    }
    if (old) table_remove(table, old);
    const table_index *conflict = draft ? table_conflict(table, draft) : NULL;
    if (conflict) {
        if (old) table_insert(table, old);
        record_free(draft);
        return fail_at(call, VAIS_EXISTS, VAIS_AT_OP, position, "%.*s has this value in %.*s already",
                       (int)table->name.size, table->name.text, (int)conflict->name.size, conflict->name.text);
    }
    if (draft) table_insert(table, draft);
    log->changes[log->count++] = (change){table, old, draft};
    return VAIS_OK;
}

/// Adds to the columns an ADD names.
static vais_status add(record *draft, const shape *shape, const vais_cell *amounts, uint32_t position,
                       vais_call *call) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        int64_t *sum = &draft->cells[shape->slots[i]].value.i64;
        if (__builtin_add_overflow(*sum, amounts[i].value.i64, sum)) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_OP, position, "a sum is beyond 64 bits");
        }
    }
    return VAIS_OK;
}

/// Sets the columns an INSERT, UPSERT or UPDATE names.
static void set(record *draft, const shape *shape, const vais_cell *values) {
    for (uint32_t i = 0; i < shape->column_count; i++) draft->cells[shape->slots[i]] = values[i];
}

/// What the operation makes of `old`: the new record for its place.
static vais_status make_draft(const shape *shape, const record *old, const vais_cell *values, int64_t stamp,
                              uint32_t position, record **result, vais_call *call) {
    record *draft = record_draft(shape->table, old, shape->kind == VAIS_ADD ? old->stamp : stamp);
    if (!draft) return fail_out_of_memory(call);
    vais_status status = VAIS_OK;
    if (shape->kind == VAIS_ADD) {
        status = add(draft, shape, values, position, call);
    } else {
        set(draft, shape, values);
    }
    if (status == VAIS_OK) {
        *result = draft;
    } else {
        record_free(draft);
    }
    return status;
}

/// One operation on the table, logged.
static vais_status apply(const shape *shape, const vais_cell *cells, int64_t stamp, uint32_t position, undo_log *log,
                         vais_call *call) {
    table *table = shape->table;
    const vais_cell *values = cells + shape->key_count;
    record *draft = NULL;
    if (shape->kind == VAIS_INSERT || shape->kind == VAIS_UPSERT) {
        // The key stands somewhere among the columns: make the record first, and look for its twin.
        TRY(make_draft(shape, NULL, values, stamp, position, &draft, call));
        record *old = shape->kind == VAIS_UPSERT ? index_twin(table->indexes, draft) : NULL;
        if (!old) return replace(table, NULL, draft, position, log, call);
        record_free(draft);
        TRY(make_draft(shape, old, values, stamp, position, &draft, call));
        return replace(table, old, draft, position, log, call);
    }
    record *old = index_find(shape->index, cells, shape->key_count);
    if (shape->kind == VAIS_DELETE) return old ? replace(table, old, NULL, position, log, call) : VAIS_OK;
    if (!old) {
        return fail_at(call, VAIS_NOT_FOUND, VAIS_AT_OP, position, "%.*s has no such record", (int)table->name.size,
                       table->name.text);
    }
    TRY(make_draft(shape, old, values, stamp, position, &draft, call));
    return replace(table, old, draft, position, log, call);
}

static vais_status run(vais_session *session, const vais_batch *batch, undo_log *log, vais_call *call) {
    for (uint32_t i = 0; i < batch->guard_count; i++) {
        const shape *shape;
        TRY(shape_of_use(session->store, &batch->guards[i], VAIS_AT_GUARD, i, call, &shape));
        if (!shape_is_guard(shape->kind)) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_GUARD, i, "shape %u is no guard", batch->guards[i].shape);
        }
        if (!guard_holds(shape, batch->guards[i].cells)) {
            return fail_at(call, VAIS_GUARD_FAILED, VAIS_AT_GUARD, i, "guard %u does not hold", i);
        }
    }
    for (uint32_t i = 0; i < batch->op_count; i++) {
        const shape *shape;
        TRY(shape_of_use(session->store, &batch->ops[i], VAIS_AT_OP, i, call, &shape));
        if (!shape_is_operation(shape->kind)) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_OP, i, "shape %u is no operation", batch->ops[i].shape);
        }
        TRY(call_check(call, &session->state));
        TRY(apply(shape, batch->ops[i].cells, batch->stamp, i, log, call));
    }
    return VAIS_OK;
}

/// One batch, under the store's lock.
static vais_status commit(vais_session *session, const vais_batch *batch, vais_call *call) {
    if (batch->struct_size < VAIS_BATCH_SIZE_1_0)
        return fail(call, VAIS_INVALID, "the batch is of an older ABI than 1.0");
    if (batch->flags) return fail(call, VAIS_UNSUPPORTED, "unknown batch flags 0x%x", batch->flags);
    if ((uint64_t)batch->guard_count + batch->op_count > MAX_BATCH_USES) {
        return fail(call, VAIS_LIMIT, "the batch has more than %u guards and operations", MAX_BATCH_USES);
    }
    TRY(call_check(call, &session->state));
    undo_log log = {.changes = calloc((uint64_t)batch->op_count + 1, sizeof(change))};
    if (!log.changes) return fail_out_of_memory(call);
    vais_status status = run(session, batch, &log, call);
    if (status == VAIS_OK) {
        forget(&log);
    } else {
        undo(&log);
    }
    free(log.changes);
    return status;
}

vais_status store_commit(vais_session *session, const vais_batch *batch, vais_call *call) {
    TRY(session_enter(session, call));
    return session_leave(session, commit(session, batch, call));
}

vais_status store_commit_many(vais_session *session, const vais_batch *batches, uint64_t stride, uint32_t count,
                              vais_outcome *outcomes, vais_call *call) {
    TRY(session_enter(session, call));
    for (uint32_t i = 0; i < count; i++) {
        // Each batch reports where it failed to an error of its own, from which its outcome is made. When the deadline
        // passes half way, the batches not yet committed have that as their outcome.
        vais_error error = {.struct_size = sizeof error};
        vais_call part = {
            .struct_size = sizeof part, .deadline = call->deadline, .cancelled = call->cancelled, .error = &error};
        vais_status status = commit(session, strided(batches, stride, i), &part);
        outcomes[i] = (vais_outcome){.status = status, .place = error.place, .position = error.position};
    }
    return session_leave(session, VAIS_OK);
}
