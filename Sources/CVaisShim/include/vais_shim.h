/// The few system calls and macros that Swift's Glibc module does not offer.
#pragma once

#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Names the calling thread for debuggers and `top`; the first 15 bytes count.
static inline void vais_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

/// Non-zero if the process has more rights than whoever started it (set-user-id, file capabilities): then its environment is not
/// to be believed.
static inline int vais_is_privileged(void) {
    return getauxval(AT_SECURE) != 0;
}

/// The environment: pointers to "NAME=value", then NULL. Not to be read while another thread changes it.
static inline char **vais_environment(void) {
    extern char **environ;
    return environ;
}

/// Writes everything of the file system that `descriptor` belongs to onto the disk. 0, or -1 with errno.
static inline int vais_sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}

/// Gives two names in a folder each other's file, in one step. 0, or -1 with errno; EINVAL where the file system cannot.
static inline int vais_exchange_names(int folder, const char *one, const char *other) {
    const unsigned int exchange = 2; // RENAME_EXCHANGE
    return (int)syscall(SYS_renameat2, folder, one, folder, other, exchange);
}
