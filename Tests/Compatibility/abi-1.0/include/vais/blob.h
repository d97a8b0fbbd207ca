/// vais/blob.h: "vais.storage.blob/1", optional: large immutable objects, addressed by their SHA-256.
///
/// Without it the host keeps objects as files under its data folder. The store is the one opened by "vais.storage/1".
#ifndef VAIS_BLOB_H
#define VAIS_BLOB_H

#include "vais/storage.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_STORAGE_BLOB_1 "vais.storage.blob/1"

typedef struct vais_blob_writer vais_blob_writer;  ///< One object being written. One call at a time, any thread.
typedef struct vais_blob_reader vais_blob_reader;  ///< One object being read. One call at a time, any thread.

/// A SHA-256 digest: an object's name. Frozen.
typedef struct vais_blob_id {
    uint8_t bytes[32];
} vais_blob_id;

typedef struct vais_storage_blob {
    uint32_t struct_size;
    uint32_t reserved;
    /// Starts an object. `size_hint` is its size in bytes if known, else 0.
    vais_status (*put_open)(vais_store *store, uint64_t size_hint, vais_call *call, vais_blob_writer **writer);
    vais_status (*put_write)(vais_blob_writer *writer, vais_span bytes, vais_call *call);
    /// Makes the object visible under `id`, durably, and ends the writer, whatever the answer. The caller has hashed the bytes;
    /// the plugin need not. An object that exists already is success.
    vais_status (*put_commit)(vais_blob_writer *writer, const vais_blob_id *id, vais_call *call);
    /// Forgets what was written and ends the writer.
    void (*put_abort)(vais_blob_writer *writer);

    /// VAIS_NOT_FOUND if there is no such object. `*size` is its length in bytes. A reader keeps working while the object is removed.
    vais_status (*get_open)(vais_store *store, const vais_blob_id *id, vais_call *call, vais_blob_reader **reader, uint64_t *size);
    /// Copies up to `capacity` bytes from `offset`; `*count` is how many. Fewer only at the end of the object.
    vais_status (*get_read)(vais_blob_reader *reader, uint64_t offset, uint8_t *buffer, uint64_t capacity, uint64_t *count,
                            vais_call *call);
    void (*get_close)(vais_blob_reader *reader);
    /// Optional: a file descriptor on the object's bytes for zero-copy sending, owned by the reader, or -1.
    int32_t (*get_descriptor)(vais_blob_reader *reader);

    /// VAIS_NOT_FOUND if there was no such object.
    vais_status (*remove)(vais_store *store, const vais_blob_id *id, vais_call *call);
    /// Ids in byte order after `after` (NULL: from the first), at most `capacity`; `*count` is how many. VAIS_DONE with the last.
    vais_status (*list)(vais_store *store, const vais_blob_id *after, vais_blob_id *ids, uint64_t capacity, uint64_t *count,
                        vais_call *call);
} vais_storage_blob;
#define VAIS_STORAGE_BLOB_SIZE_1_0 88u

#ifdef __cplusplus
}
#endif
#endif
