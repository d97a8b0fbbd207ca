// A store that is full, a disk that is full or fails, and damaged data.
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "host.h"

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

// ---- Failing disks --------------------------------------------------------------------------------------------------

// LMDB's calls come here first, since this is the program.
#define VISIBLE __attribute__((visibility("default")))
static int syncs_fail, meta_writes_fail;

VISIBLE int fdatasync(int descriptor) {
    if (!syncs_fail) return (int)syscall(SYS_fdatasync, descriptor);
    errno = EIO;
    return -1;
}

VISIBLE ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset) {
    // Pages are written whole; what is smaller is the page that refers to them.
    if (!meta_writes_fail || size >= 4096) return syscall(SYS_pwrite64, descriptor, data, size, offset);
    errno = EIO;
    return -1;
}

VISIBLE ssize_t pwrite64(int descriptor, const void *data, size_t size, off_t offset) {
    return pwrite(descriptor, data, size, offset);
}

static void a_failed_sync_is_no_commit(void) {
    host host;
    int64_t value;
    open_host(&host, 64, 1);
    syncs_fail = 1;
    CHECK(insert(&host, "unsynced", 5000, 0) == VAIS_UNAVAILABLE);
    CHECK(host.error.vendor_code == EIO);
    syncs_fail = 0;
    CHECK(get(&host, "unsynced", &value) == VAIS_OK && value == -1);
    CHECK(insert(&host, "synced", 5001, 0) == VAIS_OK);
    close_host(&host);
    open_host(&host, 64, 1);
    CHECK(get(&host, "unsynced", &value) == VAIS_OK && value == -1);
    CHECK(get(&host, "synced", &value) == VAIS_OK && value == 5001);
    vais_cell key = text("synced", 6);
    CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
    close_host(&host);
}

static void an_unfinished_commit_is_ambiguous_and_a_new_session_goes_on(void) {
    host host;
    int64_t value;
    open_host(&host, 64, 1);
    meta_writes_fail = 1;
    CHECK(insert(&host, "perhaps", 6000, 0) == VAIS_AMBIGUOUS);
    meta_writes_fail = 0;
    CHECK(insert(&host, "after", 6001, 0) == VAIS_UNAVAILABLE);
    CHECK(get(&host, "counter", &value) == VAIS_UNAVAILABLE);
    // A new session opens the file again, and the old one goes on with it.
    vais_session *old = host.session;
    CHECK(store_session_open(host.store, call(&host), &host.session) == VAIS_OK);
    store_session_close(host.session);
    host.session = old;
    CHECK(get(&host, "counter", &value) == VAIS_OK && value == 4);
    CHECK(get(&host, "after", &value) == VAIS_OK && value == -1);
    vais_cell key = text("perhaps", 7);
    CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
    close_host(&host);
}

static void fill_the_disk(void) {
    host host;
    int64_t value;
    open_host(&host, 64, 1);
    // The signal would end the process; ignored, the write fails as on a full disk.
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit, before;
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    limit = before;
    limit.rlim_cur = 12 << 20;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    vais_status status = VAIS_OK;
    char id[32];
    for (int i = 0; status == VAIS_OK && i < 1000; i++) {
        snprintf(id, sizeof id, "disk-%d", i);
        status = insert(&host, id, 7000 + i, 60001);
    }
    CHECK(status == VAIS_NO_SPACE);
    CHECK(get(&host, id, &value) == VAIS_OK && value == -1);
    CHECK(get(&host, "counter", &value) == VAIS_OK && value == 4);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(insert(&host, id, 7999, 60001) == VAIS_OK);
    for (int i = 0; i < 1000; i++) {
        snprintf(id, sizeof id, "disk-%d", i);
        vais_cell key = text(id, strlen(id));
        CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
    }
    close_host(&host);
}

static void a_full_disk_is_told_and_recovers(void) {
    CHECK(end_of(start(fill_the_disk)) == 0);
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
    host host;
    open_host(&host, 64, 1);
    CHECK(insert(&host, "counter", 4, 0) == VAIS_OK);
    close_host(&host);
    a_full_store_is_told_and_recovers();
    damage_is_found();
    a_failed_sync_is_no_commit();
    an_unfinished_commit_is_ambiguous_and_a_new_session_goes_on();
    a_full_disk_is_told_and_recovers();
    a_file_that_is_no_store_is_refused();
    remove_folder();
    return 0;
}
