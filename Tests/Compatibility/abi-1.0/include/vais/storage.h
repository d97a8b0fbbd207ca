/// vais/storage.h: "vais.storage/1", a store of declared, typed records that commits guarded atomic batches.
///
/// Life cycle:
///
///     open -> schema_apply (or schema_plan) -> prepare -> session_open* -> get_many / scan / commit … -> session_close* -> close
///
/// The host declares its collections once (`schema_apply`) and each query it will ever make once (`prepare`); from then on a
/// call names a shape by its number and carries cells only, so a SQL plugin keeps its statements prepared.
#ifndef VAIS_STORAGE_H
#define VAIS_STORAGE_H

#include "vais/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_STORAGE_1 "vais.storage/1"

typedef struct vais_store vais_store;      ///< One open store. Thread-safe within the declared thread model.
typedef struct vais_session vais_session;  ///< One connection. One call at a time; it may move between threads.

// ---- Schema ---------------------------------------------------------------------------------------------------------

#define VAIS_COLUMN_NULLABLE 1u  ///< May hold VAIS_NULL. Columns added to an existing collection must be nullable.

typedef struct vais_column {
    uint32_t struct_size;
    uint32_t id;     ///< Unique in its collection, from 1, never reused.
    uint32_t type;   ///< VAIS_BOOL … VAIS_TIME
    uint32_t flags;  ///< VAIS_COLUMN_*
    vais_span name;  ///< `[a-z][a-z0-9_]*`, at most 48 bytes.
} vais_column;
#define VAIS_COLUMN_SIZE_1_0 32u

#define VAIS_INDEX_UNIQUE 1u  ///< No two records share the index's columns.

/// An ordered index. Its order is its columns', then the key's. Its columns are not nullable.
typedef struct vais_index {
    uint32_t struct_size;
    uint32_t id;     ///< Unique in its collection, from 1, never reused. 0 means the primary key wherever an index is named.
    uint32_t flags;  ///< VAIS_INDEX_*
    uint32_t column_count;
    const uint32_t *columns;  ///< Column ids.
    vais_span name;           ///< As a column's; unique in its collection.
} vais_index;
#define VAIS_INDEX_SIZE_1_0 40u

typedef struct vais_collection {
    uint32_t struct_size;
    uint32_t id;  ///< From 1, never reused.
    vais_span name;
    const vais_column *columns;
    uint64_t column_stride;  ///< Bytes from one column to the next.
    const vais_index *indexes;
    uint64_t index_stride;
    const uint32_t *key;  ///< Column ids of the primary key, in order; not nullable.
    uint32_t column_count;
    uint32_t index_count;
    uint32_t key_count;
    uint32_t reserved;
} vais_collection;
#define VAIS_COLLECTION_SIZE_1_0 80u

typedef struct vais_schema {
    uint32_t struct_size;
    uint32_t version;  ///< Rises with every change. A store whose schema has a higher version is still usable: changes only add.
    const vais_collection *collections;
    uint64_t collection_stride;
    uint32_t collection_count;
    uint32_t reserved;
} vais_schema;
#define VAIS_SCHEMA_SIZE_1_0 32u

// ---- Shapes ---------------------------------------------------------------------------------------------------------

/// In a shape's column list: the stamp (VAIS_I64) of the batch that last wrote the record.
#define VAIS_COLUMN_VERSION 0xFFFFFFFFu

// Reads, for get_many and scan. "Key" is the key of the shape's index: the primary key, or a unique index's columns.
#define VAIS_GET 1u    ///< Cells: the key. Answers one row of `columns`.
#define VAIS_SCAN 2u   ///< Cells: see "bounds". Answers rows of `columns` in index order. For `scan`.
#define VAIS_COUNT 3u  ///< Cells: bounds. Answers one VAIS_I64. For `get_many`.

// Operations, for commit. Always on the primary key.
// INSERT, UPSERT and UPDATE are VAIS_EXISTS when another record has the same values in a unique index.
#define VAIS_INSERT 16u  ///< Cells: `columns` (the key's among them; columns left out are null). VAIS_EXISTS if the key exists.
#define VAIS_UPSERT 17u  ///< Cells: as INSERT. Inserts the record, or sets `columns` of the existing one and leaves the rest.
                         ///< VAIS_INVALID for a new record if `columns` lack one that is not nullable.
#define VAIS_UPDATE 18u  ///< Cells: the key, then `columns`. VAIS_NOT_FOUND if the record does not exist.
#define VAIS_ADD 19u     ///< Cells: the key, then an amount for each of `columns` (VAIS_I64, not nullable). NOT_FOUND as UPDATE;
                         ///< VAIS_INVALID on overflow. Leaves the record's stamp alone, so counters do not disturb guards.
#define VAIS_DELETE 20u  ///< Cells: the key. Deleting what does not exist is no error.

// Guards, for commit.
#define VAIS_REQUIRE_ABSENT 32u   ///< Cells: the key (of `index`). Holds if there is no such record.
#define VAIS_REQUIRE_PRESENT 33u  ///< Cells: the key (of `index`). Holds if there is one.
#define VAIS_REQUIRE_VERSION 34u  ///< Cells: the primary key, then the stamp. Holds if the record exists with that stamp.
#define VAIS_REQUIRE_EQUAL 35u    ///< Cells: the primary key, then a value for each of `columns`. Holds if all are equal; null equals null.
#define VAIS_REQUIRE_EMPTY 36u    ///< Cells: bounds. Holds if the range has no record.
#define VAIS_REQUIRE_SOME 37u     ///< Cells: bounds. Holds if the range has at least one record.

// Bounds of a range on an index: the cells are `prefix_count` values that the first index columns equal, then, as flagged, a
// lower and an upper bound on the next column (of the index, then of the key).
#define VAIS_SHAPE_LOWER 1u              ///< A lower bound, inclusive unless …
#define VAIS_SHAPE_LOWER_EXCLUSIVE 2u    ///< … flagged so (together with VAIS_SHAPE_LOWER).
#define VAIS_SHAPE_UPPER 4u              ///< An upper bound, inclusive unless …
#define VAIS_SHAPE_UPPER_EXCLUSIVE 8u    ///< … flagged so (together with VAIS_SHAPE_UPPER).
#define VAIS_SHAPE_DESCENDING 16u        ///< SCAN: from the last record to the first.

/// One query, guard or operation, declared before use. Its number is its place in the array given to `prepare`.
typedef struct vais_shape {
    uint32_t struct_size;
    uint32_t kind;          ///< VAIS_GET …
    uint32_t collection;    ///< Collection id.
    uint32_t index;         ///< Index id, 0 for the primary key.
    uint32_t flags;         ///< VAIS_SHAPE_*
    uint32_t prefix_count;  ///< For bounds.
    uint32_t column_count;
    uint32_t reserved;
    const uint32_t *columns;  ///< Column ids: what to answer, set, add to or compare.
} vais_shape;
#define VAIS_SHAPE_SIZE_1_0 40u

/// A use of a shape. Frozen.
typedef struct vais_use {
    uint32_t shape;  ///< Number of the shape.
    uint32_t cell_count;
    const vais_cell *cells;
} vais_use;

/// Guards, then operations in order: all of it happens or none. One record may be touched by several operations.
typedef struct vais_batch {
    uint32_t struct_size;
    uint32_t flags;      ///< 0
    int64_t stamp;       ///< Stored as the version of every record that INSERT, UPSERT or UPDATE writes. Chosen by the host, unique.
    const vais_use *guards;
    const vais_use *ops;
    uint32_t guard_count;
    uint32_t op_count;
} vais_batch;
#define VAIS_BATCH_SIZE_1_0 40u

/// How one batch of several ended. Frozen.
typedef struct vais_outcome {
    vais_status status;
    uint32_t place;     ///< VAIS_AT_*
    uint32_t position;  ///< Index of the failing guard or operation.
    uint32_t reserved;
} vais_outcome;

// ---- Capabilities ---------------------------------------------------------------------------------------------------

#define VAIS_NONE 0u     ///< Not offered.
#define VAIS_EMULATE 1u  ///< Offered at a cost.
#define VAIS_NATIVE 2u   ///< Offered by the backend itself.

typedef struct vais_storage_capabilities {
    uint32_t struct_size;
    uint32_t max_sessions;       ///< 0: as many as the host likes.
    uint32_t max_batch_uses;     ///< Guards and operations in one batch; at least 4,096.
    uint32_t max_value_bytes;    ///< One text or bytes value; at least 1 MiB.
    uint32_t max_key_bytes;      ///< All values of one key or index entry together; at least 512.
    uint32_t durable;            ///< VAIS_NATIVE: a commit survives power loss once acknowledged. VAIS_EMULATE: it survives the end of
                                 ///< the process, not power loss. VAIS_NONE: nothing survives `close`.
    uint32_t concurrent_writers; ///< VAIS_NATIVE: several sessions commit in parallel. VAIS_EMULATE: they take turns.
    uint32_t several_hosts;      ///< VAIS_NATIVE: several processes may open the same data at once.
    vais_span backend;           ///< Name and version of what stores the data, such as "SQLite 3.40.1". Static.
} vais_storage_capabilities;
#define VAIS_STORAGE_CAPABILITIES_SIZE_1_0 48u

/// How to open a store.
typedef struct vais_storage_options {
    uint32_t struct_size;
    uint32_t setting_count;
    const vais_setting *settings;  ///< Checked against the plugin's schema, defaults filled in.
    vais_span data_folder;         ///< Absolute path of the host's data folder; relative paths in settings start there.
} vais_storage_options;
#define VAIS_STORAGE_OPTIONS_SIZE_1_0 32u

// ---- The table ------------------------------------------------------------------------------------------------------

/// Calls that take a `vais_call` may block; the host makes them on threads of its own. A call that fails has changed nothing,
/// except commit's VAIS_AMBIGUOUS. Slots marked optional may be NULL, or beyond `struct_size`.
typedef struct vais_storage {
    uint32_t struct_size;
    uint32_t reserved;

    /// Limits and features. Before or after `open`; `store` may be NULL.
    void (*capabilities)(vais_store *store, vais_storage_capabilities *out);
    /// Opens or creates the store; takes whatever lock it needs (VAIS_BUSY when another process holds it); changes no schema.
    vais_status (*open)(const vais_storage_options *options, vais_call *call, vais_store **store);
    /// Ends the store after its sessions are closed; no thread of the plugin remains.
    void (*close)(vais_store *store);
    /// A cheap round trip to the backend, for readiness checks.
    vais_status (*health)(vais_store *store, vais_call *call);

    /// Writes what `schema_apply` would do, for people (SQL where it applies), to `text`: at most `capacity` bytes, `*size` in all.
    /// Empty when there is nothing to do. VAIS_OK also when it does not fit: `*size` is the length of the whole.
    vais_status (*schema_plan)(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity, uint64_t *size,
                               vais_call *call);
    /// Creates what is missing: collections, columns, indexes. Idempotent, atomic, safe against another host doing the same.
    /// VAIS_SCHEMA when a declared column exists with another type.
    vais_status (*schema_apply)(vais_store *store, const vais_schema *schema, vais_call *call);
    /// Declares every shape, once, after the schema fits and before the first session. VAIS_INVALID, with the shape named in
    /// `error` (VAIS_AT_SHAPE), for a shape that names what the schema lacks; VAIS_SCHEMA if the stored schema lacks it.
    vais_status (*prepare)(vais_store *store, const vais_schema *schema, const vais_shape *shapes, uint64_t shape_stride,
                           uint32_t shape_count, vais_call *call);

    vais_status (*session_open)(vais_store *store, vais_call *call, vais_session **session);
    /// Back to a fresh state after an error; VAIS_UNAVAILABLE if it cannot be had and the session must be closed.
    vais_status (*session_reset)(vais_session *session, vais_call *call);
    void (*session_close)(vais_session *session);
    /// Makes a call under way in this session return soon with VAIS_CANCELLED. Any thread, any time while the session exists;
    /// has no effect on later calls.
    void (*session_interrupt)(vais_session *session);

    /// Answers GET and COUNT shapes from one snapshot, one row each, in order; for a record that does not exist a row of
    /// VAIS_ABSENT cells. VAIS_LIMIT when not every row fits: then the page holds no row and says what all of them need.
    /// A use that fails by its own fault is named in `error` (VAIS_AT_USE).
    vais_status (*get_many)(vais_session *session, const vais_use *uses, uint32_t use_count, vais_page *page, vais_call *call);
    /// Answers one page of a SCAN shape. `after`, when given, is the full position of the last row already seen: the index's
    /// columns beyond the prefix, then the key's columns, those already named left out; the page starts behind it, whether or not that
    /// record still exists. At most `row_limit` rows. VAIS_DONE when the page holds the last row of the range (or none),
    /// VAIS_OK when there may be more. Each page is one snapshot.
    vais_status (*scan)(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                        uint32_t row_limit, vais_page *page, vais_call *call);
    /// Checks the guards, then applies the operations: all or nothing, isolated from other commits, durable on return, visible to
    /// every later call on every session. On VAIS_GUARD_FAILED, VAIS_EXISTS, VAIS_NOT_FOUND and VAIS_INVALID, `error` names the
    /// guard or operation.
    vais_status (*commit)(vais_session *session, const vais_batch *batch, vais_call *call);
    /// Optional. Commits independent batches in order with one durable write; a batch that fails leaves the others alone.
    /// VAIS_OK when `outcomes` has an entry for each; any other status means none was committed (or, with VAIS_AMBIGUOUS,
    /// that it is not known).
    vais_status (*commit_many)(vais_session *session, const vais_batch *batches, uint64_t batch_stride, uint32_t batch_count,
                               vais_outcome *outcomes, vais_call *call);
} vais_storage;
#define VAIS_STORAGE_SIZE_1_0 128u

#ifdef __cplusplus
}
#endif
#endif
