/// The few system calls and macros that Swift's Glibc module does not offer.
#pragma once

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
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

/// A pipe that no other program inherits: `ends[0]` to read from, `ends[1]` to write to. 0, or -1 with errno.
static inline int vais_private_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

/// Closes every descriptor from `first` on.
static inline void vais_close_from(unsigned int first) {
    syscall(SYS_close_range, first, ~0u, 0u);
}

/// From now on the process ends (SIGKILL) when the thread that started it does.
static inline void vais_end_with_parent(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/// Bytes that the C library's allocator has given out and not got back, large blocks included.
static inline unsigned long vais_heap_in_use(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}
