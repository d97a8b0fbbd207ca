/// What the Swift side sees of C: the headers of the plugin ABI, and of the C library what Embedded Swift has no module for.
#ifndef CVAIS_H
#define CVAIS_H

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "vais/plugin.h"
#include "vais/storage.h"

/// Nanoseconds of CLOCK_MONOTONIC, the clock of `vais_call.deadline`.
static inline uint64_t monotonic_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Whether the caller lost interest.
static inline int is_cancelled(const vais_call *call) {
    return call->cancelled && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE) != 0;
}

#endif
