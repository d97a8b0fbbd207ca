/// call.h: bounds of a call, and how a failure is described.
#ifndef LMDB_CALL_H
#define LMDB_CALL_H

#include <stdatomic.h>

#include "vais/base.h"

/// Whether a session is idle, inside a call, or inside one that `session_interrupt` wants to end.
typedef _Atomic uint32_t activity;
#define ACTIVITY_NONE 0u
#define ACTIVITY_CALL 1u
#define ACTIVITY_INTERRUPTED 2u

/// Statuses of our own, between a write and `environment_write`; no host sees them.
#define STATUS_GROW 1000    ///< The map is full: grow it and do the write again.
#define STATUS_RELOAD 1001  ///< Another process changed the schema: load it and do the write again.
#define STATUS_UNDO 1002    ///< One of several batches failed half way: do the write again, so that each can be undone.

/// What every call does first: refuses what it cannot honour, then as `call_check`.
vais_status call_begin(vais_call *call);
/// VAIS_CANCELLED or VAIS_TIMEOUT once the caller no longer wants the answer. `activity` may be NULL.
vais_status call_check(vais_call *call, activity *activity);

/// Describes a failure to the caller, and answers `status`.
vais_status fail(vais_call *call, vais_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/// The same, naming which guard, operation, shape or use (VAIS_AT_*) failed.
vais_status fail_at(vais_call *call, vais_status status, uint32_t place, uint32_t position, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
vais_status fail_memory(vais_call *call);
/// What a code of LMDB, or an errno it passed on, means to the caller. `doing` completes "LMDB cannot …".
vais_status fail_lmdb(vais_call *call, int code, const char *doing);

#define TRY(expression)                               \
    do {                                              \
        vais_status try_status = (expression);        \
        if (try_status != VAIS_OK) return try_status; \
    } while (0)

#endif
