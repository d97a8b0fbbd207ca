// Keys of every length, against a plain sorted list: order, seeking, replacing and deleting.
#include <string.h>

#include "check.h"
#include "entries.h"

#define MOST_KEYS 4000

typedef struct model {
    bytes keys[MOST_KEYS];
    uint32_t values[MOST_KEYS];
    int count;
} model;

static uint64_t state = 88172645463325252u;

static uint32_t below(uint32_t limit) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;  // Marsaglia's xorshift.
    return (uint32_t)(state % limit);
}

static int compare(const bytes *left, const bytes *right) {
    size_t common = left->size < right->size ? left->size : right->size;
    int order = memcmp(left->data, right->data, common);
    return order ? order : (left->size > right->size) - (left->size < right->size);
}

/// A key that ends as keys do, so that none is the beginning of another: few different bytes, so that many begin alike.
static bytes random_key(void) {
    bytes key = {0};
    uint32_t length = below(3) ? 500 + below(40) : below(1200);
    int varies = below(2);
    for (uint32_t i = 0; i < length; i++) bytes_add_byte(&key, (uint8_t)(varies && i > 498 ? 1 + below(3) : 1));
    bytes_add_byte(&key, 0);
    return key;
}

static int place_of(const model *model, const bytes *key) {
    int place = 0;
    while (place < model->count && compare(&model->keys[place], key) < 0) place++;
    return place;
}

static int is_there(const model *model, int place, const bytes *key) {
    return place < model->count && compare(&model->keys[place], key) == 0;
}

static void put(model *model, MDB_txn *txn, MDB_dbi database, bytes key, uint32_t number) {
    bytes value = {.data = (uint8_t *)&number, .size = sizeof number};
    CHECK(entry_put(txn, database, &key, &value) == MDB_SUCCESS);
    int place = place_of(model, &key);
    if (is_there(model, place, &key)) {
        bytes_free(&key);
    } else {
        CHECK(model->count < MOST_KEYS);
        memmove(&model->keys[place + 1], &model->keys[place], (size_t)(model->count - place) * sizeof(bytes));
        memmove(&model->values[place + 1], &model->values[place], (size_t)(model->count - place) * sizeof number);
        model->keys[place] = key;
        model->count++;
    }
    model->values[place] = number;
}

static void delete(model *model, MDB_txn *txn, MDB_dbi database, bytes key) {
    int place = place_of(model, &key), found = is_there(model, place, &key);
    CHECK(entry_delete(txn, database, &key) == (found ? MDB_SUCCESS : MDB_NOTFOUND));
    if (found) {
        bytes_free(&model->keys[place]);
        model->count--;
        memmove(&model->keys[place], &model->keys[place + 1], (size_t)(model->count - place) * sizeof(bytes));
        memmove(&model->values[place], &model->values[place + 1], (size_t)(model->count - place) * sizeof(uint32_t));
    }
    bytes_free(&key);
}

static void expect_entry(const model *model, int place, const entry *entry) {
    CHECK(entry_compare(entry, &model->keys[place]) == 0 && entry_begins(entry, &model->keys[place]));
    CHECK(entry->value.mv_size == sizeof(uint32_t));
    CHECK(memcmp(entry->value.mv_data, &model->values[place], sizeof(uint32_t)) == 0);
}

/// The whole list forwards and backwards, each entry by its key, and seeking anywhere.
static void expect_same(const model *model, MDB_txn *txn, MDB_dbi database) {
    MDB_cursor *cursor;
    CHECK(mdb_cursor_open(txn, database, &cursor) == MDB_SUCCESS);
    entry entry;
    int code = entry_move(cursor, MDB_FIRST, &entry);
    for (int i = 0; i < model->count; i++, code = entry_move(cursor, MDB_NEXT, &entry)) {
        CHECK(code == MDB_SUCCESS);
        expect_entry(model, i, &entry);
    }
    CHECK(code == MDB_NOTFOUND);
    code = entry_move(cursor, MDB_LAST, &entry);
    for (int i = model->count; i-- > 0; code = entry_move(cursor, MDB_PREV, &entry)) {
        CHECK(code == MDB_SUCCESS);
        expect_entry(model, i, &entry);
    }
    for (int i = 0; i < 100; i++) {
        bytes key = random_key();
        if (below(2)) key.size = below((uint32_t)key.size + 1);  // Bounds are beginnings of keys.
        int place = place_of(model, &key);
        code = entry_seek(cursor, &key, &entry);
        CHECK(code == (place < model->count ? MDB_SUCCESS : MDB_NOTFOUND));
        if (code == MDB_SUCCESS) expect_entry(model, place, &entry);
        MDB_val value;
        if (key.size) CHECK(entry_get(txn, database, &key, &value) == (is_there(model, place, &key) ? MDB_SUCCESS : MDB_NOTFOUND));
        bytes_free(&key);
    }
    mdb_cursor_close(cursor);
}

/// Keys that always fall between the last two, so that the ranks between them are used up.
static void converge(model *model, MDB_txn *txn, MDB_dbi database, int upwards) {
    for (uint32_t i = 0; i < 300; i++) {
        bytes key = {0};
        for (uint32_t k = 0; k < 600; k++) bytes_add_byte(&key, 9);
        // Binary, from both ends inwards: 0…, then 1…, then 01…, then 10… and so on.
        for (uint32_t k = 0; k < i / 2; k++) bytes_add_byte(&key, i % 2 ? 4 : 6);
        bytes_add_byte(&key, upwards ? 5 : i % 2 ? 3 : 7);
        bytes_add_byte(&key, 0);
        put(model, txn, database, key, i);
    }
}

int main(void) {
    static model model;
    make_folder();
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi database;
    CHECK(mdb_env_create(&env) == MDB_SUCCESS);
    CHECK(mdb_env_set_mapsize(env, (size_t)256 << 20) == MDB_SUCCESS);
    CHECK(mdb_env_open(env, folder, MDB_NOSYNC, 0600) == MDB_SUCCESS);
    CHECK(mdb_txn_begin(env, NULL, 0, &txn) == MDB_SUCCESS);
    CHECK(mdb_dbi_open(txn, NULL, 0, &database) == MDB_SUCCESS);
    for (uint32_t round = 0; round < 10; round++) {
        for (uint32_t i = 0; i < 150; i++) {
            if (below(4)) {
                put(&model, txn, database, random_key(), round * 1000 + i);
            } else {
                delete(&model, txn, database, random_key());
            }
        }
        for (uint32_t i = 0; i < 30 && model.count; i++) {
            bytes key = {0}, *victim = &model.keys[below((uint32_t)model.count)];
            bytes_add(&key, victim->data, victim->size);
            delete(&model, txn, database, key);
        }
        expect_same(&model, txn, database);
    }
    converge(&model, txn, database, 0);
    expect_same(&model, txn, database);
    converge(&model, txn, database, 1);
    expect_same(&model, txn, database);
    mdb_txn_abort(txn);
    mdb_env_close(env);
    for (int i = 0; i < model.count; i++) bytes_free(&model.keys[i]);
    remove_folder();
    return 0;
}
