#include "test_tls.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

struct test_identity {
    EVP_PKEY *key;
    X509 *certificate;
};

struct test_tls {
    SSL_CTX *context;
    SSL *ssl;
};

static int name_certificate(X509 *certificate, const char *name) {
    struct in_addr address;
    char alternative[300];
    snprintf(alternative, sizeof alternative, "%s:%s", inet_pton(AF_INET, name, &address) == 1 ? "IP" : "DNS", name);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alternative);
    if (extension == NULL) return 0;
    int added = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    X509_NAME *subject = X509_get_subject_name(certificate);
    return added &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0) &&
           X509_set_issuer_name(certificate, subject);
}

test_identity *test_identity_new(const char *name) {
    test_identity *identity = calloc(1, sizeof *identity);
    if (identity == NULL) return NULL;
    identity->key = EVP_EC_gen("P-256");
    identity->certificate = X509_new();
    X509 *certificate = identity->certificate;
    int made = identity->key != NULL && certificate != NULL && X509_set_version(certificate, 2) &&
               ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) &&
               X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != NULL &&
               X509_gmtime_adj(X509_getm_notAfter(certificate), 3600) != NULL &&
               X509_set_pubkey(certificate, identity->key) && name_certificate(certificate, name) &&
               X509_sign(certificate, identity->key, EVP_sha256());
    if (made) return identity;
    test_identity_free(identity);
    return NULL;
}

void test_identity_free(test_identity *identity) {
    if (identity == NULL) return;
    EVP_PKEY_free(identity->key);
    X509_free(identity->certificate);
    free(identity);
}

int test_identity_write(const test_identity *identity, const char *path) {
    FILE *file = fopen(path, "w");
    if (file == NULL) return 1;
    int written = PEM_write_X509(file, identity->certificate);
    return fclose(file) != 0 || !written;
}

static int pick_http2(SSL *ssl, const unsigned char **picked, unsigned char *picked_size, const unsigned char *offered,
                      unsigned int offered_size, void *context) {
    (void)ssl;
    (void)context;
    static const unsigned char ours[] = "\x02h2";
    unsigned char *choice;
    if (SSL_select_next_proto(&choice, picked_size, ours, 3, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *picked = choice;
    return SSL_TLSEXT_ERR_OK;
}

test_tls *test_tls_accept(test_identity *identity, int socket, int offers_http2) {
    test_tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL) return NULL;
    tls->context = SSL_CTX_new(TLS_server_method());
    int ready = tls->context != NULL && SSL_CTX_use_certificate(tls->context, identity->certificate) == 1 &&
                SSL_CTX_use_PrivateKey(tls->context, identity->key) == 1;
    if (ready && offers_http2) SSL_CTX_set_alpn_select_cb(tls->context, pick_http2, NULL);
    if (ready) tls->ssl = SSL_new(tls->context);
    if (tls->ssl != NULL && SSL_set_fd(tls->ssl, socket) == 1 && SSL_accept(tls->ssl) == 1) return tls;
    test_tls_free(tls);
    return NULL;
}

long test_tls_read(test_tls *tls, void *buffer, size_t size) {
    return SSL_read(tls->ssl, buffer, (int)size);
}

long test_tls_write(test_tls *tls, const void *bytes, size_t size) {
    return SSL_write(tls->ssl, bytes, (int)size);
}

void test_tls_free(test_tls *tls) {
    if (tls == NULL) return;
    SSL_free(tls->ssl);
    SSL_CTX_free(tls->context);
    free(tls);
}
