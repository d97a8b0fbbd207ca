/// What Embedded Swift plugins need of the C library: it has no Glibc module there.
#ifndef VAIS_PLUGIN_SUPPORT_H
#define VAIS_PLUGIN_SUPPORT_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vais.h"

/// Nanoseconds of CLOCK_MONOTONIC, the clock of `vais_call.deadline`.
static inline uint64_t vais_monotonic_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Makes a condition whose waits end by CLOCK_MONOTONIC.
void vais_monotonic_condition(pthread_cond_t *condition);
/// Waits for the condition, at most until CLOCK_MONOTONIC reads `moment` nanoseconds. The caller holds the mutex.
void vais_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t moment);

/// Whether the flag behind `vais_call.cancelled` is set. NULL is never set.
static inline int vais_flag_is_set(const uint32_t *flag) {
    return flag != NULL && __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

/// Describes a failure to the caller: as much of `text` as its buffer holds. `error` may be NULL.
void vais_describe_error(vais_error *error, int64_t vendor_code, const uint8_t *text, uint64_t size);

/// Copies a struct of the other side, which begins with its `struct_size`: what both sides know of it, and zeros for what
/// only this side knows. Copies nothing and answers 0 when it is shorter than `least`, its size in ABI 1.0.
uint32_t vais_copy_known(void *copy, uint64_t size, const void *given, uint32_t least);

/// The value the host gave for `key` (ends in NUL), or NULL when it gave none, or VAIS_NULL.
const vais_cell *vais_find_setting(const vais_setting *settings, uint32_t count, const char *key);

/// Whether the host asks for the interface `wanted`, which ends in NUL.
int vais_is_interface(const char *name, uint64_t size, const char *wanted);

/// Keeps the host's log for `vais_log_line`. Called by the plugin's entry, always with the same host.
void vais_keep_log(const vais_host *host);
/// Writes a line to the host's log, if it has one. Any thread; `plugin_id` ends in NUL.
void vais_log_line(uint32_t level, const char *plugin_id, const uint8_t *text, uint64_t size);

#endif
