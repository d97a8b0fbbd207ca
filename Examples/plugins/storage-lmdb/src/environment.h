/// environment.h: one LMDB environment: a folder with a data file and a lock file, mapped into memory.
///
/// Stores that this process opens on the same folder share one environment, since LMDB must not open a file twice in a process.
/// Three things keep callers apart:
///
///  - the turn: one write at a time, in this process by a condition variable, between processes by a lock on `writer.lock`.
///    LMDB has a lock of its own for this, but waits for it without end; behind the turn it is always free.
///  - the gate: held shared during every transaction, exclusively while the map is moved, which LMDB allows only when
///    no transaction of this process is under way.
///  - LMDB: a transaction that reads sees the last commit, and no writer waits for it.
#ifndef LMDB_ENVIRONMENT_H
#define LMDB_ENVIRONMENT_H

#include <lmdb.h>
#include <pthread.h>
#include <sys/types.h>

#include "call.h"

/// The settings of a store (see plugin.c).
typedef struct settings {
    char path[4096];  ///< Absolute.
    uint64_t max_size;  ///< Bytes.
    uint32_t readers;
    uint32_t max_indexes;
} settings;

/// A transaction that reads, of a session or of one call. NULL until it is first begun.
typedef struct reading {
    struct reading *next;
    MDB_txn *txn;
} reading;

typedef struct environment {
    struct environment *next;
    uint32_t holders;
    dev_t device;  ///< Of the folder, with `inode` its identity.
    ino_t inode;
    settings settings;
    MDB_env *env;  ///< NULL while it is lost, at times.
    MDB_dbi schema;  ///< The database of schemas, see catalog.h.
    pthread_rwlock_t gate;
    pthread_mutex_t turn;
    pthread_cond_t turn_ended;
    int is_written;
    int writer_lock;      ///< Descriptor of `writer.lock`.
    _Atomic int is_lost;  ///< The map could not be moved, or a write not be finished: LMDB must be opened anew.
    /// How often it was: handles of databases are valid in the epoch in which they were opened. Read within the gate.
    uint64_t epoch;
    pthread_mutex_t readings_lock;
    reading *readings;  ///< Those that LMDB must let go of before it can be opened anew.
} environment;

/// Opens or creates the environment, or shares an open one.
vais_status environment_open(const settings *settings, vais_call *call, environment **environment);
void environment_close(environment *environment);

/// Opens LMDB anew if it was lost. VAIS_UNAVAILABLE when that cannot be done.
vais_status environment_revive(environment *environment, vais_call *call);

/// Makes a reading known, and forgets it with all that LMDB has of it.
void environment_add_reading(environment *environment, reading *reading);
void environment_remove_reading(environment *environment, reading *reading);
/// Begins the reading, or begins it again, within the gate. Ends with `environment_end_read`.
vais_status environment_begin_read(environment *environment, reading *reading, vais_call *call);
void environment_end_read(environment *environment, reading *reading);

/// What a write does. STATUS_GROW, STATUS_RELOAD and every other failure abort the transaction.
typedef vais_status (*write_body)(MDB_txn *txn, void *context, vais_call *call);
/// Runs `body` in a transaction, and again in a new one each time the map had to grow or another process has moved it; commits it
/// durably when it answers VAIS_OK. Answers what it answers, among it STATUS_RELOAD.
vais_status environment_write(environment *environment, activity *activity, vais_call *call, write_body body,
                              void *context);

#endif
