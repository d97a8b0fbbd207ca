#include "cells.h"

#include <string.h>

int type_has_bytes(uint32_t type) {
    return type == VAIS_TEXT || type == VAIS_BYTES;
}

/// How many bytes the character at `text` takes: a well-formed one of Unicode's table 3-7, and not NUL. 0 if it is none.
static uint32_t character_size(const uint8_t *text, uint32_t left) {
    uint8_t lead = text[0];
    if (lead != 0 && lead < 0x80) return 1;
    uint32_t size = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    if (size == 0 || size > left) return 0;
    for (uint32_t i = 1; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0;
    }
    if (lead == 0xE0 && text[1] < 0xA0) return 0;  // Overlong.
    if (lead == 0xED && text[1] > 0x9F) return 0;  // A surrogate.
    if (lead == 0xF0 && text[1] < 0x90) return 0;  // Overlong.
    if (lead == 0xF4 && text[1] > 0x8F) return 0;  // Beyond U+10FFFF.
    return size;
}

static int is_text(const uint8_t *text, uint32_t size) {
    for (uint32_t at = 0; at < size;) {
        uint32_t step = character_size(text + at, size - at);
        if (step == 0) return 0;
        at += step;
    }
    return 1;
}

const char *cell_fault(const vais_cell *cell, uint32_t type) {
    if (cell->type != type) return "has another type than its column";
    if (type == VAIS_BOOL && cell->value.i64 != 0 && cell->value.i64 != 1) return "is neither true nor false";
    if (type == VAIS_F64 && cell->value.f64 != cell->value.f64) return "is not a number";
    if (!type_has_bytes(type)) return NULL;
    if (cell->size && !cell->value.data) return "has a size and no bytes";
    if (type == VAIS_TEXT && !is_text(cell->value.data, cell->size)) return "is not UTF-8, or contains NUL";
    return NULL;
}

int cells_are_equal(const vais_cell *left, const vais_cell *right) {
    if (left->type != right->type) return 0;
    switch (left->type) {
        case VAIS_NULL: return 1;
        case VAIS_F64: return left->value.f64 == right->value.f64;
        case VAIS_TEXT:
        case VAIS_BYTES:
            return left->size == right->size &&
                   (left->size == 0 || memcmp(left->value.data, right->value.data, left->size) == 0);
        default: return left->value.i64 == right->value.i64;
    }
}

uint64_t cell_key_size(const vais_cell *cell) {
    return type_has_bytes(cell->type) ? cell->size : 8;
}

static void add_big_endian(bytes *key, uint64_t number) {
    uint8_t *place = bytes_grow(key, 8);
    number = __builtin_bswap64(number);
    if (place) memcpy(place, &number, 8);
}

static void add_escaped(bytes *key, const uint8_t *data, uint32_t size) {
    while (size) {
        const uint8_t *zero = memchr(data, 0, size);
        uint32_t plain = zero ? (uint32_t)(zero - data) : size;
        bytes_add(key, data, plain);
        if (!zero) break;
        bytes_add(key, "\x00\xFF", 2);
        data += plain + 1;
        size -= plain + 1;
    }
    bytes_add(key, "\x00\x01", 2);
}

void key_add(bytes *key, const vais_cell *cell) {
    const uint64_t sign = (uint64_t)1 << 63;
    switch (cell->type) {
        case VAIS_BOOL: bytes_add_byte(key, cell->value.i64 != 0); break;
        case VAIS_F64: {
            double number = cell->value.f64 == 0 ? 0 : cell->value.f64;
            uint64_t bits;
            memcpy(&bits, &number, sizeof bits);
            add_big_endian(key, bits & sign ? ~bits : bits | sign);
            break;
        }
        case VAIS_TEXT:
            bytes_add(key, cell->value.data, cell->size);
            bytes_add_byte(key, 0);
            break;
        case VAIS_BYTES: add_escaped(key, cell->value.data, cell->size); break;
        default: add_big_endian(key, (uint64_t)cell->value.i64 ^ sign);
    }
}

int key_step(bytes *key) {
    while (key->size && key->data[key->size - 1] == 0xFF) key->size--;
    if (key->size == 0) return 0;
    key->data[key->size - 1]++;
    return 1;
}
