/// check.h: what every program of checks needs. Each prints what failed and ends with status 1, or ends with 0.
#ifndef LMDB_CHECK_H
#define LMDB_CHECK_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHECK(condition)                                                              \
    do {                                                                              \
        if (condition) break;                                                         \
        fprintf(stderr, "%s:%d: this does not hold: %s\n", __FILE__, __LINE__, #condition); \
        exit(1);                                                                      \
    } while (0)

static char folder[] = "/tmp/storage-lmdb-check-XXXXXX";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static void remove_folder(void) {
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/// A folder of its own for this program.
static void make_folder(void) {
    CHECK(mkdtemp(folder));
}

#endif
