// commit: guards, then operations, all or nothing. An engine with transactions begins one, does the same, and commits it; this
// one remembers which record took the place of which, and on a failure puts them back from the last to the first.
#include <stdlib.h>
#include <string.h>

#include "store.h"

typedef struct change {
    table *table;
    record *old;  ///< Freed when the batch succeeds. May be NULL.
    record *new;  ///< Freed when it fails. May be NULL.
} change;

typedef struct undo_log {
    change *changes;
    uint32_t count;
} undo_log;

static int guard_holds(const shape *shape, const vais_cell *cells, int *out_of_memory) {
    if (shape->kind == VAIS_REQUIRE_EMPTY || shape->kind == VAIS_REQUIRE_SOME) {
        uint64_t count = 0;
        record **records = table_select(shape, cells, &count);
        *out_of_memory = !records;
        free(records);
        return (count == 0) == (shape->kind == VAIS_REQUIRE_EMPTY);
    }
    const record *record = table_find(shape->table, shape->index, cells);
    const vais_cell *values = cells + shape->key_count;
    if (shape->kind == VAIS_REQUIRE_ABSENT) return !record;
    if (!record) return 0;
    if (shape->kind == VAIS_REQUIRE_VERSION) return record->stamp == values->value.i64;
    for (uint32_t i = 0; shape->kind == VAIS_REQUIRE_EQUAL && i < shape->column_count; i++) {
        vais_cell stamp = {.type = VAIS_I64, .value.i64 = record->stamp};
        uint32_t slot = shape->slots[i];
        if (cell_compare(slot == SLOT_VERSION ? &stamp : &record->cells[slot], &values[i])) return 0;
    }
    return 1;
}

/// Puts a record of `cells` in the place of `old` (NULL: adds it), and remembers it.
static vais_status replace(table *table, record *old, const vais_cell *cells, int64_t stamp, uint32_t position,
                           undo_log *log, vais_call *call) {
    for (uint32_t slot = 0; slot < table->column_count; slot++) {
        if (cells[slot].type == VAIS_NULL && !(table->columns[slot].flags & VAIS_COLUMN_NULLABLE)) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_OP, position, "a column that is not nullable has no value");
        }
    }
    for (uint32_t i = 0; i < table->index_count; i++) {
        if (!(table->indexes[i].flags & VAIS_INDEX_UNIQUE)) continue;
        const record *twin = table_twin(table, &table->indexes[i], cells);
        if (twin && twin != old) return fail_at(call, VAIS_EXISTS, VAIS_AT_OP, position, "it exists already");
    }
    record *new = record_new(table, cells, stamp);
    if (!new || !table_reserve(table)) {
        free(new);
        return fail(call, VAIS_BUSY, "out of memory");
    }
    if (old) table_remove(table, old);
    table_add(table, new);
    log->changes[log->count++] = (change){table, old, new};
    return VAIS_OK;
}

/// One operation. `draft` has room for a cell of every column.
static vais_status apply(const shape *shape, const vais_use *use, int64_t stamp, uint32_t position, vais_cell *draft,
                         undo_log *log, vais_call *call) {
    table *table = shape->table;
    const vais_cell *values = use->cells + shape->key_count;
    record *old = NULL;
    memset(draft, 0, table->column_count * sizeof *draft);  // All VAIS_NULL.
    if (shape->kind == VAIS_INSERT || shape->kind == VAIS_UPSERT) {
        for (uint32_t i = 0; i < shape->column_count; i++) draft[shape->slots[i]] = values[i];
        if (shape->kind == VAIS_UPSERT) old = table_twin(table, table->indexes, draft);
    } else {
        old = table_find(table, shape->index, use->cells);
        if (shape->kind == VAIS_DELETE) {
            if (old) table_remove(table, old);
            log->changes[log->count++] = (change){table, old, NULL};
            return VAIS_OK;
        }
        if (!old) return fail_at(call, VAIS_NOT_FOUND, VAIS_AT_OP, position, "there is no such record");
    }
    if (old) memcpy(draft, old->cells, table->column_count * sizeof *draft);
    for (uint32_t i = 0; i < shape->column_count; i++) {
        vais_cell *cell = &draft[shape->slots[i]];
        if (shape->kind != VAIS_ADD) {
            *cell = values[i];
        } else if (__builtin_add_overflow(cell->value.i64, values[i].value.i64, &cell->value.i64)) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_OP, position, "the sum is beyond 64 bits");
        }
    }
    return replace(table, old, draft, shape->kind == VAIS_ADD ? old->stamp : stamp, position, log, call);
}

static vais_status run(vais_session *session, const vais_batch *batch, vais_cell *draft, undo_log *log,
                       vais_call *call) {
    const shape *shape;
    for (uint32_t i = 0; i < batch->guard_count; i++) {
        TRY(call_check(call, session));
        TRY(use_shape(session->store, &batch->guards[i], VAIS_AT_GUARD, i, call, &shape));
        if (shape->kind < VAIS_REQUIRE_ABSENT) return fail_at(call, VAIS_INVALID, VAIS_AT_GUARD, i, "not a guard");
        int out_of_memory = 0;
        int holds = guard_holds(shape, batch->guards[i].cells, &out_of_memory);
        if (out_of_memory) return fail(call, VAIS_BUSY, "out of memory");
        if (!holds) return fail_at(call, VAIS_GUARD_FAILED, VAIS_AT_GUARD, i, "the guard does not hold");
    }
    for (uint32_t i = 0; i < batch->op_count; i++) {
        TRY(call_check(call, session));
        TRY(use_shape(session->store, &batch->ops[i], VAIS_AT_OP, i, call, &shape));
        if (shape->kind < VAIS_INSERT || shape->kind > VAIS_DELETE) {
            return fail_at(call, VAIS_INVALID, VAIS_AT_OP, i, "not an operation");
        }
        TRY(apply(shape, &batch->ops[i], batch->stamp, i, draft, log, call));
    }
    return VAIS_OK;
}

vais_status commit(vais_session *session, const vais_batch *batch, vais_call *call) {
    if (batch->struct_size < VAIS_BATCH_SIZE_1_0) return fail(call, VAIS_INVALID, "the batch is short");
    if (batch->flags) return fail(call, VAIS_UNSUPPORTED, "the batch has flags this plugin does not know");
    TRY(session_enter(session, call));
    vais_store *store = session->store;
    uint32_t widest = 1;
    for (uint32_t i = 0; i < store->table_count; i++) {
        if (store->tables[i].column_count > widest) widest = store->tables[i].column_count;
    }
    vais_cell *draft = malloc(widest * sizeof *draft);
    undo_log log = {.changes = calloc((uint64_t)batch->op_count + 1, sizeof(change))};
    vais_status status =
        draft && log.changes ? run(session, batch, draft, &log, call) : fail(call, VAIS_BUSY, "out of memory");
    while (log.count) {
        // From the last to the first: a record of this batch may have been replaced by another of it.
        change change = log.changes[--log.count];
        if (status == VAIS_OK) {
            free(change.old);
        } else {
            if (change.new) table_remove(change.table, change.new);
            if (change.old) table_add(change.table, change.old);
            free(change.new);
        }
    }
    free(log.changes);
    free(draft);
    return session_leave(session, status);
}
