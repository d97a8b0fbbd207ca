// What every call does first, and how it tells of a failure.
#include <string.h>
#include <time.h>

#include "store.h"

vais_status call_begin(vais_call *call) {
    if (call->struct_size < VAIS_CALL_SIZE_1_0) return VAIS_INVALID;
    if (call->flags) return fail(call, VAIS_UNSUPPORTED, "the call has flags this plugin does not know");
    return call_check(call, NULL);
}

/// Whether to go on. Ask it now and then during long work; nothing may have been changed when the answer is no.
vais_status call_check(vais_call *call, vais_session *session) {
    int interrupted = session && atomic_load(&session->state) == SESSION_INTERRUPTED;
    if (interrupted || (call->cancelled && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE))) {
        return fail(call, VAIS_CANCELLED, "the caller cancelled the call");
    }
    if (call->deadline) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec >= call->deadline) {
            return fail(call, VAIS_TIMEOUT, "the call's deadline passed");
        }
    }
    return VAIS_OK;
}

vais_status fail(vais_call *call, vais_status status, const char *text) {
    return fail_at(call, status, VAIS_AT_NOTHING, 0, text);
}

vais_status fail_at(vais_call *call, vais_status status, uint32_t place, uint32_t position, const char *text) {
    vais_error *error = call->error;
    if (!error || error->struct_size < VAIS_ERROR_SIZE_1_0) return status;
    error->place = place;
    error->position = position;
    error->vendor_code = 0;  // Your engine's own error code.
    memset(error->sqlstate, 0, sizeof error->sqlstate);
    uint64_t size = error->message_size = strlen(text);
    if (size > error->message_capacity) size = error->message_capacity;
    if (error->message && size) memcpy(error->message, text, size);
    return status;
}
