// A plugin that hands every call to another (WRAPPED, the path of its file), but for one fault:
//
//   LIES_ABOUT_HOSTS  declares that several processes may open the same data
//   LOSES_LOG         removes, when it opens a store, every log that a killed process left
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vais/blob.h"
#include "vais/plugin.h"
#include "vais/search.h"
#include "vais/storage.h"

#define ID "dev.vais.test-wrapper"

VAIS_NOTE("abi=1.0\nid=" ID "\nversion=0.1.0\nlicense=Apache-2.0\nkind=storage\ninterfaces=" VAIS_STORAGE_1 "\n");

static const vais_plugin *inner;
static vais_storage table;
static const vais_storage *inner_table;

static void capabilities(vais_store *store, vais_storage_capabilities *out) {
    inner_table->capabilities(store, out);
#ifdef LIES_ABOUT_HOSTS
    out->several_hosts = VAIS_NATIVE;
#endif
}

static void remove_logs(const char *folder) {
    DIR *entries = opendir(folder);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries));) {
        size_t size = strlen(entry->d_name);
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (size > 4 && strcmp(entry->d_name + size - 4, "-wal") == 0) unlink(path);
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') remove_logs(path);
    }
    closedir(entries);
}

static vais_status open_store(const vais_storage_options *options, vais_call *call, vais_store **store) {
#ifdef LOSES_LOG
    char folder[4096];
    snprintf(folder, sizeof folder, "%.*s", (int)options->data_folder.size, (const char *)options->data_folder.data);
    remove_logs(folder);
#endif
    return inner_table->open(options, call, store);
}

static const void *get_interface(const char *name, uint64_t size) {
    return size == strlen(VAIS_STORAGE_1) && memcmp(name, VAIS_STORAGE_1, size) == 0 ? &table : NULL;
}

#define SPAN(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static vais_plugin plugin = {
    .struct_size = sizeof(vais_plugin),
    .magic = VAIS_PLUGIN_MAGIC,
    .abi_major = VAIS_ABI_MAJOR,
    .abi_minor = VAIS_ABI_MINOR,
    .thread_model = VAIS_THREADS_PER_SESSION,
    .id = SPAN(ID),
    .version = SPAN("0.1.0"),
    .license = SPAN("Apache-2.0"),
    .summary = SPAN("Wraps another plugin, with a fault."),
    .get_interface = get_interface,
};

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    if (host->abi_major != VAIS_ABI_MAJOR) return NULL;
    if (!inner) {
        void *library = dlopen(WRAPPED, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        vais_plugin_entry_function entry = library ? (vais_plugin_entry_function)dlsym(library, "vais_plugin_entry") : NULL;
        inner = entry ? entry(host) : NULL;
        inner_table = inner ? inner->get_interface(VAIS_STORAGE_1, strlen(VAIS_STORAGE_1)) : NULL;
        if (!inner_table) return NULL;
        memcpy(&table, inner_table, sizeof table);
        table.capabilities = capabilities;
        table.open = open_store;
        plugin.settings = inner->settings;
        plugin.setting_count = inner->setting_count;
        plugin.setting_stride = inner->setting_stride;
    }
    return &plugin;
}
