// "vais.digest/1" by ABI 1.0: SHA-256, plainly.
#include <stdlib.h>

#include "fixture.h"
#include "sha256.h"
#include "vais/digest.h"
#include "vais/plugin.h"

struct vais_digest_context { sha256 hash; };

static const vais_algorithm sha = {sizeof(vais_algorithm), 32, VAIS_SPAN("sha256"), NULL};

static const vais_algorithm *algorithm(uint32_t position) { return position == 0 ? &sha : NULL; }

static vais_status context_reset(vais_digest_context *context) {
    sha256_start(&context->hash);
    return VAIS_OK;
}

static vais_status context_new(const vais_algorithm *algorithm, vais_digest_context **context) {
    (void)algorithm;
    *context = malloc(sizeof **context);
    return *context ? context_reset(*context) : VAIS_BUSY;
}

static vais_status context_update(vais_digest_context *context, vais_span bytes) {
    sha256_add(&context->hash, bytes.data, bytes.size);
    return VAIS_OK;
}

static vais_status context_final(vais_digest_context *context, uint8_t *out, uint64_t capacity) {
    if (capacity < 32) return VAIS_LIMIT;
    sha256_end(&context->hash, out);
    return VAIS_OK;
}

static void context_free(vais_digest_context *context) { free(context); }

static vais_status oneshot(
    const vais_algorithm *algorithm, const vais_span *spans, uint32_t count, uint8_t *out, uint64_t capacity) {
    (void)algorithm;
    if (capacity < 32) return VAIS_LIMIT;
    sha256 hash;
    sha256_start(&hash);
    for (uint32_t i = 0; i < count; i++) sha256_add(&hash, spans[i].data, spans[i].size);
    sha256_end(&hash, out);
    return VAIS_OK;
}

static const vais_digest table = {
    .struct_size = TABLE_SIZE(vais_digest),
    .algorithm = algorithm,
    .context_new = context_new,
    .context_reset = context_reset,
    .context_update = context_update,
    .context_final = context_final,
    .context_free = context_free,
    .oneshot = oneshot,
    LATER_FIELD};

static const void *get_interface(const char *name, uint64_t size) {
    return size == strlen(VAIS_DIGEST_1) && memcmp(name, VAIS_DIGEST_1, size) == 0 ? &table : NULL;
}

VAIS_PLUGIN(plugin, "dev.vais.fixture-digest", "0.1.0", "Apache-2.0", "digest", VAIS_DIGEST_1,
            .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("A digest by ABI 1.0."),
            .get_interface = get_interface, LATER_FIELD);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
