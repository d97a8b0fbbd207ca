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

#define PLUGIN_ID "dev.vais.storage-memory"
#define PLUGIN_VERSION "0.1.0"
#define PLUGIN_LICENSE "Apache-2.0"

VAIS_NOTE(
    "abi=1.0\n"
    "id=" PLUGIN_ID
    "\n"
    "version=" PLUGIN_VERSION
    "\n"
    "license=" PLUGIN_LICENSE
    "\n"
    "kind=storage\n"
    "interfaces=" VAIS_STORAGE_1 " " VAIS_STORAGE_BLOB_1 "\n");

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

#define SPAN(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const vais_plugin plugin = {
    .struct_size = sizeof(vais_plugin),
    .magic = VAIS_PLUGIN_MAGIC,
    .abi_major = VAIS_ABI_MAJOR,
    .abi_minor = VAIS_ABI_MINOR,
    .thread_model = VAIS_THREADS_PER_SESSION,
    .id = SPAN(PLUGIN_ID),
    .version = SPAN(PLUGIN_VERSION),
    .license = SPAN(PLUGIN_LICENSE),
    .summary = SPAN("Keeps everything in memory: for tests, and as an example of a plugin."),
    .setting_stride = sizeof(vais_setting_schema),
    .get_interface = get_interface,
};

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
