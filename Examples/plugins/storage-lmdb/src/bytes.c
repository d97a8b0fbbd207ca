#include "bytes.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_CAPACITY ((size_t)1 << 20)

uint8_t *bytes_grow(bytes *bytes, size_t count) {
    if (bytes->has_failed || count > SIZE_MAX / 4 - bytes->size) {
        bytes->has_failed = 1;
        return NULL;
    }
    if (bytes->size + count > bytes->capacity) {
        size_t capacity = (bytes->size + count) * 2;
        if (capacity < 256) capacity = 256;
        uint8_t *grown = realloc(bytes->data, capacity);
        if (!grown) {
            bytes->has_failed = 1;
            return NULL;
        }
        bytes->data = grown;
        bytes->capacity = capacity;
    }
    bytes->size += count;
    return bytes->data + bytes->size - count;
}

void bytes_add(bytes *bytes, const void *data, size_t count) {
    uint8_t *place = bytes_grow(bytes, count);
    if (place && count) memcpy(place, data, count);
}

void bytes_add_byte(bytes *bytes, uint8_t byte) {
    uint8_t *place = bytes_grow(bytes, 1);
    if (place) *place = byte;
}

void bytes_add_count(bytes *bytes, uint64_t count) {
    for (; count >= 0x80; count >>= 7) bytes_add_byte(bytes, (uint8_t)(count | 0x80));
    bytes_add_byte(bytes, (uint8_t)count);
}

void bytes_clear(bytes *bytes) {
    if (bytes->capacity > KEPT_CAPACITY) bytes_free(bytes);
    bytes->size = 0;
    bytes->has_failed = 0;
}

void bytes_free(bytes *bytes) {
    free(bytes->data);
    *bytes = (struct bytes){0};
}

const uint8_t *reader_take(reader *reader, uint64_t count) {
    if (reader->is_damaged || count > (uint64_t)(reader->end - reader->next)) {
        reader->is_damaged = 1;
        return NULL;
    }
    const uint8_t *taken = reader->next;
    reader->next += count;
    return taken;
}

uint8_t reader_byte(reader *reader) {
    const uint8_t *byte = reader_take(reader, 1);
    return byte ? *byte : 0;
}

uint64_t reader_count(reader *reader) {
    uint64_t count = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        uint8_t byte = reader_byte(reader);
        count |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return count;
    }
    reader->is_damaged = 1;
    return 0;
}
