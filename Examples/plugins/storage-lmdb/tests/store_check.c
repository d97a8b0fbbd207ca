// What takes more than one process, or a damaged file: several processes at once, one that is killed, one that does not know the newest
// schema, a store that is full, readers that died, damaged records.
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"
#include "store.h"

static const char *columns_of[] = {"id", "number", "note"};

// Shapes, by their numbers.
enum { GET, COUNT_BY_NUMBER, INSERT, ADD, DELETE, ABSENT, SCAN, SHAPES };

typedef struct host {
    vais_store *store;
    vais_session *session;
    char message[256];
    vais_error error;
    vais_call call;
} host;

static vais_span span(const char *text) {
    return (vais_span){(const uint8_t *)text, strlen(text)};
}

static vais_cell text(const char *value, size_t size) {
    return (vais_cell){.type = VAIS_TEXT, .size = (uint32_t)size, .value.data = (const uint8_t *)value};
}

static vais_cell number(int64_t value) {
    return (vais_cell){.type = VAIS_I64, .value.i64 = value};
}

/// Things with a key, a number and a note; with `version` 2 the number has a unique index.
static const vais_schema *schema(uint32_t version) {
    static vais_column columns[3];
    static const uint32_t key[] = {1}, indexed[] = {2};
    static vais_index index = {.struct_size = sizeof index, .id = 1, .flags = VAIS_INDEX_UNIQUE, .column_count = 1, .columns = indexed};
    static vais_collection things = {.struct_size = sizeof things, .id = 1, .column_stride = sizeof *columns, .key = key,
                                     .column_count = 3, .key_count = 1, .index_stride = sizeof index};
    static vais_schema schema = {.struct_size = sizeof schema, .collection_stride = sizeof things, .collection_count = 1};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t type = i == 1 ? VAIS_I64 : VAIS_TEXT, flags = i == 2 ? VAIS_COLUMN_NULLABLE : 0;
        columns[i] = (vais_column){sizeof *columns, i + 1, type, flags, span(columns_of[i])};
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

static vais_call *call(host *host) {
    host->error = (vais_error){.struct_size = sizeof host->error, .message = host->message, .message_capacity = sizeof host->message};
    host->call = (vais_call){.struct_size = sizeof host->call, .error = &host->error};
    return &host->call;
}

/// `timeout` in nanoseconds, 0: none.
static vais_status open_store_within(host *host, int64_t max_size_mib, uint64_t timeout) {
    vais_setting limit = {span("max_size_mib"), number(max_size_mib)};
    vais_storage_options options = {sizeof options, 1, &limit, span(folder)};
    call(host);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (timeout) host->call.deadline = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + timeout;
    return store_open(&options, &host->call, &host->store);
}

static vais_status open_store(host *host, int64_t max_size_mib) {
    return open_store_within(host, max_size_mib, 0);
}

static void prepare(host *host, uint32_t version) {
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

static void open_host(host *host, int64_t max_size_mib, uint32_t version) {
    CHECK(open_store(host, max_size_mib) == VAIS_OK);
    prepare(host, version);
}

static void close_host(host *host) {
    store_session_close(host->session);
    store_close(host->store);
}

static vais_status run(host *host, uint32_t shape, const vais_cell *cells, uint32_t count) {
    vais_use use = {shape, count, cells};
    vais_batch batch = {.struct_size = sizeof batch, .stamp = 1, .ops = &use, .op_count = 1};
    return store_commit(host->session, &batch, call(host));
}

static vais_status insert(host *host, const char *id, int64_t value, size_t note_size) {
    char *note = calloc(1, note_size + 1);
    CHECK(note);
    memset(note, 'n', note_size);
    vais_cell cells[] = {text(id, strlen(id)), number(value), text(note, note_size)};
    vais_status status = run(host, INSERT, cells, 3);
    free(note);
    return status;
}

/// The number of a record, or -1 when there is none.
static vais_status get(host *host, const char *id, int64_t *value) {
    static uint8_t bytes[1 << 16];
    vais_cell key = text(id, strlen(id)), cells[3];
    vais_use use = {GET, 1, &key};
    vais_page page = {.struct_size = sizeof page, .cells = cells, .cell_capacity = 3, .bytes = bytes, .byte_capacity = sizeof bytes};
    vais_status status = store_get_many(host->session, &use, 1, &page, call(host));
    if (status == VAIS_OK) *value = cells[1].type == VAIS_ABSENT ? -1 : cells[1].value.i64;
    return status;
}

static int64_t count(host *host) {
    vais_cell cell;
    vais_use use = {COUNT_BY_NUMBER, 0, NULL};
    vais_page page = {.struct_size = sizeof page, .cells = &cell, .cell_capacity = 1};
    CHECK(store_get_many(host->session, &use, 1, &page, call(host)) == VAIS_OK);
    return cell.value.i64;
}

static pid_t start(void (*body)(void)) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        body();
        _exit(0);
    }
    return child;
}

static int end_of(pid_t child) {
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

// ---- Several processes ----------------------------------------------------------------------------------------------

#define ROUNDS 200

static void count_up(void) {
    host host;
    open_host(&host, 64, 1);
    vais_cell cells[] = {text("counter", 7), number(1)};
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(run(&host, ADD, cells, 2) == VAIS_OK);
        int64_t value;
        CHECK(get(&host, "counter", &value) == VAIS_OK && value > i);
    }
    close_host(&host);
}

static void several_processes_share_one_store(void) {
    // No process may inherit an open environment: all of them are children, the first of which makes the record.
    host host;
    open_host(&host, 64, 1);
    CHECK(insert(&host, "counter", 0, 0) == VAIS_OK);
    close_host(&host);
    pid_t children[4];
    for (int i = 0; i < 4; i++) children[i] = start(count_up);
    for (int i = 0; i < 4; i++) CHECK(end_of(children[i]) == 0);
    int64_t value;
    open_host(&host, 64, 1);
    CHECK(get(&host, "counter", &value) == VAIS_OK && value == 4 * ROUNDS);
    close_host(&host);
}

/// Where a child and its parent meet: how many records the child has been told are stored.
static _Atomic int64_t *acknowledged;

static void insert_forever(void) {
    host host;
    open_host(&host, 64, 1);
    for (int64_t i = 0;; i++) {
        char id[32];
        snprintf(id, sizeof id, "kept-%lld", (long long)i);
        CHECK(insert(&host, id, i, 100) == VAIS_OK);
        atomic_store(acknowledged, i + 1);
    }
}

static void a_killed_process_loses_nothing(void) {
    for (int64_t most = 1; most < 300; most *= 6) {
        atomic_store(acknowledged, 0);
        pid_t child = start(insert_forever);
        while (atomic_load(acknowledged) < most) usleep(100);
        kill(child, SIGKILL);
        CHECK(WIFSIGNALED(end_of(child)));
        int64_t kept = atomic_load(acknowledged), value;
        host host;
        open_host(&host, 64, 1);
        for (int64_t i = 0; i <= kept + 1; i++) {
            char id[32];
            snprintf(id, sizeof id, "kept-%lld", (long long)i);
            CHECK(get(&host, id, &value) == VAIS_OK);
            CHECK(i < kept ? value == i : i == kept || value == -1);  // The one under way may have got there.
            vais_cell key = text(id, strlen(id));
            CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
        }
        close_host(&host);
    }
}

/// Holds a lock like a process that was stopped while it wrote.
static void take_the_turn_and_stop(void) {
    host host;
    open_host(&host, 64, 1);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    CHECK(fcntl(host.store->environment->writer_lock, F_OFD_SETLK, &lock) == 0);
    atomic_store(acknowledged, 1);
    for (;;) pause();
}

static void a_stopped_writer_costs_others_their_deadline_only(void) {
    atomic_store(acknowledged, 0);
    pid_t child = start(take_the_turn_and_stop);
    while (!atomic_load(acknowledged)) usleep(100);
    host host;
    int64_t value;
    CHECK(open_store_within(&host, 64, 20000000) == VAIS_TIMEOUT);
    kill(child, SIGKILL);
    end_of(child);
    open_host(&host, 64, 1);
    CHECK(get(&host, "counter", &value) == VAIS_OK && value == 4 * ROUNDS);
    close_host(&host);
}

static void add_index(void) {
    host host;
    open_host(&host, 64, 2);
    close_host(&host);
}

static void an_index_of_a_newer_process_is_kept_by_an_older_one(void) {
    host host;
    open_host(&host, 64, 1);
    CHECK(insert(&host, "before", -5, 0) == VAIS_OK);
    CHECK(end_of(start(add_index)) == 0);
    CHECK(insert(&host, "behind", -6, 0) == VAIS_OK);
    CHECK(insert(&host, "clash", -5, 0) == VAIS_EXISTS);
    close_host(&host);
    open_host(&host, 64, 2);
    CHECK(count(&host) == 5);  // With those of other checks: counter, again, hurt.
    close_host(&host);
}

static void stop_while_reading(void) {
    host host;
    open_host(&host, 64, 1);
    CHECK(environment_begin_read(host.store->environment, &host.session->reader, call(&host)) == VAIS_OK);
    atomic_store(acknowledged, 1);
    for (;;) pause();
}

static void a_reader_that_died_keeps_no_pages(void) {
    atomic_store(acknowledged, 0);
    pid_t child = start(stop_while_reading);
    while (!atomic_load(acknowledged)) usleep(100);
    kill(child, SIGKILL);
    end_of(child);
    host host;
    open_host(&host, 4, 1);
    vais_cell key = text("big", 3);
    for (int i = 0; i < 20; i++) {
        CHECK(insert(&host, "big", 1, 1 << 20) == VAIS_OK);
        CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
    }
    close_host(&host);
}

// ---- Limits and damage ----------------------------------------------------------------------------------------------

static void a_full_store_is_told_and_recovers(void) {
    host host;
    open_host(&host, 8, 1);
    vais_status status = VAIS_OK;
    int stored = 0;
    int64_t value;
    char id[32];
    while (status == VAIS_OK && stored < 1000) {
        snprintf(id, sizeof id, "full-%d", stored);
        status = insert(&host, id, 1000 + stored, 60000);
        if (status == VAIS_OK) stored++;
    }
    CHECK(status == VAIS_NO_SPACE && stored > 20);
    CHECK(memmem(host.message, host.error.message_size, "max_size_mib", 12));
    CHECK(get(&host, id, &value) == VAIS_OK && value == -1);
    for (int i = 0; i < stored; i++) {
        snprintf(id, sizeof id, "full-%d", i);
        vais_cell key = text(id, strlen(id));
        CHECK(get(&host, id, &value) == VAIS_OK && value == 1000 + i);
        CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
    }
    CHECK(insert(&host, "again", 1, 60000) == VAIS_OK);
    close_host(&host);
}

/// Every byte of a record, changed or missing: an answer or CORRUPT, never more.
static void damage_is_found(void) {
    host host;
    open_host(&host, 64, 1);
    CHECK(insert(&host, "hurt", 77, 20) == VAIS_OK);
    environment *environment = host.store->environment;
    MDB_dbi database = host.store->catalog.tables->indexes->database;
    MDB_val key = {5, (void *)(uintptr_t) "hurt"}, value;  // With the 00 behind a text.
    uint8_t whole[256];
    MDB_txn *txn;
    CHECK(mdb_txn_begin(environment->env, NULL, MDB_RDONLY, &txn) == 0);
    CHECK(mdb_get(txn, database, &key, &value) == 0 && value.mv_size < sizeof whole);
    size_t size = value.mv_size, corrupt = 0;
    memcpy(whole, value.mv_data, size);
    mdb_txn_abort(txn);
    for (size_t i = 0; i <= size * 3; i++) {
        uint8_t hurt[256];
        memcpy(hurt, whole, size);
        MDB_val written = {i < size ? i : size, hurt};
        if (i >= size && i < size * 3) hurt[i % size] ^= i < size * 2 ? 0xFF : 0x08;
        CHECK(mdb_txn_begin(environment->env, NULL, 0, &txn) == 0);
        CHECK(mdb_put(txn, database, &key, &written, 0) == 0 && mdb_txn_commit(txn) == 0);
        int64_t number;
        vais_status status = get(&host, "hurt", &number);
        CHECK(status == VAIS_OK || status == VAIS_CORRUPT);
        if (i < size) CHECK(status == VAIS_CORRUPT);
        corrupt += status == VAIS_CORRUPT;
    }
    CHECK(corrupt > size);
    int64_t healed;
    CHECK(get(&host, "hurt", &healed) == VAIS_OK && healed == 77);
    close_host(&host);
}

static void a_file_that_is_no_store_is_refused(void) {
    char path[256];
    snprintf(path, sizeof path, "%s/lmdb/data.mdb", folder);
    FILE *file = fopen(path, "w");
    CHECK(file);
    for (int i = 0; i < 20000; i++) fputc('x', file);
    CHECK(fclose(file) == 0);
    host host;
    CHECK(open_store(&host, 64) == VAIS_CORRUPT);
}

int main(void) {
    make_folder();
    acknowledged = mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(acknowledged != MAP_FAILED);
    several_processes_share_one_store();
    a_killed_process_loses_nothing();
    a_stopped_writer_costs_others_their_deadline_only();
    a_reader_that_died_keeps_no_pages();
    a_full_store_is_told_and_recovers();
    damage_is_found();
    an_index_of_a_newer_process_is_kept_by_an_older_one();
    a_file_that_is_no_store_is_refused();
    remove_folder();
    return 0;
}
