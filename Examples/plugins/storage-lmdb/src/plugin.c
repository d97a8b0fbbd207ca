// What the host sees: the note, the entry point, the settings and the table. Where to read on:
//
//   call.c         bounds of a call, and failures       shapes.c, ranges.c   declared queries, bounds as ranges of keys
//   cells.c        single values, and keys of them      find.c, reads.c      get_many and scan
//   rows.c         records as values                    guards.c             what a batch requires
//   entries.c      LMDB with long keys                  operations.c         what a batch changes
//   catalog.c      collections, and how they are kept   commit.c             one batch, several at once
//   schema.c, merge.c  the stored schema and its growth  environment.c, turn.c  LMDB's environment: the map, one writer
//   store.c        opening and closing                  page.c, bytes.c      buffers: the caller's, our own
#include "vais/plugin.h"

#include <string.h>

#include "store.h"

#define ID "org.example.storage-lmdb"
#define VERSION "0.1.0"
#define LICENSE "Apache-2.0"

VAIS_NOTE("abi=1.0\nid=" ID "\nversion=" VERSION "\nlicense=" LICENSE "\nkind=storage\ninterfaces=" VAIS_STORAGE_1 "\n");

#define SPAN(text) {(const uint8_t *)(text), sizeof(text) - 1}
#define NUMBER(name, standard, words)                                                                              \
    {                                                                                                              \
        .struct_size = sizeof(vais_setting_schema), .type = VAIS_I64, .key = SPAN(name),                           \
        .default_value = {.type = VAIS_I64, .value.i64 = (standard)}, .help = SPAN(words)                          \
    }

static const vais_setting_schema schema[] = {
    {
        .struct_size = sizeof(vais_setting_schema),
        .type = VAIS_TEXT,
        .key = SPAN("path"),
        .default_value = {.type = VAIS_TEXT, .size = 4, .value.data = (const uint8_t *)"lmdb"},
        .help = SPAN("The folder of the store, on a local disk; a relative path starts at the data folder."),
    },
    NUMBER("max_size_mib", 65536, "How large the store may grow, in MiB; it takes address space and disk only as it grows."),
    NUMBER("readers", 256, "How many sessions may read, of all processes that use the store; the first to open it decides."),
    NUMBER("max_indexes", 512, "How many indexes and primary keys the store may have together."),
};

static const vais_storage storage = {
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
    int is_storage = size == sizeof VAIS_STORAGE_1 - 1 && memcmp(name, VAIS_STORAGE_1, size) == 0;
    return is_storage ? &storage : NULL;
}

static const vais_plugin plugin = {
    .struct_size = sizeof(vais_plugin),
    .magic = VAIS_PLUGIN_MAGIC,
    .abi_major = VAIS_ABI_MAJOR,
    .abi_minor = VAIS_ABI_MINOR,
    .thread_model = VAIS_THREADS_PER_SESSION,
    .setting_count = sizeof schema / sizeof *schema,
    .id = SPAN(ID),
    .version = SPAN(VERSION),
    .license = SPAN(LICENSE),
    .summary = SPAN("Keeps records in LMDB, an ordered key-value store in a memory-mapped file."),
    .settings = schema,
    .setting_stride = sizeof(vais_setting_schema),
    .get_interface = get_interface,
};

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
