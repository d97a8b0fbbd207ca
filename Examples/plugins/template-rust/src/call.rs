//! What every call does first, and how it tells of a failure.

use crate::abi::{self, Call, Status};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU32, Ordering};

/// Why a call failed. `position` counts what `place` says (AT_GUARD …).
pub struct Failure {
    pub status: Status,
    pub place: u32,
    pub position: u32,
    pub text: &'static str,
}

pub type Answer<T> = Result<T, Failure>;

pub fn failure(status: Status, text: &'static str) -> Failure {
    Failure { status, place: abi::AT_NOTHING, position: 0, text }
}

impl Failure {
    pub fn at(self, place: u32, position: usize) -> Failure {
        Failure { place, position: position as u32, ..self }
    }
}

/// Of a session: idle, inside a call, or inside a call that `session_interrupt` wants to end.
pub const IDLE: u32 = 0;
pub const CALLED: u32 = 1;
pub const INTERRUPTED: u32 = 2;

/// When to give up.
pub struct Watch<'a> {
    call: &'a Call,
    session: Option<&'a AtomicU32>,
}

impl<'a> Watch<'a> {
    /// Whether to go on. Ask it now and then during long work; nothing may have been changed when the answer is no.
    pub fn check(&self) -> Answer<()> {
        let interrupted = self.session.map_or(false, |state| state.load(Ordering::SeqCst) == INTERRUPTED);
        let cancelled = unsafe { self.call.cancelled.as_ref() }.map_or(false, |flag| flag.load(Ordering::Acquire) != 0);
        if interrupted || cancelled {
            return Err(failure(abi::CANCELLED, "the caller cancelled the call"));
        }
        if self.call.deadline != 0 && monotonic_now() >= self.call.deadline {
            return Err(failure(abi::TIMEOUT, "the call's deadline passed"));
        }
        Ok(())
    }
}

/// Makes a C answer of a Rust one: refuses flags, gives up in time, describes a failure, and turns a panic into INTERNAL.
///
/// # Safety
/// `call` points to a `vais_call`.
pub unsafe fn answer(
    call: *mut Call,
    session: Option<&AtomicU32>,
    body: impl FnOnce(&Watch) -> Answer<Status>,
) -> Status {
    let call = &*call;
    if call.struct_size < 32 {
        return abi::INVALID;
    }
    if let Some(state) = session {
        state.store(CALLED, Ordering::SeqCst);
    }
    let result = catch_unwind(AssertUnwindSafe(|| {
        if call.flags != 0 {
            return Err(failure(abi::UNSUPPORTED, "the call has flags this plugin does not know"));
        }
        let watch = Watch { call, session };
        watch.check()?;
        body(&watch)
    }));
    if let Some(state) = session {
        state.store(IDLE, Ordering::SeqCst);
    }
    match result.unwrap_or_else(|_| Err(failure(abi::INTERNAL, "the plugin panicked"))) {
        Ok(status) => status,
        Err(failure) => {
            describe(call.error, &failure);
            failure.status
        }
    }
}

unsafe fn describe(error: *mut abi::Error, failure: &Failure) {
    let error = match error.as_mut() {
        Some(error) if error.struct_size >= 48 => error,
        _ => return,
    };
    error.place = failure.place;
    error.position = failure.position;
    error.vendor_code = 0; // Your engine's own error code.
    error.sqlstate = [0; 8];
    error.message_size = failure.text.len() as u64;
    let size = failure.text.len().min(error.message_capacity as usize);
    if !error.message.is_null() {
        std::ptr::copy_nonoverlapping(failure.text.as_ptr(), error.message, size);
    }
}

#[repr(C)]
struct Time {
    seconds: i64,
    nanoseconds: i64,
}
extern "C" {
    fn clock_gettime(clock: i32, time: *mut Time) -> i32;
}

/// Nanoseconds of CLOCK_MONOTONIC, the clock of deadlines.
fn monotonic_now() -> u64 {
    let mut now = Time { seconds: 0, nanoseconds: 0 };
    unsafe { clock_gettime(1, &mut now) };
    now.seconds as u64 * 1_000_000_000 + now.nanoseconds as u64
}
