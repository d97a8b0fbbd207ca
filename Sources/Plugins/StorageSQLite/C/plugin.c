// What the host sees: the ELF note, the entry point, and the settings. The tables are in Swift.
#include "vais.h"

#include "storage_sqlite.h"
#include "plugin_support.h"

static const vais_setting_schema settings[] = {
    VAIS_SETTING("path", VAIS_TEXT, 0, VAIS_CELL_TEXT(STORAGE_SQLITE_PATH),
                 "The database file; a relative path starts at the data folder."),
    VAIS_SETTING("synchronous", VAIS_TEXT, 0, VAIS_CELL_TEXT("full"),
                 "\"full\": an acknowledged commit survives power loss; \"normal\": it survives a crash of the process."),
    VAIS_SETTING("checkpoint_pages", VAIS_I64, 0, VAIS_CELL_I64(STORAGE_SQLITE_CHECKPOINT_PAGES),
                 "How many 4 KiB pages the write-ahead log may hold before it is moved into the database."),
};

/// The table of an interface, or NULL; in Swift.
const void *storage_sqlite_interface(const char *name, uint64_t size);

VAIS_PLUGIN(plugin, "dev.vais.storage-sqlite", "0.1.0", "Apache-2.0", "storage", VAIS_STORAGE_1 " " VAIS_STORAGE_SEARCH_1,
            .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("Keeps the registry in one SQLite database file."),
            .settings = settings, .setting_count = sizeof settings / sizeof *settings,
            .get_interface = storage_sqlite_interface);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    vais_keep_log(host);
    return &plugin;
}
