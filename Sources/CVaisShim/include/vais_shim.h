/// The few system calls and macros that Swift's Glibc module does not offer.
#pragma once

#include <sys/auxv.h>
#include <sys/prctl.h>

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
