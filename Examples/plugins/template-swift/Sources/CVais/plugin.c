// What the host sees before it runs any of this (the note), and first when it does (the entry).
#include "CVais.h"

const vais_storage *storage_table(void);  // In Swift.

static const void *get_interface(const char *name, uint64_t size) {
    int is_storage = size == strlen(VAIS_STORAGE_1) && memcmp(name, VAIS_STORAGE_1, size) == 0;
    return is_storage ? storage_table() : NULL;
}

// Your names go here: id (a domain of yours, reversed), version, licence. Settings are declared with VAIS_SETTING.
VAIS_PLUGIN(plugin, "org.example.storage-template", "0.1.0", "Apache-2.0", "storage", VAIS_STORAGE_1,
            .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("Keeps everything in memory."),
            .get_interface = get_interface);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
