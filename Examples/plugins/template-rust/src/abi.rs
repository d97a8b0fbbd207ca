//! What this plugin uses of `include/vais/{base,plugin,storage}.h`, name for name without the prefix `vais_`; what each field
//! means is written there. Sizes are asserted at the end,
//! offsets in layout.rs: a slip fails the build or `cargo test`.
#![allow(dead_code)]

use std::ffi::c_void;
use std::marker::PhantomData;

pub const MAGIC: u32 = 0x7369_6156;
pub const MAJOR: u32 = 1;
pub const MINOR: u32 = 0;
pub const THREADS_PER_SESSION: u32 = 1;

pub type Status = i32;
pub const OK: Status = 0;
pub const DONE: Status = 1;
pub const NOT_FOUND: Status = 2;
pub const EXISTS: Status = 3;
pub const GUARD_FAILED: Status = 4;
pub const CONFLICT: Status = 5;
pub const BUSY: Status = 6;
pub const TIMEOUT: Status = 7;
pub const CANCELLED: Status = 8;
pub const AMBIGUOUS: Status = 9;
pub const UNAVAILABLE: Status = 10;
pub const LIMIT: Status = 11;
pub const UNSUPPORTED: Status = 12;
pub const INVALID: Status = 13;
pub const SCHEMA: Status = 14;
pub const CORRUPT: Status = 15;
pub const DENIED: Status = 16;
pub const NO_SPACE: Status = 17;
pub const INTERNAL: Status = 18;

pub const AT_NOTHING: u32 = 0;
pub const AT_GUARD: u32 = 1;
pub const AT_OP: u32 = 2;
pub const AT_SHAPE: u32 = 3;
pub const AT_USE: u32 = 4;

/// Types of a cell.
pub const NULL: u32 = 0;
pub const BOOL: u32 = 1;
pub const I64: u32 = 2;
pub const F64: u32 = 3;
pub const TEXT: u32 = 4;
pub const BYTES: u32 = 5;
pub const TIME: u32 = 6;
pub const ABSENT: u32 = 7;

/// Kinds of shapes.
pub const GET: u32 = 1;
pub const SCAN: u32 = 2;
pub const COUNT: u32 = 3;
pub const INSERT: u32 = 16;
pub const UPSERT: u32 = 17;
pub const UPDATE: u32 = 18;
pub const ADD: u32 = 19;
pub const DELETE: u32 = 20;
pub const REQUIRE_ABSENT: u32 = 32;
pub const REQUIRE_PRESENT: u32 = 33;
pub const REQUIRE_VERSION: u32 = 34;
pub const REQUIRE_EQUAL: u32 = 35;
pub const REQUIRE_EMPTY: u32 = 36;
pub const REQUIRE_SOME: u32 = 37;

pub const LOWER: u32 = 1;
pub const LOWER_EXCLUSIVE: u32 = 2;
pub const UPPER: u32 = 4;
pub const UPPER_EXCLUSIVE: u32 = 8;
pub const DESCENDING: u32 = 16;

pub const COLUMN_NULLABLE: u32 = 1;
pub const COLUMN_VERSION: u32 = u32::MAX;
pub const INDEX_UNIQUE: u32 = 1;

/// Features, in `Capabilities`.
pub const NONE: u32 = 0;
pub const EMULATE: u32 = 1;
pub const NATIVE: u32 = 2;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Span {
    pub data: *const u8,
    pub size: u64,
}

impl Span {
    pub const fn of(text: &'static str) -> Span {
        Span { data: text.as_ptr(), size: text.len() as u64 }
    }
    /// # Safety
    /// The span is one that the host lends for `'a`.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        slice(self.data, self.size as usize)
    }
}

#[repr(C)]
pub struct Error {
    pub struct_size: u32,
    pub place: u32,
    pub position: u32,
    pub message_capacity: u32,
    pub vendor_code: i64,
    pub sqlstate: [u8; 8],
    pub message: *mut u8,
    pub message_size: u64,
}

#[repr(C)]
pub struct Call {
    pub struct_size: u32,
    pub flags: u32,
    pub deadline: u64,
    pub cancelled: *const std::sync::atomic::AtomicU32,
    pub error: *mut Error,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub union CellValue {
    pub i64: i64,
    pub f64: f64,
    pub data: *const u8,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Cell {
    pub kind: u32,
    pub size: u32,
    pub value: CellValue,
}

#[repr(C)]
pub struct Page {
    pub struct_size: u32,
    pub row_count: u32,
    pub cells: *mut Cell,
    pub cell_capacity: u64,
    pub cell_count: u64,
    pub bytes: *mut u8,
    pub byte_capacity: u64,
    pub byte_count: u64,
    pub cells_needed: u64,
    pub bytes_needed: u64,
}

#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub reserved: u32,
    pub name: Span,
    pub version: Span,
    pub get_interface: unsafe extern "C" fn(*const u8, u64) -> *const c_void,
}

#[repr(C)]
pub struct Plugin {
    pub struct_size: u32,
    pub magic: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub thread_model: u32,
    pub setting_count: u32,
    pub id: Span,
    pub version: Span,
    pub license: Span,
    pub summary: Span,
    pub settings: *const c_void,
    pub setting_stride: u64,
    pub get_interface: unsafe extern "C" fn(*const u8, u64) -> *const c_void,
}

#[repr(C)]
pub struct Column {
    pub struct_size: u32,
    pub id: u32,
    pub kind: u32,
    pub flags: u32,
    pub name: Span,
}

#[repr(C)]
pub struct Index {
    pub struct_size: u32,
    pub id: u32,
    pub flags: u32,
    pub column_count: u32,
    pub columns: *const u32,
    pub name: Span,
}

#[repr(C)]
pub struct Collection {
    pub struct_size: u32,
    pub id: u32,
    pub name: Span,
    pub columns: *const Column,
    pub column_stride: u64,
    pub indexes: *const Index,
    pub index_stride: u64,
    pub key: *const u32,
    pub column_count: u32,
    pub index_count: u32,
    pub key_count: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct Schema {
    pub struct_size: u32,
    pub version: u32,
    pub collections: *const Collection,
    pub collection_stride: u64,
    pub collection_count: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct Shape {
    pub struct_size: u32,
    pub kind: u32,
    pub collection: u32,
    pub index: u32,
    pub flags: u32,
    pub prefix_count: u32,
    pub column_count: u32,
    pub reserved: u32,
    pub columns: *const u32,
}

#[repr(C)]
pub struct Use {
    pub shape: u32,
    pub cell_count: u32,
    pub cells: *const Cell,
}

#[repr(C)]
pub struct Batch {
    pub struct_size: u32,
    pub flags: u32,
    pub stamp: i64,
    pub guards: *const Use,
    pub ops: *const Use,
    pub guard_count: u32,
    pub op_count: u32,
}

#[repr(C)]
pub struct Capabilities {
    pub struct_size: u32,
    pub max_sessions: u32,
    pub max_batch_uses: u32,
    pub max_value_bytes: u32,
    pub max_key_bytes: u32,
    pub durable: u32,
    pub concurrent_writers: u32,
    pub several_hosts: u32,
    pub backend: Span,
}

#[repr(C)]
pub struct Options {
    pub struct_size: u32,
    pub setting_count: u32,
    pub settings: *const c_void,
    pub data_folder: Span,
}

use crate::store::{Session, Store};

#[repr(C)]
pub struct Storage {
    pub struct_size: u32,
    pub reserved: u32,
    pub capabilities: unsafe extern "C" fn(*mut Store, *mut Capabilities),
    pub open: unsafe extern "C" fn(*const Options, *mut Call, *mut *mut Store) -> Status,
    pub close: unsafe extern "C" fn(*mut Store),
    pub health: unsafe extern "C" fn(*mut Store, *mut Call) -> Status,
    pub schema_plan: unsafe extern "C" fn(*mut Store, *const Schema, *mut u8, u64, *mut u64, *mut Call) -> Status,
    pub schema_apply: unsafe extern "C" fn(*mut Store, *const Schema, *mut Call) -> Status,
    pub prepare: unsafe extern "C" fn(*mut Store, *const Schema, *const Shape, u64, u32, *mut Call) -> Status,
    pub session_open: unsafe extern "C" fn(*mut Store, *mut Call, *mut *mut Session) -> Status,
    pub session_reset: unsafe extern "C" fn(*mut Session, *mut Call) -> Status,
    pub session_close: unsafe extern "C" fn(*mut Session),
    pub session_interrupt: unsafe extern "C" fn(*mut Session),
    pub get_many: unsafe extern "C" fn(*mut Session, *const Use, u32, *mut Page, *mut Call) -> Status,
    pub scan: unsafe extern "C" fn(*mut Session, *const Use, *const Cell, u32, u32, *mut Page, *mut Call) -> Status,
    pub commit: unsafe extern "C" fn(*mut Session, *const Batch, *mut Call) -> Status,
    /// Optional: without it the host commits one batch after another.
    pub commit_many:
        Option<unsafe extern "C" fn(*mut Session, *const Batch, u64, u32, *mut c_void, *mut Call) -> Status>,
}

/// The ELF note; `VAIS_NOTE` in plugin.h.
#[repr(C, align(4))]
pub struct Note<const N: usize> {
    name_size: u32,
    text_size: u32,
    kind: u32,
    name: [u8; 8],
    text: [u8; N],
}

impl<const N: usize> Note<N> {
    pub const fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut padded = [0; N];
        let mut i = 0;
        while i < bytes.len() {
            padded[i] = bytes[i];
            i += 1;
        }
        Note { name_size: 5, text_size: bytes.len() as u32, kind: 1, name: *b"Vais\0\0\0\0", text: padded }
    }
}

/// Static data with pointers in it, which nobody changes.
#[repr(transparent)]
pub struct Shared<T>(pub T);
unsafe impl<T> Sync for Shared<T> {}

/// # Safety
/// `first` points to `count` elements that the host lends for `'a`; it may be NULL when there are none.
pub unsafe fn slice<'a, T>(first: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        &[]
    } else {
        std::slice::from_raw_parts(first, count)
    }
}

/// An array whose elements a later host may have made longer than `T`.
pub struct Strided<'a, T> {
    next: *const T,
    stride: usize,
    left: u32,
    lent: PhantomData<&'a T>,
}

/// # Safety
/// As `slice`, with `stride` bytes from one element to the next.
pub unsafe fn strided<'a, T>(first: *const T, stride: u64, count: u32) -> Strided<'a, T> {
    Strided { next: first, stride: stride as usize, left: count, lent: PhantomData }
}

impl<'a, T> Iterator for Strided<'a, T> {
    type Item = &'a T;
    fn next(&mut self) -> Option<&'a T> {
        if self.left == 0 {
            return None;
        }
        let element = unsafe { &*self.next };
        self.next = (self.next as *const u8).wrapping_add(self.stride) as *const T;
        self.left -= 1;
        Some(element)
    }
}

/// Sizes in ABI 1.0: `VAIS_…_SIZE_1_0`.
macro_rules! sizes { ($($type:ty = $size:expr),* $(,)?) => { $(const _: () = assert!(std::mem::size_of::<$type>() == $size);)* } }
sizes! {
    Span = 16, Error = 48, Call = 32, Cell = 16, Page = 72, Host = 56, Plugin = 112, Column = 32, Index = 40, Collection = 80,
    Schema = 32, Shape = 40, Use = 16, Batch = 40, Capabilities = 48, Options = 32, Storage = 128,
}
