#include "rows.h"

#include <string.h>

#include "cells.h"

void row_encode(bytes *bytes, const table *table, const vais_cell *cells, int64_t stamp) {
    bytes_add(bytes, &stamp, sizeof stamp);
    bytes_add_count(bytes, table->column_count);
    for (uint32_t i = 0; i < table->column_count; i++) {
        const vais_cell *cell = &cells[i];
        bytes_add_byte(bytes, (uint8_t)cell->type);
        switch (cell->type) {
            case VAIS_NULL: break;
            case VAIS_BOOL: bytes_add_byte(bytes, cell->value.i64 != 0); break;
            case VAIS_TEXT:
            case VAIS_BYTES:
                bytes_add_count(bytes, cell->size);
                bytes_add(bytes, cell->value.data, cell->size);
                break;
            default: bytes_add(bytes, &cell->value, 8);
        }
    }
}

/// One value, of a column this process may not know.
static vais_cell take_cell(reader *reader) {
    vais_cell cell = {.type = reader_byte(reader)};
    switch (cell.type) {
        case VAIS_NULL: break;
        case VAIS_BOOL: cell.value.i64 = reader_byte(reader) != 0; break;
        case VAIS_TEXT:
        case VAIS_BYTES: {
            uint64_t size = reader_count(reader);
            cell.value.data = reader_take(reader, size);
            cell.size = (uint32_t)size;
            if (size > UINT32_MAX) reader->is_damaged = 1;
            break;
        }
        case VAIS_I64:
        case VAIS_F64:
        case VAIS_TIME: {
            const uint8_t *number = reader_take(reader, 8);
            if (number) memcpy(&cell.value, number, 8);
            break;
        }
        default: reader->is_damaged = 1;
    }
    return cell;
}

int row_decode(MDB_val value, const table *table, vais_cell *cells, int64_t *stamp) {
    reader reader = {.next = value.mv_data, .end = (const uint8_t *)value.mv_data + value.mv_size};
    const uint8_t *first = reader_take(&reader, sizeof *stamp);
    if (first) memcpy(stamp, first, sizeof *stamp);
    uint64_t count = reader_count(&reader);
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (i < count && !reader.is_damaged) {
            cells[i] = take_cell(&reader);
        } else {
            cells[i] = (vais_cell){.type = VAIS_NULL};
        }
        const column *column = &table->columns[i];
        int may_be_null = (column->flags & VAIS_COLUMN_NULLABLE) != 0;
        if (cells[i].type != column->type && (cells[i].type != VAIS_NULL || !may_be_null)) return 0;
    }
    for (uint64_t i = table->column_count; i < count && !reader.is_damaged; i++) take_cell(&reader);
    return !reader.is_damaged && reader.next == reader.end;
}

void row_key(bytes *key, const index_ *index, uint32_t first, uint32_t end, const vais_cell *cells) {
    for (uint32_t i = first; i < end; i++) key_add(key, &cells[index->slots[i]]);
}
