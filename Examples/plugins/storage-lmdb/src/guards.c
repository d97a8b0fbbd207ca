#include "guards.h"

#include "cells.h"
#include "find.h"

static int are_equal(const vais_session *session, const shape *shape, int64_t stamp, const vais_cell *values) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        vais_cell version = {.type = VAIS_I64, .value.i64 = stamp};
        const vais_cell *stored = shape->slots[i] == SLOT_VERSION ? &version : &session->old_cells[shape->slots[i]];
        if (!cells_are_equal(stored, &values[i])) return 0;
    }
    return 1;
}

vais_status guard_check(vais_session *session, MDB_txn *txn, const shape *shape, const vais_cell *cells, int *holds,
                        vais_call *call) {
    if (shape->kind == VAIS_REQUIRE_EMPTY || shape->kind == VAIS_REQUIRE_SOME) {
        int has_any = 0;
        TRY(find_any(session, txn, shape, cells, &has_any, NULL, call));
        *holds = has_any == (shape->kind == VAIS_REQUIRE_SOME);
        return VAIS_OK;
    }
    MDB_val record;
    TRY(find_record(session, txn, shape, cells, &record, call));
    if (!record.mv_data || shape->kind == VAIS_REQUIRE_ABSENT || shape->kind == VAIS_REQUIRE_PRESENT) {
        *holds = (record.mv_data == NULL) == (shape->kind == VAIS_REQUIRE_ABSENT);
        return VAIS_OK;
    }
    int64_t stamp;
    TRY(read_record(session, shape->table, record, &stamp, call));
    const vais_cell *values = cells + shape->key_count;
    *holds = shape->kind == VAIS_REQUIRE_VERSION ? stamp == values->value.i64 : are_equal(session, shape, stamp, values);
    return VAIS_OK;
}
