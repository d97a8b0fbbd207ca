//! The table of `vais.storage/1`: stores and sessions, and what every call does with the host's pointers.
//!
//! A store with an engine of its own would open its files or its server in `open`. All `unsafe` here trusts what the contract
//! says of a pointer: whom it belongs to, and until when.

use crate::abi::*;
use crate::call::{answer, failure, Answer, CALLED, IDLE, INTERRUPTED};
use crate::commit;
use crate::engine::{compare, Table};
use crate::page::Row;
use crate::schema::merge;
use crate::shapes::Shape;
use crate::value::Value;
use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicU32};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locked by every call that looks at it, so that each sees, and leaves, one state.
struct State {
    tables: Vec<Table>,
    shapes: Option<Vec<Shape>>,
}

pub struct Store {
    state: Mutex<State>,
}

impl Store {
    /// A panic leaves the state as it was: it is changed by putting a whole one in its place.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct Session {
    store: *const Store,
    state: AtomicU32,
}

pub static TABLE: Storage = Storage {
    struct_size: std::mem::size_of::<Storage>() as u32,
    reserved: 0,
    capabilities,
    open,
    close,
    health,
    schema_plan,
    schema_apply,
    prepare,
    session_open,
    session_reset,
    session_close,
    session_interrupt,
    get_many,
    scan,
    commit,
    commit_many: None,
};

unsafe extern "C" fn capabilities(_: *mut Store, out: *mut Capabilities) {
    if (*out).struct_size < 48 {
        return;
    }
    (*out).max_sessions = 0;
    (*out).max_batch_uses = 1 << 16;
    (*out).max_value_bytes = 1 << 26;
    (*out).max_key_bytes = 1 << 16;
    (*out).durable = NONE; // NATIVE, once a commit survives power loss.
    (*out).concurrent_writers = EMULATE;
    (*out).several_hosts = NONE;
    (*out).backend = Span::of("memory");
}

unsafe extern "C" fn open(options: *const Options, call: *mut Call, store: *mut *mut Store) -> Status {
    // A plugin never writes to standard streams, and a panic would. This is our own copy of the standard library.
    std::panic::set_hook(Box::new(|_| {}));
    answer(call, None, |_| {
        if (*options).struct_size < 32 {
            return Err(failure(INVALID, "the options are short"));
        }
        let state = Mutex::new(State { tables: Vec::new(), shapes: None });
        *store = Box::into_raw(Box::new(Store { state }));
        Ok(OK)
    })
}

unsafe extern "C" fn close(store: *mut Store) {
    if !store.is_null() {
        drop(Box::from_raw(store));
    }
}

unsafe extern "C" fn health(_: *mut Store, call: *mut Call) -> Status {
    answer(call, None, |_| Ok(OK))
}

unsafe extern "C" fn schema_plan(
    store: *mut Store,
    schema: *const Schema,
    text: *mut u8,
    capacity: u64,
    size: *mut u64,
    call: *mut Call,
) -> Status {
    answer(call, None, |_| {
        let (_, plan) = merge(&(*store).lock().tables, &*schema)?;
        *size = plan.len() as u64;
        let copied = plan.len().min(capacity as usize);
        if copied > 0 {
            std::ptr::copy_nonoverlapping(plan.as_ptr(), text, copied);
        }
        Ok(OK)
    })
}

unsafe extern "C" fn schema_apply(store: *mut Store, schema: *const Schema, call: *mut Call) -> Status {
    answer(call, None, |_| {
        let mut state = (*store).lock();
        let (merged, plan) = merge(&state.tables, &*schema)?;
        if plan.is_empty() {
            return Ok(OK);
        }
        // No host needs more: no record of this store is older than the schema.
        if state.shapes.is_some() {
            return Err(failure(INVALID, "apply comes before prepare"));
        }
        state.tables = merged;
        Ok(OK)
    })
}

unsafe extern "C" fn prepare(
    store: *mut Store,
    _: *const Schema,
    declared: *const crate::abi::Shape,
    stride: u64,
    count: u32,
    call: *mut Call,
) -> Status {
    answer(call, None, |_| {
        let mut state = (*store).lock();
        if state.shapes.is_some() {
            return Err(failure(INVALID, "prepare comes once"));
        }
        let mut shapes = Vec::new();
        for (number, shape) in strided(declared, stride, count).enumerate() {
            shapes.push(Shape::resolve(&state.tables, shape).map_err(|failure| failure.at(AT_SHAPE, number))?);
        }
        state.shapes = Some(shapes);
        Ok(OK)
    })
}

unsafe extern "C" fn session_open(store: *mut Store, call: *mut Call, session: *mut *mut Session) -> Status {
    answer(call, None, |_| {
        *session = Box::into_raw(Box::new(Session { store, state: AtomicU32::new(IDLE) }));
        Ok(OK)
    })
}

/// A call leaves nothing behind in its session, however it ends.
unsafe extern "C" fn session_reset(_: *mut Session, call: *mut Call) -> Status {
    answer(call, None, |_| Ok(OK))
}

unsafe extern "C" fn session_close(session: *mut Session) {
    drop(Box::from_raw(session));
}

/// An idle session stays idle: later calls are not disturbed.
unsafe extern "C" fn session_interrupt(session: *mut Session) {
    let order = atomic::Ordering::SeqCst;
    let _ = (*session).state.compare_exchange(CALLED, INTERRUPTED, order, order);
}

/// The shape of a use, its table, and its cells.
unsafe fn resolve<'a>(state: &'a State, r#use: &Use) -> Answer<(&'a Shape, &'a Table, Vec<Value>)> {
    let shapes = state.shapes.as_deref().unwrap_or(&[]);
    let shape = shapes.get(r#use.shape as usize).ok_or(failure(INVALID, "no such shape"))?;
    let table = &state.tables[shape.table];
    Ok((shape, table, shape.values(table, r#use)?))
}

unsafe extern "C" fn get_many(
    session: *mut Session,
    uses: *const Use,
    count: u32,
    page: *mut Page,
    call: *mut Call,
) -> Status {
    let (session, page) = (&*session, &mut *page);
    if page.struct_size < 72 {
        return INVALID;
    }
    page.clear();
    let status = answer(call, Some(&session.state), |watch| {
        let state = (*session.store).lock();
        let (mut cells, mut bytes) = (0, 0); // What all rows need, whether or not they fit.
        for (position, r#use) in slice(uses, count as usize).iter().enumerate() {
            watch.check()?;
            let (shape, table, values) = resolve(&state, r#use).map_err(|failure| failure.at(AT_USE, position))?;
            let row = match shape.kind {
                COUNT => Row::Values(vec![Value::Integer(I64, table.select(shape, &values).len() as i64)]),
                GET => Row::of(table.find(shape.index, |i| &values[i]).map(|place| &*table.records[place]), shape),
                _ => return Err(failure(INVALID, "neither GET nor COUNT").at(AT_USE, position)),
            };
            let extent = row.extent();
            cells += extent.0;
            bytes += extent.1;
            if page.row_count as usize == position {
                page.append(&row);
            }
        }
        if page.row_count == count {
            Ok(OK)
        } else {
            Err(page.too_small(cells, bytes))
        }
    });
    if status != OK {
        page.row_count = 0;
    }
    status
}

unsafe extern "C" fn scan(
    session: *mut Session,
    r#use: *const Use,
    after: *const Cell,
    after_count: u32,
    row_limit: u32,
    page: *mut Page,
    call: *mut Call,
) -> Status {
    let (session, page) = (&*session, &mut *page);
    if page.struct_size < 72 {
        return INVALID;
    }
    page.clear();
    answer(call, Some(&session.state), |_| {
        let state = (*session.store).lock();
        let (shape, table, values) = resolve(&state, &*r#use)?;
        if shape.kind != SCAN {
            return Err(failure(INVALID, "not a SCAN"));
        }
        let index = &table.indexes[shape.index];
        let mut records = table.select(shape, &values);
        if !after.is_null() {
            let after: Vec<_> = slice(after, after_count as usize).iter().map(|cell| Value::of(cell)).collect();
            if shape.key_count + after.len() != index.slots.len() {
                return Err(failure(INVALID, "a position of another length"));
            }
            let seen = if shape.has(DESCENDING) { Ordering::Less } else { Ordering::Greater };
            records.retain(|record| compare(record, index, shape.key_count, after.iter()) == seen);
        }
        for record in records.iter().take(row_limit as usize) {
            let row = Row::of(Some(&**record), shape);
            if page.append(&row) {
                continue;
            }
            let (cells, bytes) = row.extent();
            return if page.row_count == 0 { Err(page.too_small(cells, bytes)) } else { Ok(OK) };
        }
        Ok(if records.len() > row_limit as usize { OK } else { DONE })
    })
}

unsafe extern "C" fn commit(session: *mut Session, batch: *const Batch, call: *mut Call) -> Status {
    let (session, batch) = (&*session, &*batch);
    answer(call, Some(&session.state), |watch| {
        if batch.struct_size < 40 {
            return Err(failure(INVALID, "the batch is short"));
        }
        if batch.flags != 0 {
            return Err(failure(UNSUPPORTED, "the batch has flags this plugin does not know"));
        }
        let mut state = (*session.store).lock();
        state.tables = commit::commit(&state.tables, state.shapes.as_deref().unwrap_or(&[]), batch, watch)?;
        Ok(OK)
    })
}
