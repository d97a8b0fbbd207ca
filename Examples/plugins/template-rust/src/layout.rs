//! `cargo test`: what the sizes in abi.rs cannot see.

use crate::abi::*;

macro_rules! offsets { ($($type:ty { $($field:ident = $offset:expr),* $(,)? })*) => { $({
    let place = std::mem::MaybeUninit::<$type>::uninit();
    let base = place.as_ptr();
    $(assert_eq!(
        unsafe { std::ptr::addr_of!((*base).$field) } as usize - base as usize, $offset,
        concat!(stringify!($type), ".", stringify!($field)));)*
})* } }

#[test]
fn every_field_lies_where_the_headers_have_it() {
    offsets! {
        Span { data = 0, size = 8 }
        Error { place = 4, position = 8, message_capacity = 12, vendor_code = 16, sqlstate = 24, message = 32, message_size = 40 }
        Call { flags = 4, deadline = 8, cancelled = 16, error = 24 }
        Cell { kind = 0, size = 4, value = 8 }
        Page {
            row_count = 4, cells = 8, cell_capacity = 16, cell_count = 24, bytes = 32, byte_capacity = 40, byte_count = 48,
            cells_needed = 56, bytes_needed = 64
        }
        Host { abi_major = 4, abi_minor = 8, name = 16, version = 32, get_interface = 48 }
        Plugin {
            magic = 4, abi_major = 8, abi_minor = 12, thread_model = 16, setting_count = 20, id = 24, version = 40,
            license = 56, summary = 72, settings = 88, setting_stride = 96, get_interface = 104
        }
        Column { id = 4, kind = 8, flags = 12, name = 16 }
        Index { id = 4, flags = 8, column_count = 12, columns = 16, name = 24 }
        Collection {
            id = 4, name = 8, columns = 24, column_stride = 32, indexes = 40, index_stride = 48, key = 56,
            column_count = 64, index_count = 68, key_count = 72
        }
        Schema { version = 4, collections = 8, collection_stride = 16, collection_count = 24 }
        Shape {
            kind = 4, collection = 8, index = 12, flags = 16, prefix_count = 20, column_count = 24, columns = 32
        }
        Use { shape = 0, cell_count = 4, cells = 8 }
        Batch { flags = 4, stamp = 8, guards = 16, ops = 24, guard_count = 32, op_count = 36 }
        Capabilities {
            max_sessions = 4, max_batch_uses = 8, max_value_bytes = 12, max_key_bytes = 16, durable = 20,
            concurrent_writers = 24, several_hosts = 28, backend = 32
        }
        Options { setting_count = 4, settings = 8, data_folder = 16 }
        Storage {
            capabilities = 8, open = 16, close = 24, health = 32, schema_plan = 40, schema_apply = 48, prepare = 56,
            session_open = 64, session_reset = 72, session_close = 80, session_interrupt = 88, get_many = 96, scan = 104,
            commit = 112, commit_many = 120
        }
    }
}
