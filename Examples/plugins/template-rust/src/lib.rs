//! A storage plugin for Vais. `include/vais/*.h` is the contract; `abi.rs` is the part of it that is used here, in Rust.
//!
//! ```text
//! lib.rs     what the host sees: note, descriptor, entry    shapes.rs    declared queries, resolved once
//! store.rs   the table: every call, and what it locks       engine.rs    THE ENGINE: records, and how they are found
//! call.rs    deadline, cancelling, errors, panics           commit.rs    guards and operations, all or nothing
//! value.rs   one value, and its order                       page.rs      rows on their way to the host
//! schema.rs  collections, columns and indexes               abi.rs, layout.rs  the C structs
//! ```
//!
//! To put your own engine in: replace engine.rs and what `Table` holds. The rest is how the contract reads.

mod abi;
mod call;
mod commit;
mod engine;
#[cfg(test)]
mod layout;
mod page;
mod schema;
mod shapes;
mod store;
mod value;

use abi::{Host, Note, Plugin, Shared, Span};
use std::ffi::c_void;

// Your names go here, and into Cargo.toml: the id is a domain of yours, reversed.
const ID: &str = concat!("org.example.", env!("CARGO_PKG_NAME"));
const NOTE_TEXT: &str = concat!(
    "abi=1.0\nid=org.example.",
    env!("CARGO_PKG_NAME"),
    "\nversion=",
    env!("CARGO_PKG_VERSION"),
    "\nlicense=",
    env!("CARGO_PKG_LICENSE"),
    "\nkind=storage\ninterfaces=vais.storage/1\n",
);

/// Read by the host before it runs any of this.
#[used]
#[link_section = ".note.vais"]
static NOTE: Note<{ (NOTE_TEXT.len() + 3) / 4 * 4 }> = Note::new(NOTE_TEXT);

static PLUGIN: Shared<Plugin> = Shared(Plugin {
    struct_size: std::mem::size_of::<Plugin>() as u32,
    magic: abi::MAGIC,
    abi_major: abi::MAJOR,
    abi_minor: abi::MINOR,
    thread_model: abi::THREADS_PER_SESSION,
    setting_count: 0, // Settings are declared in an array of vais_setting_schema; see plugin.h.
    id: Span::of(ID),
    version: Span::of(env!("CARGO_PKG_VERSION")),
    license: Span::of(env!("CARGO_PKG_LICENSE")),
    summary: Span::of(env!("CARGO_PKG_DESCRIPTION")),
    settings: std::ptr::null(),
    setting_stride: 64,
    get_interface,
});

/// # Safety
/// `name` points to `size` bytes.
unsafe extern "C" fn get_interface(name: *const u8, size: u64) -> *const c_void {
    if abi::slice(name, size as usize) == b"vais.storage/1" {
        return &store::TABLE as *const abi::Storage as *const c_void;
    }
    std::ptr::null()
}

/// The only exported symbol.
///
/// # Safety
/// `host` points to a `vais_host`.
#[no_mangle]
pub unsafe extern "C" fn vais_plugin_entry(host: *const Host) -> *const Plugin {
    if (*host).abi_major == abi::MAJOR {
        &PLUGIN.0
    } else {
        std::ptr::null()
    }
}
