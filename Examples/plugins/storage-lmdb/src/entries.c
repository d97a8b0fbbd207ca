#include "entries.h"

#include <errno.h>
#include <string.h>

static int compare(const uint8_t *left, size_t left_size, const uint8_t *right, size_t right_size) {
    size_t common = left_size < right_size ? left_size : right_size;
    int order = common ? memcmp(left, right, common) : 0;
    return order ? order : (left_size > right_size) - (left_size < right_size);
}

int entry_compare(const entry *entry, const bytes *key) {
    size_t head = entry->head.mv_size;
    if (key->size <= head || entry->rest.mv_size == 0) {
        int order = compare(entry->head.mv_data, head, key->data, key->size);
        return order == 0 && entry->rest.mv_size ? 1 : order;
    }
    int order = memcmp(entry->head.mv_data, key->data, head);
    return order ? order : compare(entry->rest.mv_data, entry->rest.mv_size, key->data + head, key->size - head);
}

int entry_begins(const entry *entry, const bytes *key) {
    size_t head = entry->head.mv_size;
    if (key->size <= head) return key->size == 0 || memcmp(entry->head.mv_data, key->data, key->size) == 0;
    size_t more = key->size - head;
    return more <= entry->rest.mv_size && memcmp(entry->head.mv_data, key->data, head) == 0 &&
           memcmp(entry->rest.mv_data, key->data + head, more) == 0;
}

/// Takes what LMDB answered apart.
static int take_apart(const MDB_val *key, const MDB_val *value, entry *entry) {
    *entry = (struct entry){.head = *key, .value = *value};
    if (key->mv_size <= HEAD_BYTES) return MDB_SUCCESS;
    if (key->mv_size != LONG_KEY_BYTES) return MDB_CORRUPTED;
    reader reader = {.next = value->mv_data, .end = (const uint8_t *)value->mv_data + value->mv_size};
    uint64_t size = reader_count(&reader);
    const uint8_t *rest = reader_take(&reader, size);
    if (reader.is_damaged || size == 0) return MDB_CORRUPTED;
    entry->head.mv_size = HEAD_BYTES;
    entry->rest = (MDB_val){.mv_size = size, .mv_data = (void *)(uintptr_t)rest};
    entry->value = (MDB_val){.mv_size = (size_t)(reader.end - reader.next), .mv_data = (void *)(uintptr_t)reader.next};
    return MDB_SUCCESS;
}

int entry_move(MDB_cursor *cursor, MDB_cursor_op step, entry *entry) {
    MDB_val key, value;
    int code = mdb_cursor_get(cursor, &key, &value, step);
    return code ? code : take_apart(&key, &value, entry);
}

int entry_seek(MDB_cursor *cursor, const bytes *key, entry *entry) {
    if (key->size == 0) return entry_move(cursor, MDB_FIRST, entry);  // LMDB has no empty keys.
    MDB_val found = {.mv_size = key->size < HEAD_BYTES ? key->size : HEAD_BYTES, .mv_data = key->data};
    MDB_val value;
    int code = mdb_cursor_get(cursor, &found, &value, MDB_SET_RANGE);
    if (code == MDB_SUCCESS) code = take_apart(&found, &value, entry);
    while (code == MDB_SUCCESS && key->size > HEAD_BYTES && entry_compare(entry, key) < 0) {
        code = entry_move(cursor, MDB_NEXT, entry);
    }
    return code;
}

/// Moves to exactly this long key.
static int find_long(MDB_cursor *cursor, const bytes *key, entry *entry) {
    int code = entry_seek(cursor, key, entry);
    return code == MDB_SUCCESS && entry_compare(entry, key) != 0 ? MDB_NOTFOUND : code;
}

int entry_get(MDB_txn *txn, MDB_dbi database, const bytes *key, MDB_val *value) {
    if (key->size <= HEAD_BYTES) {
        MDB_val found = {.mv_size = key->size, .mv_data = key->data};
        return mdb_get(txn, database, &found, value);
    }
    MDB_cursor *cursor;
    int code = mdb_cursor_open(txn, database, &cursor);
    if (code) return code;
    entry entry;
    code = find_long(cursor, key, &entry);
    mdb_cursor_close(cursor);
    if (code == MDB_SUCCESS) *value = entry.value;
    return code;
}

int entry_delete(MDB_txn *txn, MDB_dbi database, const bytes *key) {
    if (key->size <= HEAD_BYTES) {
        MDB_val found = {.mv_size = key->size, .mv_data = key->data};
        return mdb_del(txn, database, &found, NULL);
    }
    MDB_cursor *cursor;
    int code = mdb_cursor_open(txn, database, &cursor);
    if (code) return code;
    entry entry;
    code = find_long(cursor, key, &entry);
    if (code == MDB_SUCCESS) code = mdb_cursor_del(cursor, 0);
    mdb_cursor_close(cursor);
    return code;
}

// ---- Long keys ------------------------------------------------------------------------------------------------------

static uint64_t rank_of(const entry *entry) {
    uint64_t rank;
    memcpy(&rank, (const uint8_t *)entry->head.mv_data + HEAD_BYTES, sizeof rank);
    return __builtin_bswap64(rank);
}

static void make_key(uint8_t *long_key, const uint8_t *head, uint64_t rank) {
    rank = __builtin_bswap64(rank);
    if (long_key != head) memcpy(long_key, head, HEAD_BYTES);
    memcpy(long_key + HEAD_BYTES, &rank, sizeof rank);
}

/// A rank between two, either of which may be none (0, UINT64_MAX). 0: there is none.
static uint64_t rank_between(uint64_t before, uint64_t after) {
    const uint64_t stride = (uint64_t)1 << 32;
    uint64_t gap = after - before;
    if (gap < 2) return 0;
    // Keys often come in order: then leave half of the room to those that follow, but a wide stride is enough.
    if (after == UINT64_MAX && before && gap > stride) return before + stride;
    if (before == 0 && after != UINT64_MAX && gap > stride) return after - stride;
    return before + gap / 2;
}

/// Finds the place of `key`: its own rank when it is there, else a free one, or 0 when those that begin alike leave no room.
static int find_rank(MDB_cursor *cursor, const bytes *key, uint64_t *rank) {
    bytes head = {.data = key->data, .size = HEAD_BYTES};
    uint64_t before = 0, after = UINT64_MAX;
    entry entry;
    int code = entry_seek(cursor, &head, &entry);
    while (code == MDB_SUCCESS && entry.rest.mv_size && entry_begins(&entry, &head)) {
        int order = entry_compare(&entry, key);
        if (order == 0) {
            *rank = rank_of(&entry);
            return MDB_SUCCESS;
        }
        if (order > 0) {
            after = rank_of(&entry);
            break;
        }
        before = rank_of(&entry);
        code = entry_move(cursor, MDB_NEXT, &entry);
    }
    if (code != MDB_SUCCESS && code != MDB_NOTFOUND) return code;
    *rank = rank_between(before, after);
    return MDB_SUCCESS;
}

/// Takes all entries that begin with `head` out, each as size of the raw value, then the value.
static int take_out(MDB_cursor *cursor, const bytes *head, bytes *taken, uint64_t *count) {
    for (*count = 0;; ++*count) {
        MDB_val key = {.mv_size = head->size, .mv_data = head->data}, value;
        int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
        int belongs = code == MDB_SUCCESS && key.mv_size == LONG_KEY_BYTES && memcmp(key.mv_data, head->data, HEAD_BYTES) == 0;
        if (!belongs) return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
        bytes_add_count(taken, value.mv_size);
        bytes_add(taken, value.mv_data, value.mv_size);
        if ((code = mdb_cursor_del(cursor, 0))) return code;
    }
}

/// Numbers all entries that begin with `head` anew, with even gaps.
static int renumber(MDB_txn *txn, MDB_dbi database, MDB_cursor *cursor, const bytes *head) {
    bytes taken = {0};
    uint64_t count;
    int code = take_out(cursor, head, &taken, &count);
    if (code == MDB_SUCCESS && taken.has_failed) code = ENOMEM;
    reader reader = {.next = taken.data, .end = taken.data + taken.size};
    for (uint64_t i = 0; code == MDB_SUCCESS && i < count; i++) {
        uint8_t long_key[LONG_KEY_BYTES];
        make_key(long_key, head->data, (i + 1) * (UINT64_MAX / (count + 1)));
        uint64_t size = reader_count(&reader);
        MDB_val key = {.mv_size = sizeof long_key, .mv_data = long_key};
        MDB_val value = {.mv_size = size, .mv_data = (void *)(uintptr_t)reader_take(&reader, size)};
        code = mdb_put(txn, database, &key, &value, MDB_NOOVERWRITE);
    }
    bytes_free(&taken);
    return code;
}

static int put_long(MDB_txn *txn, MDB_dbi database, const bytes *key, const bytes *value) {
    MDB_cursor *cursor;
    int code = mdb_cursor_open(txn, database, &cursor);
    if (code) return code;
    uint64_t rank = 0;
    code = find_rank(cursor, key, &rank);
    if (code == MDB_SUCCESS && rank == 0) {
        bytes head = {.data = key->data, .size = HEAD_BYTES};
        code = renumber(txn, database, cursor, &head);
        if (code == MDB_SUCCESS) code = find_rank(cursor, key, &rank);
    }
    mdb_cursor_close(cursor);
    if (code) return code;
    bytes whole = {0};
    bytes_add_count(&whole, key->size - HEAD_BYTES);
    bytes_add(&whole, key->data + HEAD_BYTES, key->size - HEAD_BYTES);
    bytes_add(&whole, value->data, value->size);
    if (whole.has_failed) return ENOMEM;
    uint8_t long_key[LONG_KEY_BYTES];
    make_key(long_key, key->data, rank);
    MDB_val raw_key = {.mv_size = sizeof long_key, .mv_data = long_key};
    MDB_val raw_value = {.mv_size = whole.size, .mv_data = whole.data};
    code = mdb_put(txn, database, &raw_key, &raw_value, 0);
    bytes_free(&whole);
    return code;
}

int entry_put(MDB_txn *txn, MDB_dbi database, const bytes *key, const bytes *value) {
    if (key->size > HEAD_BYTES) return put_long(txn, database, key, value);
    MDB_val raw_key = {.mv_size = key->size, .mv_data = key->data};
    MDB_val raw_value = {.mv_size = value->size, .mv_data = value->data};
    return mdb_put(txn, database, &raw_key, &raw_value, 0);
}
