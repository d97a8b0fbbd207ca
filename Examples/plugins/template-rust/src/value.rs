//! One value, and its order: numbers by value, text and bytes byte by byte, a prefix before what it begins.

use crate::abi::{self, Cell, CellValue};
use std::cmp::Ordering;

#[derive(Clone)]
pub enum Value {
    Null,
    /// BOOL, I64 or TIME.
    Integer(u32, i64),
    Double(f64),
    /// TEXT or BYTES.
    Bytes(u32, Vec<u8>),
}

impl Value {
    /// # Safety
    /// The cell is one that the host lends.
    pub unsafe fn of(cell: &Cell) -> Value {
        match cell.kind {
            abi::NULL => Value::Null,
            abi::F64 => Value::Double(cell.value.f64),
            abi::TEXT | abi::BYTES => Value::Bytes(cell.kind, abi::slice(cell.value.data, cell.size as usize).to_vec()),
            kind => Value::Integer(kind, cell.value.i64),
        }
    }

    pub fn kind(&self) -> u32 {
        match self {
            Value::Null => abi::NULL,
            Value::Integer(kind, _) | Value::Bytes(kind, _) => *kind,
            Value::Double(_) => abi::F64,
        }
    }

    /// What it takes beside its cell.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Value::Bytes(_, bytes) => bytes,
            _ => &[],
        }
    }

    /// Its cell; text and bytes lie at `data`.
    pub fn cell(&self, data: *const u8) -> Cell {
        let (size, value) = match self {
            Value::Null => (0, CellValue { i64: 0 }),
            Value::Integer(_, number) => (0, CellValue { i64: *number }),
            Value::Double(number) => (0, CellValue { f64: *number }),
            Value::Bytes(_, bytes) => (bytes.len() as u32, CellValue { data }),
        };
        Cell { kind: self.kind(), size, value }
    }

    pub fn compare(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Integer(_, left), Value::Integer(_, right)) => left.cmp(right),
            (Value::Double(left), Value::Double(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
            (Value::Bytes(_, left), Value::Bytes(_, right)) => left.cmp(right),
            _ => self.kind().cmp(&other.kind()),
        }
    }
}
