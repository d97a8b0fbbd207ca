// What the host sees: the ELF note, the entry point, and the settings. The tables are in Swift.
#include "vais.h"

#include "password_argon2.h"
#include "plugin_support.h"

static const vais_setting_schema settings[] = {
    VAIS_SETTING("memory_kib", VAIS_I64, 0, VAIS_CELL_I64(PASSWORD_ARGON2_MEMORY_KIB),
                 "Memory in KiB that one hash takes; the main cost for an attacker."),
    VAIS_SETTING("iterations", VAIS_I64, 0, VAIS_CELL_I64(PASSWORD_ARGON2_ITERATIONS),
                 "Passes over the memory; more make a hash slower without taking more memory."),
    VAIS_SETTING("lanes", VAIS_I64, 0, VAIS_CELL_I64(PASSWORD_ARGON2_LANES),
                 "Threads that share the work of one hash; 1 suits a server that checks many passwords at once."),
    VAIS_SETTING("memory_limit_kib", VAIS_I64, 0, VAIS_CELL_I64(PASSWORD_ARGON2_MEMORY_LIMIT_KIB),
                 "Refuse to check a stored hash that asks for more memory than this many KiB."),
};

/// The table of an interface, or NULL; in Swift.
const void *password_argon2_interface(const char *name, uint64_t size);

VAIS_PLUGIN(plugin, "dev.vais.password-argon2", "0.1.0", "Apache-2.0", "password", VAIS_PASSWORD_1,
            .thread_model = VAIS_THREADS_ANY, .summary = VAIS_SPAN("Argon2id password hashes by libargon2."),
            .settings = settings, .setting_count = sizeof settings / sizeof *settings,
            .get_interface = password_argon2_interface);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    vais_keep_log(host);
    return &plugin;
}
