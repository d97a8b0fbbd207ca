// Bounds as ranges of keys. Everything a bound can say is one of: from here, from behind all that begin with this, up to here, up to
// behind all that begin with this. "Behind all that begin with a key" is the key with its last byte one higher.
#include "cells.h"
#include "shapes.h"

static void add_all(bytes *key, const vais_cell *cells, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) key_add(key, &cells[i]);
}

static int is_less(const bytes *left, const bytes *right) {
    entry entry = {.head = {.mv_size = left->size, .mv_data = left->data}};
    return entry_compare(&entry, right) < 0;
}

static void swap(bytes *left, bytes *right) {
    bytes kept = *left;
    *left = *right;
    *right = kept;
}

/// Narrows the range by the position of the last row that was delivered.
static void resume(range *range, const shape *shape, const vais_cell *cells, const vais_cell *after, uint32_t after_count) {
    bytes position = {0};
    add_all(&position, cells, shape->key_count);
    add_all(&position, after, after_count);
    if (position.has_failed) range->begin.has_failed = 1;
    if (shape->flags & VAIS_SHAPE_DESCENDING) {
        if (range->has_no_end || is_less(&position, &range->end)) {
            swap(&position, &range->end);
            range->has_no_end = 0;
        }
    } else if (!key_step(&position)) {
        range->has_no_begin = 1;
    } else if (is_less(&range->begin, &position)) {
        swap(&position, &range->begin);
    }
    bytes_free(&position);
}

void range_set(range *range, const shape *shape, const vais_cell *cells, const vais_cell *after, uint32_t after_count) {
    const vais_cell *bound = cells ? cells + shape->key_count : NULL;
    uint32_t flags = shape->flags;
    range->has_no_begin = range->has_no_end = 0;
    bytes_clear(&range->begin);
    bytes_clear(&range->end);
    add_all(&range->begin, cells, shape->key_count);
    add_all(&range->end, cells, shape->key_count);
    if (flags & VAIS_SHAPE_LOWER) {
        key_add(&range->begin, bound++);
        if (flags & VAIS_SHAPE_LOWER_EXCLUSIVE) range->has_no_begin = !key_step(&range->begin);
    }
    if (flags & VAIS_SHAPE_UPPER) key_add(&range->end, bound);
    if (!(flags & VAIS_SHAPE_UPPER_EXCLUSIVE)) range->has_no_end = !key_step(&range->end);
    if (after) resume(range, shape, cells, after, after_count);
}

/// MDB_NOTFOUND for an entry outside of the range on the side to which we move.
static int within(const range *range, uint32_t flags, const entry *entry) {
    if (flags & VAIS_SHAPE_DESCENDING) return entry_compare(entry, &range->begin) < 0 ? MDB_NOTFOUND : MDB_SUCCESS;
    return !range->has_no_end && entry_compare(entry, &range->end) >= 0 ? MDB_NOTFOUND : MDB_SUCCESS;
}

int range_first(const range *range, uint32_t flags, MDB_cursor *cursor, entry *entry) {
    if (range->has_no_begin) return MDB_NOTFOUND;
    int code;
    if (!(flags & VAIS_SHAPE_DESCENDING)) {
        code = entry_seek(cursor, &range->begin, entry);
    } else {
        code = range->has_no_end ? MDB_NOTFOUND : entry_seek(cursor, &range->end, entry);
        if (code == MDB_SUCCESS) {
            code = entry_move(cursor, MDB_PREV, entry);
        } else if (code == MDB_NOTFOUND) {
            code = entry_move(cursor, MDB_LAST, entry);
        }
    }
    return code ? code : within(range, flags, entry);
}

int range_next(const range *range, uint32_t flags, MDB_cursor *cursor, entry *entry) {
    int code = entry_move(cursor, flags & VAIS_SHAPE_DESCENDING ? MDB_PREV : MDB_NEXT, entry);
    return code ? code : within(range, flags, entry);
}
