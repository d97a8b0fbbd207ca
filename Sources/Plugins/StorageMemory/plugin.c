// What the host sees: the ELF note, the entry point, and the table of "vais.storage/1".
//
// How a plugin of your own begins: copy this file, change the names, and fill the table. The rest of this folder shows
// one way to keep each promise of vais/storage.h:
//
//   cells.c    one value: type, order          catalog.c, merge.c  the schema: plan, apply
//   tree.c     an ordered tree                 shapes.c            declared queries, resolved once
//   table.c    records and their indexes       reads.c, page.c     get_many, scan, and answers
//   call.c     deadline, cancel, errors        commit.c, guards.c  batches, all or nothing
//   store.c    open, close, sessions           blobs.c             "vais.storage.blob/1"
#include "vais/plugin.h"

#include <string.h>

#include "store.h"

static const vais_storage storage_interface = {
    .struct_size = sizeof(vais_storage),
    .capabilities = store_capabilities,
    .open = store_open,
    .close = store_close,
    .health = store_health,
    .schema_plan = store_schema_plan,
    .schema_apply = store_schema_apply,
    .prepare = store_prepare,
    .session_open = store_session_open,
    .session_reset = store_session_reset,
    .session_close = store_session_close,
    .session_interrupt = store_session_interrupt,
    .get_many = store_get_many,
    .scan = store_scan,
    .commit = store_commit,
    .commit_many = store_commit_many,
};

static const void *get_interface(const char *name, uint64_t size) {
    if (size == strlen(VAIS_STORAGE_1) && memcmp(name, VAIS_STORAGE_1, size) == 0) return &storage_interface;
    if (size == strlen(VAIS_STORAGE_BLOB_1) && memcmp(name, VAIS_STORAGE_BLOB_1, size) == 0) return &blob_interface;
    return NULL;
}

VAIS_PLUGIN(plugin, "dev.vais.storage-memory", "0.1.0", "Apache-2.0", "storage", VAIS_STORAGE_1 " " VAIS_STORAGE_BLOB_1,
            .thread_model = VAIS_THREADS_PER_SESSION,
            .summary = VAIS_SPAN("Keeps everything in memory: for tests, and as an example of a plugin."),
            .get_interface = get_interface);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
