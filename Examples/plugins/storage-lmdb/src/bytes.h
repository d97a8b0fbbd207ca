/// bytes.h: a buffer that grows.
#ifndef LMDB_BYTES_H
#define LMDB_BYTES_H

#include <stddef.h>
#include <stdint.h>

/// `has_failed` stays set once memory ran out, so that a writer need ask only at its end. All zero is an empty buffer.
typedef struct bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
    int has_failed;
} bytes;

/// Room for `count` bytes more at the end, which it then has; NULL when out of memory.
uint8_t *bytes_grow(bytes *bytes, size_t count);
void bytes_add(bytes *bytes, const void *data, size_t count);
void bytes_add_byte(bytes *bytes, uint8_t byte);
/// A number in the shortest of the usual 7-bit groups, least significant first.
void bytes_add_count(bytes *bytes, uint64_t count);
/// Empties it; keeps the memory, unless a huge value had made it large.
void bytes_clear(bytes *bytes);
void bytes_free(bytes *bytes);

/// Reads what those wrote; never beyond `end`. `is_damaged` stays set once something was wrong.
typedef struct reader {
    const uint8_t *next;
    const uint8_t *end;
    int is_damaged;
} reader;

/// `count` bytes where they lie, or NULL.
const uint8_t *reader_take(reader *reader, uint64_t count);
uint8_t reader_byte(reader *reader);
uint64_t reader_count(reader *reader);

#endif
