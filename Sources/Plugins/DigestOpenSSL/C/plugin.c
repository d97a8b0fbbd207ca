// What the host sees: the ELF note, the entry point, and the settings. The tables are in Swift.
#include "vais.h"

/// The table of an interface, or NULL; in Swift.
const void *digest_openssl_interface(const char *name, uint64_t size);

VAIS_PLUGIN(plugin, "dev.vais.digest-openssl", "0.1.0", "Apache-2.0", "digest", VAIS_DIGEST_1,
            .thread_model = VAIS_THREADS_ANY, .summary = VAIS_SPAN("Hash functions by OpenSSL's libcrypto."),
            .get_interface = digest_openssl_interface);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    (void)host;
    return &plugin;
}
