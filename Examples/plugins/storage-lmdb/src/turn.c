#include "turn.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

/// How long a waiter sleeps before it looks at its deadline, cancel flag and interruption again.
#define WAIT_NANOSECONDS 2000000

void turn_create(environment *environment) {
    pthread_mutex_init(&environment->turn, NULL);
    pthread_cond_init(&environment->turn_ended, NULL);
}

void turn_destroy(environment *environment) {
    pthread_mutex_destroy(&environment->turn);
    pthread_cond_destroy(&environment->turn_ended);
}

/// Among the threads of this process.
static vais_status take_here(environment *environment, activity *activity, vais_call *call) {
    vais_status status = VAIS_OK;
    pthread_mutex_lock(&environment->turn);
    while (environment->is_written && (status = call_check(call, activity)) == VAIS_OK) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += WAIT_NANOSECONDS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_clockwait(&environment->turn_ended, &environment->turn, CLOCK_MONOTONIC, &until);
    }
    if (status == VAIS_OK) environment->is_written = 1;
    pthread_mutex_unlock(&environment->turn);
    return status;
}

static void end_here(environment *environment) {
    pthread_mutex_lock(&environment->turn);
    environment->is_written = 0;
    pthread_cond_signal(&environment->turn_ended);
    pthread_mutex_unlock(&environment->turn);
}

/// A lock of the open file, not of the process: the kernel releases it when the process ends, however it does.
static int lock_file(environment *environment, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_len = 1};
    return fcntl(environment->writer_lock, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

/// Among processes.
static vais_status take_file(environment *environment, activity *activity, vais_call *call) {
    for (long wait = 50000;; wait = wait < WAIT_NANOSECONDS / 2 ? wait * 2 : WAIT_NANOSECONDS) {
        int code = lock_file(environment, F_WRLCK);
        if (code == 0) return VAIS_OK;
        if (code != EAGAIN && code != EACCES && code != EINTR) return fail_lmdb(call, code, "lock writer.lock");
        TRY(call_check(call, activity));
        nanosleep(&(struct timespec){.tv_nsec = wait}, NULL);
    }
}

vais_status turn_take(environment *environment, activity *activity, vais_call *call) {
    TRY(take_here(environment, activity, call));
    vais_status status = take_file(environment, activity, call);
    if (status != VAIS_OK) end_here(environment);
    return status;
}

void turn_end(environment *environment) {
    lock_file(environment, F_UNLCK);
    end_here(environment);
}
