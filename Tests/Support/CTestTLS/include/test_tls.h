/// The server side of TLS for tests, by OpenSSL: an identity made on the spot, and blocking reads and writes.
#ifndef TEST_TLS_H
#define TEST_TLS_H

#include <stddef.h>

/// A fresh key and a certificate signed with it.
typedef struct test_identity test_identity;
/// One connection after its handshake.
typedef struct test_tls test_tls;

/// - name: what the certificate is for: a DNS name or an IP address. NULL when OpenSSL fails.
test_identity *test_identity_new(const char *name);
void test_identity_free(test_identity *identity);
/// Writes the certificate as PEM; 0 when that works.
int test_identity_write(const test_identity *identity, const char *path);

/// Shakes hands over a connected socket. With `offers_http2`, picks "h2" when the client has it. NULL when the handshake fails.
test_tls *test_tls_accept(test_identity *identity, int socket, int offers_http2);
/// Bytes moved, 0 or less at the end.
long test_tls_read(test_tls *tls, void *buffer, size_t size);
long test_tls_write(test_tls *tls, const void *bytes, size_t size);
void test_tls_free(test_tls *tls);

#endif
