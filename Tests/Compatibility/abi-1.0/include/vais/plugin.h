/// vais/plugin.h: how host and plugin find each other.
///
/// A plugin is a shared object that exports one symbol, `vais_plugin_entry`, and carries one ELF note (see VAIS_NOTE) from
/// which the host reads what it is without running it. All else is reached through interface tables, asked for by name.
#ifndef VAIS_PLUGIN_H
#define VAIS_PLUGIN_H

#include "vais/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_PLUGIN_MAGIC 0x73696156u  ///< "Vais" in memory.

/// What the host offers. Lives as long as the process; every function may be called from any thread.
typedef struct vais_host {
    uint32_t struct_size;
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t reserved;
    vais_span name;     ///< "vais"
    vais_span version;  ///< The host's SemVer version.
    /// A table the host offers under this name, such as "vais.host.log/1", or NULL.
    const void *(*get_interface)(const char *name, uint64_t name_size);
} vais_host;
#define VAIS_HOST_SIZE_1_0 56u

/// How many threads may be inside the plugin at once. The host keeps to it. Under every model an object may be used by one thread
/// after another.
/// One call at a time in the whole process, whichever interface it belongs to. Then `session_interrupt` is not called; a transport is
/// refused, since its `drive` waits, and so is a digest, which is computed by whoever needs it.
#define VAIS_THREADS_ONE 0u
/// The usual choice. One call at a time in each session, blob writer, blob reader and digest context, any number of which are in use
/// at once. Calls on a store, client, hasher or algorithm come from several threads at once, where their header does not say otherwise.
#define VAIS_THREADS_PER_SESSION 1u
/// Any call from any thread at any time.
#define VAIS_THREADS_ANY 2u

/// What a plugin is. Static: valid from the first call of `vais_plugin_entry` until the process ends.
typedef struct vais_plugin {
    uint32_t struct_size;
    uint32_t magic;      ///< VAIS_PLUGIN_MAGIC
    uint32_t abi_major;  ///< VAIS_ABI_MAJOR of the header it was built with.
    uint32_t abi_minor;
    uint32_t thread_model;  ///< VAIS_THREADS_*
    uint32_t setting_count;
    vais_span id;        ///< Reverse-DNS, such as "dev.vais.storage-sqlite". The same as in the note.
    vais_span version;   ///< SemVer.
    vais_span license;   ///< SPDX expression.
    vais_span summary;   ///< One sentence.
    const vais_setting_schema *settings;  ///< The configuration this plugin understands.
    uint64_t setting_stride;              ///< sizeof(vais_setting_schema) as the plugin was built.
    /// A table this plugin offers, such as "vais.storage/1", or NULL. Static lifetime; the same answer each time.
    const void *(*get_interface)(const char *name, uint64_t name_size);
} vais_plugin;
#define VAIS_PLUGIN_SIZE_1_0 112u

/// The only exported symbol. Does no I/O, starts no thread, may be called again and answers the same. `host` stays valid.
/// Answers NULL if it cannot work with this host.
typedef const vais_plugin *(*vais_plugin_entry_function)(const vais_host *host);
#define VAIS_PLUGIN_ENTRY vais_plugin_entry

/// The ELF note, in section ".note.vais", name "Vais", type VAIS_NOTE_TYPE. Its description is UTF-8 lines "key=value":
///   abi=1.0   id=…   version=…   license=…   interfaces=vais.storage/1 vais.storage.search/1   kind=storage
/// VAIS_PLUGIN writes it. By hand, once per plugin, at file scope:  VAIS_NOTE("abi=1.0\nid=org.example.store\n…");
#define VAIS_NOTE_TYPE 1u
#define VAIS_NOTE(text)                                                                                          \
    __attribute__((used, section(".note.vais"), aligned(4))) static const struct {                               \
        uint32_t name_size, description_size, type;                                                              \
        char name[8];                                                                                            \
        char description[(sizeof(text) + 3) / 4 * 4];                                                            \
    } vais_note = {5, sizeof(text) - 1, VAIS_NOTE_TYPE, "Vais", text}

// ---- What a plugin in C is made of: initializers for static data, of literals ----------------------------------------

#define VAIS_SPAN(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

#define VAIS_CELL_NONE {VAIS_NULL, 0, {0}}
#define VAIS_CELL_I64(number) {VAIS_I64, 0, {.i64 = (number)}}
#define VAIS_CELL_TEXT(literal) {VAIS_TEXT, sizeof(literal) - 1, {.data = (const uint8_t *)(literal)}}

/// One vais_setting_schema:  VAIS_SETTING("cache", VAIS_I64, 0, VAIS_CELL_I64(64), "Pages kept in memory.")
#define VAIS_SETTING(key, type, flags, standard, help) \
    {sizeof(vais_setting_schema), type, flags, 0, VAIS_SPAN(key), standard, VAIS_SPAN(help)}

/// The note, and the descriptor `name` that the entry answers, from one place so that they cannot disagree. What else is in the
/// descriptor follows by name; the interfaces are separated by spaces:
///
///   VAIS_PLUGIN(description, "org.example.store", "0.1.0", "Apache-2.0", "storage", VAIS_STORAGE_1 " " VAIS_STORAGE_BLOB_1,
///               .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("Keeps everything in a drawer."),
///               .settings = settings, .setting_count = 1, .get_interface = get_interface);
#define VAIS_PLUGIN(name, plugin_id, plugin_version, plugin_license, plugin_kind, plugin_interfaces, ...)           \
    VAIS_NOTE("abi=" VAIS_ABI_TEXT "\nid=" plugin_id "\nversion=" plugin_version "\nlicense=" plugin_license        \
              "\nkind=" plugin_kind "\ninterfaces=" plugin_interfaces "\n");                                        \
    static const vais_plugin name = {                                                                                \
        .struct_size = sizeof(vais_plugin),                                                                          \
        .magic = VAIS_PLUGIN_MAGIC,                                                                                  \
        .abi_major = VAIS_ABI_MAJOR,                                                                                 \
        .abi_minor = VAIS_ABI_MINOR,                                                                                 \
        .id = VAIS_SPAN(plugin_id),                                                                                  \
        .version = VAIS_SPAN(plugin_version),                                                                        \
        .license = VAIS_SPAN(plugin_license),                                                                        \
        .setting_stride = sizeof(vais_setting_schema),                                                               \
        __VA_ARGS__}

#ifdef __cplusplus
}
#endif
#endif
