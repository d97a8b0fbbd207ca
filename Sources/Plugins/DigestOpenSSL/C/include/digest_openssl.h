/// What Embedded Swift needs of OpenSSL: functions as they are, and one call that is awkward from Swift.
#ifndef DIGEST_OPENSSL_H
#define DIGEST_OPENSSL_H

#include <openssl/crypto.h>
#include <openssl/evp.h>

/// Starts libcrypto without its exit handler: a plugin registers none, and other threads may still hash while the
/// process ends.
static inline int digest_openssl_start(void) {
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_CONFIG, NULL);
}

#endif
