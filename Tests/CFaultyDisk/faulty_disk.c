#include "faulty_disk.h"

#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char failing_folder[PATH_MAX];
static int failures_left;

/// One of our files: SQLite's own behind a pointer to what it is called.
typedef struct faulty_file {
    sqlite3_file base;
    const char *path;
    sqlite3_file *real;
} faulty_file;

static sqlite3_vfs faulty_vfs;

static int must_fail(const char *path) {
    pthread_mutex_lock(&lock);
    int fails = failures_left > 0 && path != NULL && strncmp(path, failing_folder, strlen(failing_folder)) == 0;
    if (fails) failures_left--;
    pthread_mutex_unlock(&lock);
    return fails;
}

#define REAL(file) (((faulty_file *)(file))->real)
#define METHODS(file) (REAL(file)->pMethods)

static int faulty_close(sqlite3_file *f) { return METHODS(f)->xClose(REAL(f)); }
static int faulty_read(sqlite3_file *f, void *p, int n, sqlite3_int64 o) { return METHODS(f)->xRead(REAL(f), p, n, o); }
static int faulty_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 o) {
    return METHODS(f)->xWrite(REAL(f), p, n, o);
}
static int faulty_truncate(sqlite3_file *f, sqlite3_int64 n) { return METHODS(f)->xTruncate(REAL(f), n); }
static int faulty_sync(sqlite3_file *f, int flags) {
    int status = METHODS(f)->xSync(REAL(f), flags);
    return must_fail(((faulty_file *)f)->path) ? SQLITE_IOERR_FSYNC : status;
}
static int faulty_size(sqlite3_file *f, sqlite3_int64 *n) { return METHODS(f)->xFileSize(REAL(f), n); }
static int faulty_lock(sqlite3_file *f, int level) { return METHODS(f)->xLock(REAL(f), level); }
static int faulty_unlock(sqlite3_file *f, int level) { return METHODS(f)->xUnlock(REAL(f), level); }
static int faulty_reserved(sqlite3_file *f, int *out) { return METHODS(f)->xCheckReservedLock(REAL(f), out); }
static int faulty_control(sqlite3_file *f, int op, void *p) { return METHODS(f)->xFileControl(REAL(f), op, p); }
static int faulty_sector(sqlite3_file *f) { return METHODS(f)->xSectorSize(REAL(f)); }
static int faulty_traits(sqlite3_file *f) { return METHODS(f)->xDeviceCharacteristics(REAL(f)); }
static int faulty_shm_map(sqlite3_file *f, int i, int n, int w, void volatile **p) {
    return METHODS(f)->xShmMap(REAL(f), i, n, w, p);
}
static int faulty_shm_lock(sqlite3_file *f, int o, int n, int flags) {
    return METHODS(f)->xShmLock(REAL(f), o, n, flags);
}
static void faulty_shm_barrier(sqlite3_file *f) { METHODS(f)->xShmBarrier(REAL(f)); }
static int faulty_shm_unmap(sqlite3_file *f, int d) { return METHODS(f)->xShmUnmap(REAL(f), d); }

static const sqlite3_io_methods faulty_methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector,
    .xDeviceCharacteristics = faulty_traits,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

static int faulty_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    sqlite3_vfs *real = vfs->pAppData;
    faulty_file *faulty = (faulty_file *)file;
    faulty->real = (sqlite3_file *)(faulty + 1);
    faulty->path = path;
    int status = real->xOpen(real, path, faulty->real, flags, out_flags);
    faulty->base.pMethods = faulty->real->pMethods == NULL ? NULL : &faulty_methods;
    return status;
}

static void install(void) {
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    faulty_vfs = *real;
    faulty_vfs.zName = "faulty-disk";
    faulty_vfs.pNext = NULL;
    faulty_vfs.pAppData = real;
    faulty_vfs.szOsFile = (int)sizeof(faulty_file) + real->szOsFile;
    faulty_vfs.xOpen = faulty_open;
    sqlite3_vfs_register(&faulty_vfs, 1);
}

void faulty_disk_install(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}

void faulty_disk_fail_syncs(const char *folder, int count) {
    pthread_mutex_lock(&lock);
    strncpy(failing_folder, folder, sizeof failing_folder - 1);
    failures_left = count;
    pthread_mutex_unlock(&lock);
}
