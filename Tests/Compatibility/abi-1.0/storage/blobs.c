// "vais.storage.blob/1": objects in memory, in a tree ordered by id.
//
// An object is shared by the tree and its readers and freed by whoever lets go of it last; that is how a reader keeps
// working while the object is removed. An object's bytes never change once it is in the tree, so they are read without
// the lock.
#include <stdlib.h>
#include <string.h>

#include "../fixture.h"
#include "store.h"

typedef struct object {
    tree_node node;  ///< First, so that a node is its object.
    vais_blob_id id;
    _Atomic uint32_t holders;
    uint64_t size;
    uint8_t *bytes;
} object;

struct vais_blob_writer {
    vais_store *store;
    uint8_t *bytes;
    uint64_t size;
    uint64_t capacity;
};

/// A reader is the object it holds.
struct vais_blob_reader {
    object object;
};

static void let_go(object *object) {
    if (atomic_fetch_sub(&object->holders, 1) != 1) return;
    free(object->bytes);
    free(object);
}

void blobs_free(tree *blobs) {
    while (tree_count(blobs)) let_go((object *)(void *)tree_remove(blobs, 0));
}

static int compare_with_id(const tree_node *node, const void *id) {
    const object *object = (const void *)node;
    return memcmp(object->id.bytes, ((const vais_blob_id *)id)->bytes, sizeof object->id.bytes);
}

/// Where the object with this id is, or would be, and the object, or NULL.
static object *find(const tree *blobs, const vais_blob_id *id, uint64_t *position) {
    *position = tree_position(blobs, compare_with_id, id, 0);
    if (*position == tree_count(blobs)) return NULL;
    tree_node *node = tree_at(blobs, *position);
    return compare_with_id(node, id) == 0 ? (object *)(void *)node : NULL;
}

// ---- Writing ----

static int reserve(vais_blob_writer *writer, uint64_t capacity) {
    if (capacity <= writer->capacity) return 1;
    uint8_t *grown = realloc(writer->bytes, capacity);
    if (!grown) return 0;
    writer->bytes = grown;
    writer->capacity = capacity;
    return 1;
}

static void put_abort(vais_blob_writer *writer) {
    free(writer->bytes);
    free(writer);
}

static vais_status put_open(vais_store *store, uint64_t size_hint, vais_call *call, vais_blob_writer **result) {
    TRY(call_begin(call));
    vais_blob_writer *writer = calloc(1, sizeof *writer);
    if (!writer) return fail_out_of_memory(call);
    writer->store = store;
    // The hint may be wrong: what it asks for beyond a megabyte is taken when the bytes arrive.
    const uint64_t most = 1u << 20;
    if (!reserve(writer, size_hint < most ? size_hint : most)) {
        put_abort(writer);
        return fail_out_of_memory(call);
    }
    *result = writer;
    return VAIS_OK;
}

static vais_status put_write(vais_blob_writer *writer, vais_span bytes, vais_call *call) {
    TRY(call_begin(call));
    if (bytes.size > UINT64_MAX / 2 - writer->size) return fail(call, VAIS_LIMIT, "the object is too large");
    uint64_t size = writer->size + bytes.size;
    // Doubling keeps the cost of copying while growing in proportion to the size.
    if (size > writer->capacity && !reserve(writer, size < 2 * writer->capacity ? 2 * writer->capacity : size)) {
        return fail_out_of_memory(call);
    }
    if (bytes.size) memcpy(writer->bytes + writer->size, bytes.data, bytes.size);
    writer->size = size;
    return VAIS_OK;
}

static vais_status put_commit(vais_blob_writer *writer, const vais_blob_id *id, vais_call *call) {
    vais_status status = call_begin(call);
    object *added = status == VAIS_OK ? calloc(1, sizeof *added) : NULL;
    if (!added) {
        put_abort(writer);
        return status == VAIS_OK ? fail_out_of_memory(call) : status;
    }
    *added = (object){.id = *id, .holders = 1, .size = writer->size, .bytes = writer->bytes};
    vais_store *store = writer->store;
    free(writer);

    uint64_t position;
    pthread_mutex_lock(&store->lock);
    int exists = find(&store->blobs, id, &position) != NULL;
    if (!exists) tree_insert(&store->blobs, position, &added->node);
    pthread_mutex_unlock(&store->lock);
    if (exists) let_go(added);
    return VAIS_OK;
}

// ---- Reading ----

static vais_status get_open(vais_store *store, const vais_blob_id *id, vais_call *call, vais_blob_reader **reader,
                            uint64_t *size) {
    TRY(call_begin(call));
    uint64_t position;
    pthread_mutex_lock(&store->lock);
    object *object = find(&store->blobs, id, &position);
    if (object) atomic_fetch_add(&object->holders, 1);
    pthread_mutex_unlock(&store->lock);
    if (!object) return fail(call, VAIS_NOT_FOUND, "there is no such object");
    *size = object->size;
    *reader = (vais_blob_reader *)(void *)object;
    return VAIS_OK;
}

static vais_status get_read(vais_blob_reader *reader, uint64_t offset, uint8_t *buffer, uint64_t capacity,
                            uint64_t *count, vais_call *call) {
    TRY(call_begin(call));
    const object *object = &reader->object;
    uint64_t left = offset < object->size ? object->size - offset : 0;
    *count = left < capacity ? left : capacity;
    if (*count) memcpy(buffer, object->bytes + offset, *count);
    return VAIS_OK;
}

static void get_close(vais_blob_reader *reader) {
    let_go(&reader->object);
}

// ---- The set of objects ----

static vais_status remove_object(vais_store *store, const vais_blob_id *id, vais_call *call) {
    TRY(call_begin(call));
    uint64_t position;
    pthread_mutex_lock(&store->lock);
    object *object = find(&store->blobs, id, &position);
    if (object) tree_remove(&store->blobs, position);
    pthread_mutex_unlock(&store->lock);
    if (!object) return fail(call, VAIS_NOT_FOUND, "there is no such object");
    let_go(object);
    return VAIS_OK;
}

static vais_status list(vais_store *store, const vais_blob_id *after, vais_blob_id *ids, uint64_t capacity,
                        uint64_t *count, vais_call *call) {
    TRY(call_begin(call));
    pthread_mutex_lock(&store->lock);
    uint64_t position = after ? tree_position(&store->blobs, compare_with_id, after, 1) : 0;
    uint64_t left = tree_count(&store->blobs) - position;
    *count = left < capacity ? left : capacity;
    for (uint64_t i = 0; i < *count; i++) ids[i] = ((object *)(void *)tree_at(&store->blobs, position + i))->id;
    pthread_mutex_unlock(&store->lock);
    return left <= capacity ? VAIS_DONE : VAIS_OK;
}

const vais_storage_blob blob_interface = {
    .struct_size = TABLE_SIZE(vais_storage_blob),
    .put_open = put_open,
    .put_write = put_write,
    .put_commit = put_commit,
    .put_abort = put_abort,
    .get_open = get_open,
    .get_read = get_read,
    .get_close = get_close,
    .get_descriptor = NULL,  // There is no file.
    .remove = remove_object,
    .list = list,
    LATER_FIELD};
