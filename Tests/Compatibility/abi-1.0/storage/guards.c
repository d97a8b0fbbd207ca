#include "guards.h"

#include "cells.h"

static int is_equal(const record *record, const shape *shape, const vais_cell *values) {
    for (uint32_t i = 0; i < shape->column_count; i++) {
        vais_cell stored = record_cell(record, shape->slots[i]);
        if (cell_compare(&stored, &values[i]) != 0) return 0;
    }
    return 1;
}

int guard_holds(const shape *shape, const vais_cell *cells) {
    if (shape->kind == VAIS_REQUIRE_EMPTY || shape->kind == VAIS_REQUIRE_SOME) {
        range range = shape_range(shape, cells);
        return (range.begin == range.end) == (shape->kind == VAIS_REQUIRE_EMPTY);
    }
    const record *record = index_find(shape->index, cells, shape->key_count);
    const vais_cell *values = cells + shape->key_count;
    switch (shape->kind) {
        case VAIS_REQUIRE_ABSENT: return record == NULL;
        case VAIS_REQUIRE_PRESENT: return record != NULL;
        case VAIS_REQUIRE_VERSION: return record && record->stamp == values->value.i64;
        default: return record && is_equal(record, shape, values);
    }
}
