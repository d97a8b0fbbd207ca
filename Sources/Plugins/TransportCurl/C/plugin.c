// What the host sees: the ELF note, the entry point, and the settings. The tables are in Swift.
#include "vais.h"

static const vais_setting_schema settings[] = {
    VAIS_SETTING("ca_file", VAIS_TEXT, 0, VAIS_CELL_NONE,
                 "File of trusted certificate authorities in PEM, instead of CURL_CA_BUNDLE, SSL_CERT_FILE or the system's."),
    // A proxy's address may hold a password.
    VAIS_SETTING("proxy", VAIS_TEXT, VAIS_SETTING_SECRET, VAIS_CELL_NONE,
                 "Proxy for every request, such as http://user:password@proxy:3128, instead of https_proxy and http_proxy."),
    VAIS_SETTING("no_proxy", VAIS_TEXT, 0, VAIS_CELL_NONE,
                 "Hosts reached without the proxy, separated by commas, instead of the environment variable no_proxy."),
    VAIS_SETTING("http_version", VAIS_TEXT, 0, VAIS_CELL_TEXT("2"),
                 "Highest HTTP version to speak: 2 where the server offers it over TLS, or 1.1 only."),
};

/// The table of an interface, or NULL; in Swift.
const void *transport_curl_interface(const char *name, uint64_t size);

VAIS_PLUGIN(plugin, "dev.vais.transport-curl", "0.1.0", "Apache-2.0", "transport", VAIS_TRANSPORT_1,
            .thread_model = VAIS_THREADS_ANY, .summary = VAIS_SPAN("HTTP/1.1 and HTTP/2 by libcurl, many transfers at once."),
            .settings = settings, .setting_count = sizeof settings / sizeof *settings,
            .get_interface = transport_curl_interface);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    (void)host;
    return &plugin;
}
