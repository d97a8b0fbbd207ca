#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

vais_status call_begin(vais_call *call) {
    if (call->struct_size < VAIS_CALL_SIZE_1_0) return VAIS_INVALID;
    if (call->flags != 0) return fail(call, VAIS_UNSUPPORTED, "unknown call flags 0x%x", call->flags);
    return call_check(call, NULL);
}

vais_status call_check(vais_call *call, session_state *state) {
    int interrupted = state && atomic_load(state) == SESSION_INTERRUPTED;
    if (interrupted || (call->cancelled && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE))) {
        return fail(call, VAIS_CANCELLED, "the caller cancelled the call");
    }
    if (call->deadline != 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        uint64_t nanoseconds = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
        if (nanoseconds >= call->deadline) return fail(call, VAIS_TIMEOUT, "the call's deadline passed");
    }
    return VAIS_OK;
}

static void describe(vais_call *call, uint32_t place, uint32_t position, const char *format, va_list arguments) {
    vais_error *error = call->error;
    if (!error || error->struct_size < VAIS_ERROR_SIZE_1_0) return;
    error->place = place;
    error->position = position;
    error->vendor_code = 0;
    memset(error->sqlstate, 0, sizeof error->sqlstate);

    char text[256];  // All messages of this plugin are shorter; a longer one would be cut.
    int length = vsnprintf(text, sizeof text, format, arguments);
    uint64_t size = length < 0 ? 0 : (uint64_t)length;
    if (size > sizeof text - 1) size = sizeof text - 1;
    error->message_size = size;
    uint64_t copied = size < error->message_capacity ? size : error->message_capacity;
    if (error->message && copied) memcpy(error->message, text, copied);
}

vais_status fail(vais_call *call, vais_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    describe(call, VAIS_AT_NOTHING, 0, format, arguments);
    va_end(arguments);
    return status;
}

vais_status fail_at(vais_call *call, vais_status status, uint32_t place, uint32_t position, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    describe(call, place, position, format, arguments);
    va_end(arguments);
    return status;
}

vais_status fail_out_of_memory(vais_call *call) {
    return fail(call, VAIS_BUSY, "out of memory");
}
