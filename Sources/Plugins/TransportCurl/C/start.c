#define _GNU_SOURCE
#include "transport_curl.h"

#include <string.h>

// Present when this libcurl uses OpenSSL, absent with another TLS library; hence weak, and not linked by name.
extern int OPENSSL_init_crypto(uint64_t options, const void *settings) __attribute__((weak));
#define OPENSSL_INIT_NO_ATEXIT 0x00080000u

CURLcode transport_curl_start(void) {
    // Without this, OpenSSL frees its tables in an exit handler, while the driving thread may still be using them.
    if (OPENSSL_init_crypto != NULL) OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    return curl_global_init(CURL_GLOBAL_ALL);
}

const char *transport_curl_errno_text(long code) {
    return strerrordesc_np((int)code);
}
