// A password plugin (whose hashes are not slow, and not for use), right but for one fault:
//
//   PRINTS            writes to standard output
//   ENDS_AT_NUL       takes secrets for C strings
//   SHORT_SALT        uses half of the salt
//   IGNORES_CAPACITY  writes the whole text, whatever room there is
//   ANY_FLAG          takes flags it does not know
//   COMPARES_PREFIX   compares as much as there is
//   CRASHES_ON_SHORT  reads behind text that is too short
//   ONE_SCRATCH       works in memory that all threads share
//   NO_DEADLINE       works on when nobody waits any more
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sha256.h"
#include "vais/password.h"
#include "vais/plugin.h"

#define NAME "$vais-test$"
#define NAME_SIZE (sizeof NAME - 1)

struct vais_hasher { int nothing; };

static vais_status open_hasher(const vais_password_options *options, vais_call *call, vais_hasher **hasher) {
    *hasher = malloc(sizeof **hasher);
#ifdef PRINTS
    printf("ready\n");
#endif
    return *hasher ? VAIS_OK : VAIS_BUSY;
}

static void close_hasher(vais_hasher *hasher) { free(hasher); }

static void cost(vais_hasher *hasher, uint64_t *memory, uint32_t *threads) {
    *memory = sizeof(sha256);
    *threads = 1;
}

static vais_status begin(vais_call *call) {
#ifndef ANY_FLAG
    if (call->flags) return VAIS_UNSUPPORTED;
#endif
#ifndef NO_DEADLINE
    if (call->cancelled && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE)) return VAIS_CANCELLED;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (call->deadline && (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec >= call->deadline) return VAIS_TIMEOUT;
#endif
    return VAIS_OK;
}

static void write_hex(char *out, const uint8_t *bytes, uint64_t size) {
    for (uint64_t i = 0; i < size; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
}

// The hash of `secret` with a salt given in hexadecimal digits, as such digits.
static void compute(vais_span secret, const char *salt, uint64_t salt_size, char *out) {
#ifdef ONE_SCRATCH
    static
#endif
        sha256 hash;
    uint8_t digest[32];
#ifdef ENDS_AT_NUL
    secret.size = secret.size ? strnlen((const char *)secret.data, secret.size) : 0;
#endif
    sha256_start(&hash);
    sha256_add(&hash, (const uint8_t *)salt, salt_size);
    for (int i = 0; i < 500; i++) {
        sha256_add(&hash, secret.data, secret.size);
#ifdef ONE_SCRATCH
        if (i % 50 == 0) sched_yield();  // Other threads get to it, however few cores there are.
#endif
    }
    sha256_end(&hash, digest);
    write_hex(out, digest, sizeof digest);
}

static vais_status hash(
    vais_hasher *hasher, vais_span secret, vais_span salt, char *out, uint64_t capacity, uint64_t *size, vais_call *call) {
    vais_status status = begin(call);
    if (status) return status;
    if (salt.size < 16 || salt.size > 64) return VAIS_INVALID;
#ifdef SHORT_SALT
    salt.size = 8;
#endif
    *size = NAME_SIZE + 2 * salt.size + 1 + 64;
#ifndef IGNORES_CAPACITY
    if (capacity < *size) return VAIS_LIMIT;
#endif
    memcpy(out, NAME, NAME_SIZE);
    write_hex(out + NAME_SIZE, salt.data, salt.size);
    out[NAME_SIZE + 2 * salt.size] = '$';
    compute(secret, out + NAME_SIZE, 2 * salt.size, out + NAME_SIZE + 2 * salt.size + 1);
    return VAIS_OK;
}

static int is_hex(const char *text, uint64_t size) {
    for (uint64_t i = 0; i < size; i++)
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'))) return 0;
    return 1;
}

static vais_status verify(vais_hasher *hasher, vais_span phc, vais_span secret, vais_call *call) {
    vais_status status = begin(call);
    if (status) return status;
    const char *text = (const char *)phc.data;
#ifdef CRASHES_ON_SHORT
    if (phc.size < 16 && *(volatile const char *)(uintptr_t)phc.size == '$') return VAIS_INVALID;
#endif
    if (phc.size < NAME_SIZE || memcmp(text, NAME, NAME_SIZE) != 0) return VAIS_INVALID;
    const char *salt = text + NAME_SIZE;
    const char *end = memchr(salt, '$', phc.size - NAME_SIZE);
    if (!end) return VAIS_INVALID;
    uint64_t salt_size = (uint64_t)(end - salt), rest = phc.size - NAME_SIZE - salt_size - 1;
#ifdef COMPARES_PREFIX
    if (rest > 64) return VAIS_INVALID;
#else
    if (rest != 64) return VAIS_INVALID;
#endif
    if (salt_size > 128 || !is_hex(salt, salt_size) || !is_hex(end + 1, rest)) return VAIS_INVALID;
    char expected[64], difference = 0;
    compute(secret, salt, salt_size, expected);
    for (uint64_t i = 0; i < rest; i++) difference |= expected[i] ^ end[1 + i];
    return difference ? VAIS_DENIED : VAIS_OK;
}

static uint32_t needs_rehash(vais_hasher *hasher, vais_span phc) {
    return phc.size < NAME_SIZE || memcmp(phc.data, NAME, NAME_SIZE) != 0;
}

static const vais_password table = {sizeof table, 0, open_hasher, close_hasher, cost, hash, verify, needs_rehash};

static const void *get_interface(const char *name, uint64_t size) {
    return size == strlen(VAIS_PASSWORD_1) && memcmp(name, VAIS_PASSWORD_1, size) == 0 ? &table : NULL;
}

VAIS_PLUGIN(
    plugin, "dev.vais.test-password", "0.1.0", "Apache-2.0", "password", VAIS_PASSWORD_1,
    .thread_model = VAIS_THREADS_ANY, .summary = VAIS_SPAN("Hashes that are not slow."), .get_interface = get_interface);

const vais_plugin *vais_plugin_entry(const vais_host *host) { return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL; }
