// The storage interfaces by ABI 1.0: the in-memory plugin of that version, and a search that looks at every record.
#include "vais/plugin.h"

#include <string.h>

#include "../fixture.h"
#include "store.h"

static const vais_storage storage_interface = {
    .struct_size = TABLE_SIZE(vais_storage),
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
    LATER_FIELD};

static const void *get_interface(const char *name, uint64_t size) {
    if (size == strlen(VAIS_STORAGE_1) && memcmp(name, VAIS_STORAGE_1, size) == 0) return &storage_interface;
    if (size == strlen(VAIS_STORAGE_BLOB_1) && memcmp(name, VAIS_STORAGE_BLOB_1, size) == 0) return &blob_interface;
    if (size == strlen(VAIS_STORAGE_SEARCH_1) && memcmp(name, VAIS_STORAGE_SEARCH_1, size) == 0) return &search_interface;
    return NULL;
}

VAIS_PLUGIN(plugin, "dev.vais.fixture-storage", "0.1.0", "Apache-2.0", "storage",
            VAIS_STORAGE_1 " " VAIS_STORAGE_BLOB_1 " " VAIS_STORAGE_SEARCH_1,
            .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("A store in memory by ABI 1.0."),
            .get_interface = get_interface, LATER_FIELD);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
