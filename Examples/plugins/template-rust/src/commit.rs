//! commit: guards, then operations, all or nothing. An engine with transactions begins one, does the same, and commits it; this
//! one works on a copy of the tables (which shares what does not change) and puts it in their place at the end.

use crate::abi::{self, slice, Batch};
use crate::call::{failure, Answer, Failure, Watch};
use crate::engine::{Record, Table};
use crate::shapes::Shape;
use crate::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

/// The tables after the batch.
///
/// # Safety
/// `batch` is one that the host lends.
pub unsafe fn commit(tables: &[Table], shapes: &[Shape], batch: &Batch, watch: &Watch) -> Answer<Vec<Table>> {
    let mut changed = tables.to_vec();
    for (position, guard) in slice(batch.guards, batch.guard_count as usize).iter().enumerate() {
        let at = |failure: Failure| failure.at(abi::AT_GUARD, position);
        watch.check()?;
        let shape = shapes
            .get(guard.shape as usize)
            .filter(|shape| shape.is_guard())
            .ok_or_else(|| at(failure(abi::INVALID, "not a guard")))?;
        let table = &changed[shape.table];
        let cells = shape.values(table, guard).map_err(at)?;
        if !guard_holds(table, shape, &cells) {
            return Err(at(failure(abi::GUARD_FAILED, "the guard does not hold")));
        }
    }
    for (position, operation) in slice(batch.ops, batch.op_count as usize).iter().enumerate() {
        let at = |failure: Failure| failure.at(abi::AT_OP, position);
        watch.check()?;
        let shape = shapes
            .get(operation.shape as usize)
            .filter(|shape| shape.is_operation())
            .ok_or_else(|| at(failure(abi::INVALID, "not an operation")))?;
        let table = &mut changed[shape.table];
        let cells = shape.values(table, operation).map_err(at)?;
        apply(table, shape, &cells, batch.stamp).map_err(at)?;
    }
    Ok(changed)
}

fn guard_holds(table: &Table, shape: &Shape, cells: &[Value]) -> bool {
    match shape.kind {
        abi::REQUIRE_EMPTY => return table.select(shape, cells).is_empty(),
        abi::REQUIRE_SOME => return !table.select(shape, cells).is_empty(),
        _ => {}
    }
    let (key, values) = cells.split_at(shape.key_count);
    let record = table.find(shape.index, |i| &key[i]).map(|place| &table.records[place]);
    let is = |value: Value, other: &Value| value.compare(other) == Ordering::Equal;
    match (shape.kind, record) {
        (abi::REQUIRE_ABSENT, record) => record.is_none(),
        (_, None) => false,
        (abi::REQUIRE_VERSION, Some(record)) => is(Value::Integer(abi::I64, record.stamp), &values[0]),
        (abi::REQUIRE_EQUAL, Some(record)) => {
            shape.slots.iter().zip(values).all(|(slot, value)| is(record.value(*slot), value))
        }
        (_, Some(_)) => true,
    }
}

fn apply(table: &mut Table, shape: &Shape, cells: &[Value], stamp: i64) -> Answer<()> {
    let (key, values) = cells.split_at(shape.key_count);
    let mut stamp = stamp;
    let mut draft = vec![Value::Null; table.columns.len()];
    let mut old = None;
    if matches!(shape.kind, abi::INSERT | abi::UPSERT) {
        for (slot, value) in shape.slots.iter().zip(values) {
            draft[*slot] = value.clone();
        }
        if shape.kind == abi::UPSERT {
            old = twin(table, 0, &draft);
        }
    } else {
        old = table.find(shape.index, |i| &key[i]);
        if shape.kind == abi::DELETE {
            if let Some(place) = old {
                Arc::make_mut(&mut table.records).swap_remove(place);
            }
            return Ok(());
        }
        if old.is_none() {
            return Err(failure(abi::NOT_FOUND, "there is no such record"));
        }
    }
    if let Some(place) = old {
        let record = &table.records[place];
        draft = record.values.clone();
        if shape.kind == abi::ADD {
            stamp = record.stamp;
        }
    }
    for (slot, value) in shape.slots.iter().zip(values) {
        draft[*slot] = match (shape.kind, &draft[*slot], value) {
            (abi::ADD, Value::Integer(kind, sum), Value::Integer(_, amount)) => {
                let sum = sum.checked_add(*amount).ok_or(failure(abi::INVALID, "the sum is beyond 64 bits"))?;
                Value::Integer(*kind, sum)
            }
            _ => value.clone(),
        };
    }
    for (column, value) in table.columns.iter().zip(&draft) {
        if value.kind() == abi::NULL && column.flags & abi::COLUMN_NULLABLE == 0 {
            return Err(failure(abi::INVALID, "a column that is not nullable has no value"));
        }
    }
    for number in 0..table.indexes.len() {
        if !table.indexes[number].unique {
            continue;
        }
        let twin = twin(table, number, &draft);
        if twin.is_some() && twin != old {
            return Err(failure(abi::EXISTS, "it exists already"));
        }
    }
    let record = Arc::new(Record { stamp, values: draft });
    let records = Arc::make_mut(&mut table.records);
    match old {
        Some(place) => records[place] = record,
        None => records.push(record),
    }
    Ok(())
}

/// Where the record is that has the same values in the columns an index names.
fn twin(table: &Table, index: usize, values: &[Value]) -> Option<usize> {
    table.find(index, |i| &values[table.indexes[index].slots[i]])
}
