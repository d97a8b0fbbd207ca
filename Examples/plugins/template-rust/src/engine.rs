//! The engine: a list of records in no order, of which every question looks at all. It is here to be replaced: by the keys and
//! ranges of an ordered store, or by SQL.

use crate::abi;
use crate::schema::{Column, Index};
use crate::shapes::{Shape, SLOT_VERSION};
use crate::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

/// Never changes: a change puts another record in its place.
pub struct Record {
    /// Of the batch that last wrote it.
    pub stamp: i64,
    /// One for each column of the table.
    pub values: Vec<Value>,
}

impl Record {
    /// The value of a shape's column.
    pub fn value(&self, slot: usize) -> Value {
        if slot == SLOT_VERSION {
            Value::Integer(abi::I64, self.stamp)
        } else {
            self.values[slot].clone()
        }
    }
}

/// A collection. A copy shares the records until one of the two changes.
#[derive(Clone)]
pub struct Table {
    pub id: u32,
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
    pub records: Arc<Vec<Arc<Record>>>,
}

impl Table {
    pub fn new(id: u32) -> Table {
        Table { id, columns: Vec::new(), indexes: Vec::new(), records: Arc::default() }
    }

    pub fn slot(&self, column: u32) -> Option<usize> {
        self.columns.iter().position(|known| known.id == column)
    }

    /// Where the record with this key of a unique index is.
    pub fn find<'a>(&self, index: usize, key: impl Fn(usize) -> &'a Value) -> Option<usize> {
        let index = &self.indexes[index];
        self.records.iter().position(|record| {
            (0..index.named).all(|i| record.values[index.slots[i]].compare(key(i)) == Ordering::Equal)
        })
    }

    /// The records of a range, in its order.
    pub fn select(&self, shape: &Shape, cells: &[Value]) -> Vec<Arc<Record>> {
        let index = &self.indexes[shape.index];
        let mut found: Vec<_> =
            self.records.iter().filter(|record| is_in_range(record, index, shape, cells)).cloned().collect();
        found.sort_by(|left, right| {
            let order = compare(left, index, 0, index.slots.iter().map(|slot| &right.values[*slot]));
            if shape.has(abi::DESCENDING) {
                order.reverse()
            } else {
                order
            }
        });
        found
    }
}

/// Compares the record's columns `first` and on of the index with `values`.
pub fn compare<'a>(record: &Record, index: &Index, first: usize, values: impl Iterator<Item = &'a Value>) -> Ordering {
    index.slots[first..]
        .iter()
        .zip(values)
        .map(|(slot, value)| record.values[*slot].compare(value))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

fn is_in_range(record: &Record, index: &Index, shape: &Shape, cells: &[Value]) -> bool {
    let (prefix, bounds) = cells.split_at(shape.key_count);
    if compare(record, index, 0, prefix.iter()) != Ordering::Equal {
        return false;
    }
    let mut bounds = bounds.iter();
    let mut holds = |flag, exclusive, beyond| {
        if !shape.has(flag) {
            return true;
        }
        let order = compare(record, index, shape.key_count, bounds.by_ref().take(1));
        order != beyond && (order != Ordering::Equal || !shape.has(exclusive))
    };
    holds(abi::LOWER, abi::LOWER_EXCLUSIVE, Ordering::Less)
        && holds(abi::UPPER, abi::UPPER_EXCLUSIVE, Ordering::Greater)
}
