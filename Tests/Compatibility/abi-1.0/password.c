// "vais.password/1" by ABI 1.0. Its hashes are not slow, and not for use.
#include <stdlib.h>
#include <time.h>

#include "fixture.h"
#include "sha256.h"
#include "vais/password.h"
#include "vais/plugin.h"

#define NAME "$vais-fixture$"
#define NAME_SIZE (sizeof NAME - 1)
#define ROUNDS 500

struct vais_hasher { int64_t rounds; };

static vais_status begin(vais_call *call) {
    if (call->struct_size < VAIS_CALL_SIZE_1_0) return VAIS_INVALID;
    if (call->flags) return VAIS_UNSUPPORTED;
    if (call->cancelled && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE)) return VAIS_CANCELLED;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (call->deadline && (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec >= call->deadline) return VAIS_TIMEOUT;
    return VAIS_OK;
}

static vais_status open_hasher(const vais_password_options *options, vais_call *call, vais_hasher **hasher) {
    vais_status status = begin(call);
    if (status) return status;
    if (options->struct_size < VAIS_PASSWORD_OPTIONS_SIZE_1_0) return VAIS_INVALID;
    int64_t rounds = ROUNDS;
    for (uint32_t i = 0; i < options->setting_count; i++) {
        const vais_setting *setting = &options->settings[i];
        if (setting->key.size != 6 || memcmp(setting->key.data, "rounds", 6) != 0) return VAIS_INVALID;
        if (setting->value.type != VAIS_I64 || setting->value.value.i64 < 1) return VAIS_INVALID;
        rounds = setting->value.value.i64;
    }
    *hasher = malloc(sizeof **hasher);
    if (!*hasher) return VAIS_BUSY;
    (*hasher)->rounds = rounds;
    return VAIS_OK;
}

static void close_hasher(vais_hasher *hasher) { free(hasher); }

static void cost(vais_hasher *hasher, uint64_t *memory, uint32_t *threads) {
    (void)hasher;
    *memory = sizeof(sha256);
    *threads = 1;
}

static void write_hex(char *out, const uint8_t *bytes, uint64_t size) {
    for (uint64_t i = 0; i < size; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
}

// The hash of `secret` with a salt given in hexadecimal digits, as such digits.
static void compute(vais_hasher *hasher, vais_span secret, const char *salt, uint64_t salt_size, char *out) {
    sha256 hash;
    uint8_t digest[32];
    sha256_start(&hash);
    sha256_add(&hash, (const uint8_t *)salt, salt_size);
    for (int64_t i = 0; i < hasher->rounds; i++) sha256_add(&hash, secret.data, secret.size);
    sha256_end(&hash, digest);
    write_hex(out, digest, sizeof digest);
}

static vais_status hash(vais_hasher *hasher, vais_span secret, vais_span salt, char *out, uint64_t capacity,
                        uint64_t *size, vais_call *call) {
    vais_status status = begin(call);
    if (status) return status;
    if (salt.size < 16 || salt.size > 64) return VAIS_INVALID;
    *size = NAME_SIZE + 2 * salt.size + 1 + 64;
    if (capacity < *size) return VAIS_LIMIT;
    memcpy(out, NAME, NAME_SIZE);
    write_hex(out + NAME_SIZE, salt.data, salt.size);
    out[NAME_SIZE + 2 * salt.size] = '$';
    compute(hasher, secret, out + NAME_SIZE, 2 * salt.size, out + NAME_SIZE + 2 * salt.size + 1);
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
    if (phc.size < NAME_SIZE || memcmp(text, NAME, NAME_SIZE) != 0) return VAIS_INVALID;
    const char *salt = text + NAME_SIZE;
    const char *end = memchr(salt, '$', phc.size - NAME_SIZE);
    if (!end) return VAIS_INVALID;
    uint64_t salt_size = (uint64_t)(end - salt), rest = phc.size - NAME_SIZE - salt_size - 1;
    if (rest != 64 || salt_size > 128 || !is_hex(salt, salt_size) || !is_hex(end + 1, rest)) return VAIS_INVALID;
    char expected[64], difference = 0;
    compute(hasher, secret, salt, salt_size, expected);
    for (uint64_t i = 0; i < rest; i++) difference |= (char)(expected[i] ^ end[1 + i]);
    return difference ? VAIS_DENIED : VAIS_OK;
}

static uint32_t needs_rehash(vais_hasher *hasher, vais_span phc) {
    (void)hasher;
    return phc.size < NAME_SIZE || memcmp(phc.data, NAME, NAME_SIZE) != 0;
}

static const vais_password table = {
    .struct_size = TABLE_SIZE(vais_password),
    .open = open_hasher,
    .close = close_hasher,
    .cost = cost,
    .hash = hash,
    .verify = verify,
    .needs_rehash = needs_rehash,
    LATER_FIELD};

static const vais_setting_schema settings[] = {
    VAIS_SETTING("rounds", VAIS_I64, 0, VAIS_CELL_I64(ROUNDS), "How often the secret is hashed."),
};

static const void *get_interface(const char *name, uint64_t size) {
    return size == strlen(VAIS_PASSWORD_1) && memcmp(name, VAIS_PASSWORD_1, size) == 0 ? &table : NULL;
}

VAIS_PLUGIN(plugin, "dev.vais.fixture-password", "0.1.0", "Apache-2.0", "password", VAIS_PASSWORD_1,
            .thread_model = VAIS_THREADS_ANY, .summary = VAIS_SPAN("A password hash by ABI 1.0."), .settings = settings,
            .setting_count = 1, .get_interface = get_interface, LATER_FIELD);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
