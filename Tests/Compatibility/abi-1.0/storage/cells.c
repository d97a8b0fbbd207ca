#include "cells.h"

#include <string.h>

int type_has_bytes(uint32_t type) {
    return type == VAIS_TEXT || type == VAIS_BYTES;
}

static int compare_bytes(const vais_cell *left, const vais_cell *right) {
    uint32_t common = left->size < right->size ? left->size : right->size;
    // memcmp compares unsigned bytes, as the ABI asks; its arguments must not be NULL, which they may be at size 0.
    int order = common ? memcmp(left->value.data, right->value.data, common) : 0;
    if (order != 0) return order;
    return (left->size > right->size) - (left->size < right->size);
}

int cell_compare(const vais_cell *left, const vais_cell *right) {
    if (left->type != right->type) return left->type < right->type ? -1 : 1;
    switch (left->type) {
        case VAIS_TEXT:
        case VAIS_BYTES: return compare_bytes(left, right);
        case VAIS_F64: return (left->value.f64 > right->value.f64) - (left->value.f64 < right->value.f64);
        case VAIS_NULL: return 0;
        default: return (left->value.i64 > right->value.i64) - (left->value.i64 < right->value.i64);
    }
}

/// UTF-8 as in RFC 3629 section 4, without NUL.
static int is_text(const uint8_t *bytes, uint64_t size) {
    for (uint64_t i = 0; i < size;) {
        uint8_t first = bytes[i];
        // The second byte's range is narrower where it would allow overlong forms, surrogates, or more than U+10FFFF.
        uint8_t low = 0x80, high = 0xBF;
        uint64_t more;
        if (first >= 0x01 && first <= 0x7F) {
            more = 0;
        } else if (first >= 0xC2 && first <= 0xDF) {
            more = 1;
        } else if (first >= 0xE0 && first <= 0xEF) {
            more = 2;
            if (first == 0xE0) low = 0xA0;
            if (first == 0xED) high = 0x9F;
        } else if (first >= 0xF0 && first <= 0xF4) {
            more = 3;
            if (first == 0xF0) low = 0x90;
            if (first == 0xF4) high = 0x8F;
        } else {
            return 0;
        }
        if (more > size - i - 1) return 0;
        for (uint64_t k = 1; k <= more; k++) {
            if (bytes[i + k] < low || bytes[i + k] > high) return 0;
            low = 0x80, high = 0xBF;
        }
        i += more + 1;
    }
    return 1;
}

const char *cell_fault(const vais_cell *cell, uint32_t type) {
    if (cell->type != type) return "is of another type than declared";
    switch (type) {
        case VAIS_BOOL: return cell->value.i64 == 0 || cell->value.i64 == 1 ? NULL : "is a boolean other than 0 and 1";
        case VAIS_F64: return cell->value.f64 == cell->value.f64 ? NULL : "is not a number";
        case VAIS_BYTES:
        case VAIS_TEXT:
            if (cell->size && !cell->value.data) return "has a size but no bytes";
            if (type == VAIS_TEXT && !is_text(cell->value.data, cell->size)) return "is not UTF-8 without NUL";
            return NULL;
        default: return NULL;
    }
}

uint64_t cell_key_size(const vais_cell *cell) {
    return type_has_bytes(cell->type) ? cell->size : sizeof(int64_t);
}

vais_cell cell_null(void) {
    return (vais_cell){.type = VAIS_NULL};
}

vais_cell cell_i64(int64_t value) {
    return (vais_cell){.type = VAIS_I64, .value.i64 = value};
}
