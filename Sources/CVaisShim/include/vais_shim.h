/// The few system calls and macros that Swift's Glibc module does not offer.
#pragma once

#include <sys/prctl.h>

/// Names the calling thread for debuggers and `top`; the first 15 bytes count.
static inline void vais_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}
