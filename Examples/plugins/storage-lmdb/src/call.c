#include "call.h"

#include <errno.h>
#include <lmdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

vais_status call_begin(vais_call *call) {
    if (call->struct_size < VAIS_CALL_SIZE_1_0) return VAIS_INVALID;
    if (call->flags) return fail(call, VAIS_UNSUPPORTED, "unknown call flags 0x%x", call->flags);
    return call_check(call, NULL);
}

vais_status call_check(vais_call *call, activity *activity) {
    if (activity && atomic_load_explicit(activity, memory_order_relaxed) == ACTIVITY_INTERRUPTED) {
        return fail(call, VAIS_CANCELLED, "the session was interrupted");
    }
    if (call->cancelled && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE)) {
        return fail(call, VAIS_CANCELLED, "the call was cancelled");
    }
    if (call->deadline) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        uint64_t nanoseconds = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
        if (nanoseconds >= call->deadline) return fail(call, VAIS_TIMEOUT, "the deadline of the call passed");
    }
    return VAIS_OK;
}

static vais_error *error_of(vais_call *call) {
    return call->error && call->error->struct_size >= VAIS_ERROR_SIZE_1_0 ? call->error : NULL;
}

static void describe(vais_call *call, uint32_t place, uint32_t position, const char *format, va_list arguments) {
    vais_error *error = error_of(call);
    if (!error) return;
    error->place = place;
    error->position = position;
    error->vendor_code = 0;
    memset(error->sqlstate, 0, sizeof error->sqlstate);
    char text[512];  // A longer message is cut.
    int length = vsnprintf(text, sizeof text, format, arguments);
    uint64_t size = length < 0 ? 0 : (uint64_t)length < sizeof text ? (uint64_t)length : sizeof text - 1;
    uint64_t room = error->message ? error->message_capacity : 0;
    error->message_size = size;
    if (room) memcpy(error->message, text, size < room ? size : room);
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

vais_status fail_memory(vais_call *call) {
    return fail(call, VAIS_BUSY, "out of memory");
}

/// The status of a code; the plainest wording of it is LMDB's own.
static vais_status status_of(int code) {
    switch (code) {
        case MDB_MAP_FULL: return STATUS_GROW;
        case MDB_CORRUPTED:
        case MDB_PAGE_NOTFOUND:
        case MDB_INVALID:
        case MDB_NOTFOUND:  // Of what must be there.
        case MDB_INCOMPATIBLE: return VAIS_CORRUPT;
        case MDB_VERSION_MISMATCH: return VAIS_SCHEMA;
        case MDB_PANIC: return VAIS_UNAVAILABLE;
        case MDB_DBS_FULL:
        case MDB_TXN_FULL:
        case MDB_BAD_VALSIZE: return VAIS_LIMIT;
        case MDB_READERS_FULL:
        case ENOMEM:
        case EMFILE:
        case ENFILE:
        case EAGAIN:
        case EBUSY: return VAIS_BUSY;
        case ENOSPC:
        case EFBIG:
        case EDQUOT: return VAIS_NO_SPACE;
        case EACCES:
        case EPERM:
        case EROFS: return VAIS_DENIED;
        case EIO:
        case ENOENT:
        case ENODEV:
        case ENXIO: return VAIS_UNAVAILABLE;
        default: return VAIS_INTERNAL;
    }
}

/// What the operator can do about it.
static const char *advice(int code) {
    switch (code) {
        case MDB_DBS_FULL: return "; raise `max_indexes` in the plugin's settings";
        case MDB_READERS_FULL: return "; raise `readers` in the plugin's settings and restart every process that uses the store";
        case MDB_TXN_FULL: return "; commit fewer changes at once";
        case MDB_PANIC: return "; an earlier write could not be completed: restart";
        case MDB_VERSION_MISMATCH: return "; the file was written by another version of LMDB";
        case MDB_INVALID: return "; restore the file from a backup";
        default: return "";
    }
}

vais_status fail_lmdb(vais_call *call, int code, const char *doing) {
    vais_status status = fail(call, status_of(code), "LMDB cannot %s: %s%s", doing, mdb_strerror(code), advice(code));
    vais_error *error = error_of(call);
    if (error) error->vendor_code = code;
    return status;
}
