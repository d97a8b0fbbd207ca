/// host.h: a host in little: one store, one session, one collection.
#ifndef LMDB_HOST_H
#define LMDB_HOST_H

#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"
#include "store.h"

// Shapes, by their numbers.
enum { GET, COUNT_BY_NUMBER, INSERT, ADD, DELETE, ABSENT, SCAN, SHAPES };

typedef struct host {
    vais_store *store;
    vais_session *session;
    char message[256];
    vais_error error;
    vais_call call;
} host;

static inline vais_span span(const char *text) {
    return (vais_span){(const uint8_t *)text, strlen(text)};
}

static inline vais_cell text(const char *value, size_t size) {
    return (vais_cell){.type = VAIS_TEXT, .size = (uint32_t)size, .value.data = (const uint8_t *)value};
}

static inline vais_cell number(int64_t value) {
    return (vais_cell){.type = VAIS_I64, .value.i64 = value};
}

/// Things with a key, a number and a note; with `version` 2 the number has a unique index.
static inline const vais_schema *schema(uint32_t version) {
    static const char *names[] = {"id", "number", "note"};
    static vais_column columns[3];
    static const uint32_t key[] = {1}, indexed[] = {2};
    static vais_index index = {.struct_size = sizeof index, .id = 1, .flags = VAIS_INDEX_UNIQUE, .column_count = 1, .columns = indexed};
    static vais_collection things = {.struct_size = sizeof things, .id = 1, .column_stride = sizeof *columns, .key = key,
                                     .column_count = 3, .key_count = 1, .index_stride = sizeof index};
    static vais_schema schema = {.struct_size = sizeof schema, .collection_stride = sizeof things, .collection_count = 1};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t type = i == 1 ? VAIS_I64 : VAIS_TEXT, flags = i == 2 ? VAIS_COLUMN_NULLABLE : 0;
        columns[i] = (vais_column){sizeof *columns, i + 1, type, flags, span(names[i])};
    }
    index.name = span("by_number");
    things.name = span("things");
    things.columns = columns;
    things.indexes = &index;
    things.index_count = version > 1;
    schema.version = version;
    schema.collections = &things;
    return &schema;
}

static inline vais_call *call(host *host) {
    host->error = (vais_error){.struct_size = sizeof host->error, .message = host->message, .message_capacity = sizeof host->message};
    host->call = (vais_call){.struct_size = sizeof host->call, .error = &host->error};
    return &host->call;
}

/// `timeout` in nanoseconds, 0: none.
static inline vais_status open_store_within(host *host, int64_t max_size_mib, uint64_t timeout) {
    vais_setting limit = {span("max_size_mib"), number(max_size_mib)};
    vais_storage_options options = {sizeof options, 1, &limit, span(folder)};
    call(host);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (timeout) host->call.deadline = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + timeout;
    return store_open(&options, &host->call, &host->store);
}

static inline vais_status open_store(host *host, int64_t max_size_mib) {
    return open_store_within(host, max_size_mib, 0);
}

static inline void prepare(host *host, uint32_t version) {
    static const uint32_t all[] = {1, 2, 3}, counter[] = {2};
    vais_shape shapes[SHAPES];
    for (uint32_t i = 0; i < SHAPES; i++) {
        static const uint32_t kinds[] = {VAIS_GET, VAIS_COUNT, VAIS_INSERT, VAIS_ADD, VAIS_DELETE, VAIS_REQUIRE_ABSENT, VAIS_SCAN};
        shapes[i] = (vais_shape){.struct_size = sizeof *shapes, .kind = kinds[i], .collection = 1};
    }
    shapes[GET].columns = shapes[INSERT].columns = shapes[SCAN].columns = all;
    shapes[GET].column_count = shapes[INSERT].column_count = shapes[SCAN].column_count = 3;
    shapes[ADD].columns = counter;
    shapes[ADD].column_count = 1;
    shapes[COUNT_BY_NUMBER].index = version > 1;
    CHECK(store_schema_apply(host->store, schema(version), call(host)) == VAIS_OK);
    CHECK(store_prepare(host->store, schema(version), shapes, sizeof *shapes, SHAPES, call(host)) == VAIS_OK);
    CHECK(store_session_open(host->store, call(host), &host->session) == VAIS_OK);
}

static inline void open_host(host *host, int64_t max_size_mib, uint32_t version) {
    CHECK(open_store(host, max_size_mib) == VAIS_OK);
    prepare(host, version);
}

static inline void close_host(host *host) {
    store_session_close(host->session);
    store_close(host->store);
}

static inline vais_status run(host *host, uint32_t shape, const vais_cell *cells, uint32_t count) {
    vais_use use = {shape, count, cells};
    vais_batch batch = {.struct_size = sizeof batch, .stamp = 1, .ops = &use, .op_count = 1};
    return store_commit(host->session, &batch, call(host));
}

static inline vais_status insert(host *host, const char *id, int64_t value, size_t note_size) {
    char *note = calloc(1, note_size + 1);
    CHECK(note);
    memset(note, 'n', note_size);
    vais_cell cells[] = {text(id, strlen(id)), number(value), text(note, note_size)};
    vais_status status = run(host, INSERT, cells, 3);
    free(note);
    return status;
}

/// The number of a record, or -1 when there is none.
static inline vais_status get(host *host, const char *id, int64_t *value) {
    static _Thread_local uint8_t bytes[1 << 16];
    vais_cell key = text(id, strlen(id)), cells[3];
    vais_use use = {GET, 1, &key};
    vais_page page = {.struct_size = sizeof page, .cells = cells, .cell_capacity = 3, .bytes = bytes, .byte_capacity = sizeof bytes};
    vais_status status = store_get_many(host->session, &use, 1, &page, call(host));
    if (status == VAIS_OK) *value = cells[1].type == VAIS_ABSENT ? -1 : cells[1].value.i64;
    return status;
}

static inline int64_t count(host *host) {
    vais_cell cell;
    vais_use use = {COUNT_BY_NUMBER, 0, NULL};
    vais_page page = {.struct_size = sizeof page, .cells = &cell, .cell_capacity = 1};
    CHECK(store_get_many(host->session, &use, 1, &page, call(host)) == VAIS_OK);
    return cell.value.i64;
}

static inline pid_t start(void (*body)(void)) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        body();
        _exit(0);
    }
    return child;
}

static inline int end_of(pid_t child) {
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

#endif
