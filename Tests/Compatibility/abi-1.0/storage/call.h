/// call.h: what every call does with its `vais_call`: refuse unknown flags, give up in time, describe a failure.
#ifndef STORAGE_MEMORY_CALL_H
#define STORAGE_MEMORY_CALL_H

#include <stdatomic.h>

#include "vais/base.h"

/// Whether a session is idle, inside a call, or inside a call that `session_interrupt` wants to end.
typedef _Atomic uint32_t session_state;
#define SESSION_IDLE 0u
#define SESSION_CALLED 1u
#define SESSION_INTERRUPTED 2u

/// What a call does first: VAIS_INVALID or VAIS_UNSUPPORTED for a `vais_call` this plugin cannot honour, else as
/// `call_check`.
vais_status call_begin(vais_call *call);
/// VAIS_CANCELLED or VAIS_TIMEOUT when the caller no longer wants the answer. `state` may be NULL.
vais_status call_check(vais_call *call, session_state *state);

/// Describes a failure in `call->error`, if there is one, and answers `status`.
vais_status fail(vais_call *call, vais_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/// The same, naming the guard, operation, shape or use that failed (VAIS_AT_*).
vais_status fail_at(vais_call *call, vais_status status, uint32_t place, uint32_t position, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
vais_status fail_out_of_memory(vais_call *call);

/// Evaluates `expression`; when it is not VAIS_OK, returns it.
#define TRY(expression)                               \
    do {                                              \
        vais_status try_status = (expression);        \
        if (try_status != VAIS_OK) return try_status; \
    } while (0)

#endif
