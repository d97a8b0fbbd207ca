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
/// In C, once per plugin, at file scope:  VAIS_NOTE("abi=1.0\nid=org.example.store\nversion=0.1.0\n…");
#define VAIS_NOTE_TYPE 1u
#define VAIS_NOTE(text)                                                                                          \
    __attribute__((used, section(".note.vais"), aligned(4))) static const struct {                               \
        uint32_t name_size, description_size, type;                                                              \
        char name[8];                                                                                            \
        char description[(sizeof(text) + 3) / 4 * 4];                                                            \
    } vais_note = {5, sizeof(text) - 1, VAIS_NOTE_TYPE, "Vais", text}

#ifdef __cplusplus
}
#endif
#endif
