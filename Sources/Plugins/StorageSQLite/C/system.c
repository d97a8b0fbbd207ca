#define _GNU_SOURCE
#include "storage_sqlite.h"

#include <stdio.h>

int vais_sqlite_lock_until(pthread_mutex_t *mutex, uint64_t deadline) {
    struct timespec end = {(time_t)(deadline / 1000000000u), (long)(deadline % 1000000000u)};
    return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &end);
}

void vais_sqlite_describe_errno(int code, char *buffer, size_t size) {
    char space[128];
    snprintf(buffer, size, "%s", strerror_r(code, space, sizeof space));
}
