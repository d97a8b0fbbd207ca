/// vais/base.h: the types that every interface of the Vais plugin ABI shares.
///
/// Rules that hold for the whole ABI:
///  - LP64, little-endian. Integers have fixed width; there are no enums, bitfields, `bool` or `long` in any struct.
///  - Every struct that may grow starts with `struct_size`, set by whoever owns its memory: of an error, a page and a
///    storage's capabilities that is the caller, though the callee fills them in. Fields are appended, never moved or
///    retyped, so the other side's struct may be shorter or longer than yours. It is never shorter than in ABI 1.0: check
///    against VAIS_…_SIZE_1_0, never against `sizeof`, ask VAIS_HAS before touching a field that came later, and copy no
///    more than the smaller of the two sizes. Step through arrays by the stride given. Structs marked "frozen" never change.
///  - Inputs are borrowed until the call returns. Outputs go to memory the caller supplies. Neither side frees what the
///    other allocated. A span is pointer and length; it is never NUL-terminated. Text is UTF-8, ordered by bytes.
///  - A plugin never writes to standard streams, installs signal handlers, changes directory, locale or environment,
///    registers exit handlers, throws across the border, or ends the process.
#ifndef VAIS_BASE_H
#define VAIS_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The ABI this header describes. A host loads a plugin with the same major and any minor.
#define VAIS_ABI_MAJOR 1u
#define VAIS_ABI_MINOR 0u
#define VAIS_ABI_TEXT "1.0"  ///< The same, as a plugin's note has it.

/// Whether the struct at `pointer`, made by the other side, reaches as far as `field`: VAIS_HAS(vais_call, call, error).
/// True of every field of ABI 1.0 once `struct_size` has been checked against VAIS_…_SIZE_1_0.
#define VAIS_HAS(type, pointer, field) \
    ((pointer)->struct_size >= offsetof(type, field) + sizeof(((const type *)0)->field))

/// Bytes owned by somebody else. `data` may be NULL when `size` is 0. Frozen.
typedef struct vais_span {
    const uint8_t *data;
    uint64_t size;
} vais_span;

/// What a call answers. Any other value is treated as VAIS_INTERNAL; of a commit, as VAIS_AMBIGUOUS.
typedef int32_t vais_status;
#define VAIS_OK 0            ///< Done.
#define VAIS_DONE 1          ///< Nothing more to deliver; not an error.
#define VAIS_NOT_FOUND 2     ///< The record, object or name does not exist.
#define VAIS_EXISTS 3        ///< A record with this key, or this value of a unique index, exists already.
#define VAIS_GUARD_FAILED 4  ///< A guard of the batch does not hold; nothing was changed.
#define VAIS_CONFLICT 5      ///< Lost a race with another commit; nothing was changed; trying again may succeed.
#define VAIS_BUSY 6          ///< Locked, overloaded or short of memory; nothing was changed; trying again later may succeed.
#define VAIS_TIMEOUT 7       ///< The call's deadline passed; nothing was changed.
#define VAIS_CANCELLED 8     ///< The call was cancelled; nothing was changed.
#define VAIS_AMBIGUOUS 9     ///< The outcome of a commit is unknown: it may have happened or not.
#define VAIS_UNAVAILABLE 10  ///< The backend cannot be reached; open a new session and try again later.
#define VAIS_LIMIT 11        ///< An output buffer is too small, or a declared limit is exceeded; nothing was changed.
#define VAIS_UNSUPPORTED 12  ///< This plugin does not offer what was asked, or does not know a flag.
#define VAIS_INVALID 13      ///< The caller broke a rule of this interface.
#define VAIS_SCHEMA 14       ///< The stored schema does not fit the declared one.
#define VAIS_CORRUPT 15      ///< Stored data is damaged.
#define VAIS_DENIED 16       ///< Wrong credentials or missing permission.
#define VAIS_NO_SPACE 17     ///< The disk, or a quota, is full; nothing was changed.
#define VAIS_INTERNAL 18     ///< A fault of the plugin or its library.

/// What `vais_error.position` counts.
#define VAIS_AT_NOTHING 0u
#define VAIS_AT_GUARD 1u  ///< Index into the batch's guards.
#define VAIS_AT_OP 2u     ///< Index into the batch's operations.
#define VAIS_AT_SHAPE 3u  ///< Number of the shape given to `prepare`.
#define VAIS_AT_USE 4u    ///< Index into the uses given to `get_many`.

/// Details of a failure. The caller owns it and its message buffer; the callee fills in what it knows.
typedef struct vais_error {
    uint32_t struct_size;
    uint32_t place;             ///< VAIS_AT_*: what `position` refers to.
    uint32_t position;          ///< Which one of them failed.
    uint32_t message_capacity;  ///< Size of the buffer at `message`, in bytes.
    int64_t vendor_code;        ///< The backend library's own code, 0 if none.
    char sqlstate[8];           ///< Five characters and NULs where the backend has one, else all NUL.
    char *message;              ///< The caller's buffer for text in UTF-8, without a terminator. May be NULL.
    uint64_t message_size;      ///< Bytes of the whole text; the buffer holds the first `message_capacity` of them.
} vais_error;
#define VAIS_ERROR_SIZE_1_0 48u

/// How one call may be bounded and how it reports. Passed, never NULL, to every call that may be slow.
typedef struct vais_call {
    uint32_t struct_size;
    uint32_t flags;             ///< 0. A plugin refuses flags it does not know with VAIS_UNSUPPORTED.
    uint64_t deadline;          ///< CLOCK_MONOTONIC in nanoseconds after which to give up; 0 means never.
    const uint32_t *cancelled;  ///< Becomes non-zero when the caller loses interest; read it atomically. May be NULL.
    vais_error *error;          ///< Where to describe a failure. May be NULL.
} vais_call;
#define VAIS_CALL_SIZE_1_0 32u

/// Types of a cell, and of a column.
#define VAIS_NULL 0u    ///< No value. Only cells have this type.
#define VAIS_BOOL 1u    ///< `i64` is 0 or 1.
#define VAIS_I64 2u     ///< Signed 64-bit integer.
#define VAIS_F64 3u     ///< IEEE 754 double; never NaN.
#define VAIS_TEXT 4u    ///< UTF-8 without NUL characters; ordered by bytes.
#define VAIS_BYTES 5u   ///< Any bytes; ordered by bytes, a prefix before what it begins.
#define VAIS_TIME 6u    ///< `i64` is microseconds since 1970-01-01T00:00:00Z.
#define VAIS_ABSENT 7u  ///< Only in answers: the record asked for does not exist.

/// One value. Text and bytes are borrowed: from the caller in a request, from the page's bytes in an answer. Frozen.
typedef struct vais_cell {
    uint32_t type;  ///< VAIS_NULL … VAIS_ABSENT
    uint32_t size;  ///< Bytes at `data`, for text and bytes; else 0.
    union {
        int64_t i64;
        double f64;
        const uint8_t *data;
    } value;
} vais_cell;

/// Rows on their way to the caller, who supplies both buffers. The plugin appends a row's cells to `cells`, copies text
/// and bytes into `bytes`, and points the cells there. A row that does not fit is left out whole; when not even the
/// first row fits, the call answers VAIS_LIMIT and sets `cells_needed` and `bytes_needed` for that row.
typedef struct vais_page {
    uint32_t struct_size;
    uint32_t row_count;  ///< Out: rows written.
    vais_cell *cells;
    uint64_t cell_capacity;
    uint64_t cell_count;  ///< Out: cells written.
    uint8_t *bytes;
    uint64_t byte_capacity;
    uint64_t byte_count;    ///< Out: bytes written.
    uint64_t cells_needed;  ///< Out, with VAIS_LIMIT.
    uint64_t bytes_needed;  ///< Out, with VAIS_LIMIT.
} vais_page;
#define VAIS_PAGE_SIZE_1_0 72u

/// One setting given to a plugin when it is opened: a key of its configuration schema and its value.
typedef struct vais_setting {
    vais_span key;
    vais_cell value;
} vais_setting;

#define VAIS_SETTING_REQUIRED 1u  ///< The host refuses to open the plugin without a value.
#define VAIS_SETTING_SECRET 2u    ///< Never shown or logged; may be given as a file or an environment variable.

/// One key of a plugin's configuration schema. The host checks the operator's configuration against it before `open`.
typedef struct vais_setting_schema {
    uint32_t struct_size;
    uint32_t type;   ///< VAIS_BOOL, VAIS_I64, VAIS_F64 or VAIS_TEXT.
    uint32_t flags;  ///< VAIS_SETTING_*
    uint32_t reserved;
    vais_span key;            ///< `[a-z0-9_]+`
    vais_cell default_value;  ///< VAIS_NULL: none.
    vais_span help;           ///< One sentence for the operator.
} vais_setting_schema;
#define VAIS_SETTING_SCHEMA_SIZE_1_0 64u

#ifdef __cplusplus
}
#endif
#endif
