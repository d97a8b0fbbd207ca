/// SQLite, and the few things of the C library that Swift cannot call: variadic functions and a function named as its
/// struct.
#ifndef VAIS_STORAGE_SQLITE_H
#define VAIS_STORAGE_SQLITE_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// What holds unless the operator says otherwise.
#define STORAGE_SQLITE_PATH "registry.db"
#define STORAGE_SQLITE_CHECKPOINT_PAGES 1000

/// Sets one of the connection's switches; answers a SQLite code.
static inline int vais_sqlite_switch(sqlite3 *connection, int which, int on) {
    return sqlite3_db_config(connection, which, on, (int *)NULL);
}

/// Makes the write-ahead log durable as it is now; answers a SQLite code.
static inline int vais_sqlite_sync_log(sqlite3 *connection) {
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (code != SQLITE_OK || file == NULL || file->pMethods == NULL) return code;
    return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/// The destructor that makes SQLite copy what is bound, a cast Swift does not import.
static inline sqlite3_destructor_type vais_sqlite_transient(void) { return SQLITE_TRANSIENT; }

/// This thread's last failed system call.
static inline int vais_sqlite_errno(void) { return errno; }

/// Opens `path` for reading and writing, creating it for its owner alone; answers a descriptor, or -errno.
static inline int vais_sqlite_open_private(const char *path) {
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    return descriptor < 0 ? -errno : descriptor;
}

/// Takes the exclusive lock of an open file without waiting; answers 0, or -errno (-EWOULDBLOCK when somebody has it).
static inline int vais_sqlite_try_lock(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno;
}

/// Makes the folder's entries durable; answers 0 or -errno.
static inline int vais_sqlite_sync_folder(const char *path) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    int result = fsync(descriptor) == 0 ? 0 : -errno;
    close(descriptor);
    return result;
}

/// The path without links or dots, which the caller frees; NULL with the reason in `code`.
static inline char *vais_sqlite_resolve(const char *path, int *code) {
    char *resolved = realpath(path, NULL);
    *code = resolved == NULL ? errno : 0;
    return resolved;
}

/// Waits for the mutex until CLOCK_MONOTONIC reads `deadline` nanoseconds; answers 0 or ETIMEDOUT.
int vais_sqlite_lock_until(pthread_mutex_t *mutex, uint64_t deadline);

/// Puts what an `errno` means into `buffer`, with a terminator.
void vais_sqlite_describe_errno(int code, char *buffer, size_t size);

static inline void vais_sqlite_sleep_microseconds(uint32_t microseconds) {
    struct timespec pause = {microseconds / 1000000u, (long)(microseconds % 1000000u) * 1000};
    nanosleep(&pause, NULL);
}

static inline void vais_sqlite_set_flag(uint32_t *flag, uint32_t value) {
    __atomic_store_n(flag, value, __ATOMIC_RELAXED);
}

#endif
