//! Rows on their way to the host, into the buffers it supplies.

use crate::abi::{self, Cell, CellValue, Page};
use crate::call::{failure, Failure};
use crate::engine::Record;
use crate::shapes::Shape;
use crate::value::Value;

/// The values of a row, or how many columns a record that does not exist would have had.
pub enum Row {
    Values(Vec<Value>),
    Absent(usize),
}

impl Row {
    pub fn of(record: Option<&Record>, shape: &Shape) -> Row {
        match record {
            Some(record) => Row::Values(shape.slots.iter().map(|slot| record.value(*slot)).collect()),
            None => Row::Absent(shape.slots.len()),
        }
    }

    /// How many cells it takes, and how many bytes beside them.
    pub fn extent(&self) -> (u64, u64) {
        match self {
            Row::Values(values) => (values.len() as u64, values.iter().map(|value| value.bytes().len() as u64).sum()),
            Row::Absent(count) => (*count as u64, 0),
        }
    }
}

impl Page {
    pub fn clear(&mut self) {
        self.row_count = 0;
        self.cell_count = 0;
        self.byte_count = 0;
        self.cells_needed = 0;
        self.bytes_needed = 0;
    }

    /// Appends the row if there is room for all of it.
    pub fn append(&mut self, row: &Row) -> bool {
        let (cells, bytes) = row.extent();
        if cells > self.cell_capacity - self.cell_count || bytes > self.byte_capacity - self.byte_count {
            return false;
        }
        match row {
            Row::Values(values) => values.iter().for_each(|value| self.append_value(value)),
            Row::Absent(count) => {
                for _ in 0..*count {
                    self.append_cell(Cell { kind: abi::ABSENT, size: 0, value: CellValue { i64: 0 } });
                }
            }
        }
        self.row_count += 1;
        true
    }

    fn append_value(&mut self, value: &Value) {
        let bytes = value.bytes();
        let copy = self.bytes.wrapping_add(self.byte_count as usize);
        if !bytes.is_empty() {
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), copy, bytes.len()) };
        }
        self.byte_count += bytes.len() as u64;
        self.append_cell(value.cell(copy));
    }

    fn append_cell(&mut self, cell: Cell) {
        unsafe { self.cells.add(self.cell_count as usize).write(cell) };
        self.cell_count += 1;
    }

    /// Empties the page, and says what it would need.
    pub fn too_small(&mut self, cells: u64, bytes: u64) -> Failure {
        self.clear();
        self.cells_needed = cells;
        self.bytes_needed = bytes;
        failure(abi::LIMIT, "the page is too small")
    }
}
