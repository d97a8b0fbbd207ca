#include "environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "turn.h"

/// How large the map may become at one step.
#define FAST_GROWTH_UP_TO ((uint64_t)64 << 20)

// ---- Environments open in this process ------------------------------------------------------------------------------

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static environment *all;

static vais_status fail_system(vais_call *call, const char *doing, const char *path) {
    int code = errno;
    char text[5000];
    snprintf(text, sizeof text, "%s %s", doing, path);
    return fail_lmdb(call, code, text);
}

static vais_status open_databases(environment *environment, vais_call *call) {
    MDB_txn *txn;
    int code = mdb_txn_begin(environment->env, NULL, 0, &txn);
    if (code) return fail_lmdb(call, code, "begin a transaction");
    code = mdb_dbi_open(txn, "schema", MDB_CREATE, &environment->schema);
    if (code == MDB_SUCCESS) {
        code = mdb_txn_commit(txn);
    } else {
        mdb_txn_abort(txn);
    }
    return code ? fail_lmdb(call, code, "open the database of schemas") : VAIS_OK;
}

/// Opens LMDB itself; the caller has the turn.
static vais_status open_lmdb(environment *environment, vais_call *call) {
    const settings *settings = &environment->settings;
    int code = mdb_env_create(&environment->env);
    if (code) return fail_lmdb(call, code, "begin");
    mdb_env_set_maxdbs(environment->env, settings->max_indexes + 1);
    mdb_env_set_maxreaders(environment->env, settings->readers + 1);  // One for `health` and the schema.
    // MDB_NOTLS: a transaction that reads belongs to a session, which may move between threads. Not MDB_NOSYNC, not MDB_WRITEMAP:
    // a commit is durable, and a stray pointer cannot write into the file.
    code = mdb_env_open(environment->env, settings->path, MDB_NOTLS, 0600);
    if (code) return fail_lmdb(call, code, "open the store");
    int dead;
    mdb_reader_check(environment->env, &dead);  // Those of processes that are gone would keep old pages from being used again.
    return open_databases(environment, call);
}

static void close_lmdb(environment *environment) {
    if (environment->env) mdb_env_close(environment->env);
    environment->env = NULL;
}

static vais_status open_files(environment *environment, vais_call *call) {
    char path[sizeof environment->settings.path + 16];
    snprintf(path, sizeof path, "%s/writer.lock", environment->settings.path);
    environment->writer_lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (environment->writer_lock < 0) return fail_system(call, "open", path);
    TRY(turn_take(environment, NULL, call));
    vais_status status = open_lmdb(environment, call);
    turn_end(environment);
    return status;
}

static void destroy(environment *environment) {
    close_lmdb(environment);
    if (environment->writer_lock >= 0) close(environment->writer_lock);
    pthread_rwlock_destroy(&environment->gate);
    pthread_mutex_destroy(&environment->readings_lock);
    turn_destroy(environment);
    free(environment);
}

static environment *create(const settings *settings, const struct stat *folder) {
    environment *environment = calloc(1, sizeof *environment);
    if (!environment) return NULL;
    environment->device = folder->st_dev;
    environment->inode = folder->st_ino;
    environment->settings = *settings;
    environment->writer_lock = -1;
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    // Readers come all the time; whoever moves the map must get in between.
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&environment->gate, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    pthread_mutex_init(&environment->readings_lock, NULL);
    turn_create(environment);
    return environment;
}

static vais_status open_locked(const settings *settings, vais_call *call, environment **result) {
    struct stat folder;
    if (mkdir(settings->path, 0700) != 0 && errno != EEXIST) return fail_system(call, "create", settings->path);
    if (stat(settings->path, &folder) != 0) return fail_system(call, "open", settings->path);
    for (environment *open = all; open; open = open->next) {
        if (open->device != folder.st_dev || open->inode != folder.st_ino) continue;
        open->holders++;
        *result = open;
        return VAIS_OK;
    }
    environment *environment = create(settings, &folder);
    if (!environment) return fail_memory(call);
    vais_status status = open_files(environment, call);
    if (status != VAIS_OK) {
        destroy(environment);
        return status == STATUS_GROW ? fail(call, VAIS_NO_SPACE, "the store is full") : status;
    }
    environment->holders = 1;
    environment->next = all;
    all = environment;
    *result = environment;
    return VAIS_OK;
}

vais_status environment_open(const settings *settings, vais_call *call, environment **environment) {
    pthread_mutex_lock(&all_lock);
    vais_status status = open_locked(settings, call, environment);
    pthread_mutex_unlock(&all_lock);
    return status;
}

void environment_close(environment *closing) {
    pthread_mutex_lock(&all_lock);
    if (--closing->holders == 0) {
        environment **link = &all;
        while (*link != closing) link = &(*link)->next;
        *link = closing->next;
        destroy(closing);
    }
    pthread_mutex_unlock(&all_lock);
}

// ---- The map --------------------------------------------------------------------------------------------------------

static vais_status fail_lost(vais_call *call) {
    return fail(call, VAIS_UNAVAILABLE, "the store was lost by an earlier failure; a new session opens it again");
}

/// Moves the map; 0 takes the size that another process has given the file. The caller is outside of the gate.
static int set_map_size(environment *environment, uint64_t size) {
    pthread_rwlock_wrlock(&environment->gate);
    int code = environment->is_lost ? MDB_PANIC : mdb_env_set_mapsize(environment->env, size);
    // LMDB has no map at all now.
    if (code) atomic_store(&environment->is_lost, 1);
    pthread_rwlock_unlock(&environment->gate);
    return code;
}

/// Makes the map larger, after a write found it full.
static vais_status grow(environment *environment, vais_call *call) {
    // A reader that died keeps every page in use that was freed since: perhaps there is room without it.
    int dead = 0;
    mdb_reader_check(environment->env, &dead);
    if (dead) return VAIS_OK;
    MDB_envinfo info;
    mdb_env_info(environment->env, &info);
    uint64_t size = info.me_mapsize;
    if (size >= environment->settings.max_size) {
        return fail(call, VAIS_NO_SPACE, "the store has reached its limit of %llu MiB; raise `max_size_mib` in the plugin's settings",
                    (unsigned long long)(environment->settings.max_size >> 20));
    }
    uint64_t larger = size < FAST_GROWTH_UP_TO ? size * 4 : size * 2;
    if (larger > environment->settings.max_size) larger = environment->settings.max_size;
    // LMDB gives the old map up before it makes the new one: try whether there is room for that.
    void *room = mmap(NULL, larger, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) return fail(call, VAIS_NO_SPACE, "no address space for %llu MiB", (unsigned long long)(larger >> 20));
    munmap(room, larger);
    int code = set_map_size(environment, larger);
    return code ? fail_lmdb(call, code, "enlarge the map") : VAIS_OK;
}

// ---- Transactions ---------------------------------------------------------------------------------------------------

/// Begins a transaction within the gate, which it leaves when that fails.
static int begin(environment *environment, unsigned flags, MDB_txn **txn) {
    for (;;) {
        pthread_rwlock_rdlock(&environment->gate);
        int code = MDB_PANIC;
        if (!environment->is_lost) {
            code = *txn ? mdb_txn_renew(*txn) : mdb_txn_begin(environment->env, NULL, flags, txn);
        }
        if (code == MDB_SUCCESS) return code;
        pthread_rwlock_unlock(&environment->gate);
        int dead = 0;
        if (code == MDB_MAP_RESIZED) {
            code = set_map_size(environment, 0);
        } else if (code == MDB_READERS_FULL) {
            mdb_reader_check(environment->env, &dead);
            if (dead) code = MDB_SUCCESS;
        }
        if (code) return code;
    }
}

void environment_add_reading(environment *environment, reading *reading) {
    pthread_mutex_lock(&environment->readings_lock);
    reading->next = environment->readings;
    environment->readings = reading;
    pthread_mutex_unlock(&environment->readings_lock);
}

void environment_remove_reading(environment *environment, reading *removed) {
    // Within the gate: LMDB is not opened anew meanwhile.
    pthread_rwlock_rdlock(&environment->gate);
    pthread_mutex_lock(&environment->readings_lock);
    reading **link = &environment->readings;
    while (*link != removed) link = &(*link)->next;
    *link = removed->next;
    pthread_mutex_unlock(&environment->readings_lock);
    if (removed->txn) mdb_txn_abort(removed->txn);
    removed->txn = NULL;
    pthread_rwlock_unlock(&environment->gate);
}

vais_status environment_begin_read(environment *environment, reading *reading, vais_call *call) {
    int code = begin(environment, MDB_RDONLY, &reading->txn);
    if (code == MDB_SUCCESS) return VAIS_OK;
    return environment->is_lost ? fail_lost(call) : fail_lmdb(call, code, "begin to read");
}

void environment_end_read(environment *environment, reading *reading) {
    mdb_txn_reset(reading->txn);
    pthread_rwlock_unlock(&environment->gate);
}

vais_status environment_revive(environment *environment, vais_call *call) {
    if (!environment->is_lost) return VAIS_OK;
    TRY(turn_take(environment, NULL, call));
    pthread_rwlock_wrlock(&environment->gate);
    vais_status status = VAIS_OK;
    if (environment->is_lost) {
        pthread_mutex_lock(&environment->readings_lock);
        for (reading *reading = environment->readings; reading; reading = reading->next) {
            if (reading->txn) mdb_txn_abort(reading->txn);
            reading->txn = NULL;
        }
        pthread_mutex_unlock(&environment->readings_lock);
        close_lmdb(environment);
        status = open_lmdb(environment, call);
        if (status == VAIS_OK) {
            environment->epoch++;
            environment->is_lost = 0;
        } else {
            close_lmdb(environment);
            status = VAIS_UNAVAILABLE;
        }
    }
    pthread_rwlock_unlock(&environment->gate);
    turn_end(environment);
    return status;
}

/// What it means that LMDB could not finish a commit. It writes pages first, makes them durable, then the one page that refers to them.
/// Failing before that page it has changed nothing; failing at it, it refuses every further write.
static vais_status fail_commit(environment *environment, int code, vais_call *call) {
    MDB_txn *txn;
    int next = code == MDB_MAP_FULL ? code : mdb_txn_begin(environment->env, NULL, 0, &txn);
    if (next == MDB_SUCCESS) mdb_txn_abort(txn);
    if (next != MDB_PANIC) return fail_lmdb(call, code, "commit");
    atomic_store(&environment->is_lost, 1);
    fail_lmdb(call, code, "finish a commit");
    return VAIS_AMBIGUOUS;
}

/// Whether the file can hardly grow. LMDB says EIO, not ENOSPC, when the disk took a part of what it wrote.
static int is_disk_full(const environment *environment) {
    const uint64_t little = (uint64_t)1 << 20;
    struct statvfs system;
    struct rlimit limit;
    struct stat file;
    mdb_filehandle_t descriptor;
    if (mdb_env_get_fd(environment->env, &descriptor) || fstat(descriptor, &file) != 0) return 0;
    if (fstatvfs(descriptor, &system) == 0 && (uint64_t)system.f_bavail * system.f_frsize < little) return 1;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
           (uint64_t)file.st_size + little > limit.rlim_cur;
}

static vais_status write_once(environment *environment, vais_call *call, write_body body, void *context) {
    MDB_txn *txn = NULL;
    int code = begin(environment, 0, &txn);
    if (code) return environment->is_lost ? fail_lost(call) : fail_lmdb(call, code, "begin to write");
    vais_status status = body(txn, context, call);
    if (status == VAIS_OK) {
        code = mdb_txn_commit(txn);
        if (code) status = fail_commit(environment, code, call);
    } else {
        mdb_txn_abort(txn);
    }
    if (status == VAIS_UNAVAILABLE && is_disk_full(environment)) {
        status = fail(call, VAIS_NO_SPACE, "LMDB cannot write: the disk is full");
    }
    pthread_rwlock_unlock(&environment->gate);
    return status;
}

vais_status environment_write(environment *environment, activity *activity, vais_call *call, write_body body,
                              void *context) {
    TRY(turn_take(environment, activity, call));
    vais_status status;
    do {
        status = write_once(environment, call, body, context);
        if (status == STATUS_GROW) {
            status = grow(environment, call);
            if (status == VAIS_OK) status = STATUS_GROW;
        }
    } while (status == STATUS_GROW);
    turn_end(environment);
    return status;
}
