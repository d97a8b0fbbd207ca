// A digest plugin, right but for one fault:
//
//   PRINTS            writes to standard output
//   WRONG_BLOCK       gets messages of 56 bytes wrong, for which the length needs a block of its own
//   RESET_KEEPS       forgets nothing when it starts over
//   ONE_STATE         keeps all contexts in one
//   CRASHES_ON_NULL   reads an empty span
//   IGNORES_CAPACITY  writes the whole digest, whatever room there is
//   ONE_SCRATCH       computes at once in memory that all threads share
//
// or for one that the kit cannot see, but a sanitizer can (scripts/check-sanitizers):
//
//   OVERRUNS          reads behind its context
//   LOSES             never frees a context
//   SHIFTS            shifts further than C allows
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "sha256.h"
#include "vais/digest.h"
#include "vais/plugin.h"

struct vais_digest_context { sha256 hash; };

static const vais_algorithm sha = {sizeof(vais_algorithm), 32, VAIS_SPAN("sha256"), NULL};

static const vais_algorithm *algorithm(uint32_t position) { return position == 0 ? &sha : NULL; }

static sha256 *running(vais_digest_context *context) {
#ifdef ONE_STATE
    static sha256 one;
    return &one;
#endif
    return &context->hash;
}

static vais_status context_reset(vais_digest_context *context) {
#ifndef RESET_KEEPS
    sha256_start(running(context));
#endif
    return VAIS_OK;
}

static vais_status context_new(const vais_algorithm *algorithm, vais_digest_context **context) {
    *context = malloc(sizeof **context);
    if (!*context) return VAIS_BUSY;
#ifdef PRINTS
    printf("hashing\n");
#endif
    sha256_start(running(*context));
    return VAIS_OK;
}

static void add(sha256 *hash, vais_span bytes) {
#ifdef CRASHES_ON_NULL
    if (*(volatile const uint8_t *)bytes.data == 0) hash->size += 0;
#endif
    sha256_add(hash, bytes.data, bytes.size);
}

static vais_status end(sha256 *hash, uint8_t *out, uint64_t capacity) {
#ifndef IGNORES_CAPACITY
    if (capacity < 32) return VAIS_LIMIT;
#endif
#ifdef WRONG_BLOCK
    if (hash->size == 56) hash->size = 55;
#endif
    sha256_end(hash, out);
    return VAIS_OK;
}

static vais_status context_update(vais_digest_context *context, vais_span bytes) {
    add(running(context), bytes);
    return VAIS_OK;
}

static vais_status context_final(vais_digest_context *context, uint8_t *out, uint64_t capacity) {
#ifdef OVERRUNS
    if (((volatile const uint8_t *)(context + 1))[0] == 0) capacity += 0;
#endif
#ifdef SHIFTS
    volatile uint32_t bits = 32;
    running(context)->state[0] ^= 1u << bits & 0;
#endif
    return end(running(context), out, capacity);
}

static void context_free(vais_digest_context *context) {
#ifndef LOSES
    free(context);
#endif
}

static vais_status oneshot(
    const vais_algorithm *algorithm, const vais_span *spans, uint32_t count, uint8_t *out, uint64_t capacity) {
#ifdef ONE_SCRATCH
    static
#endif
        sha256 hash;
    sha256_start(&hash);
    for (uint32_t i = 0; i < count; i++) {
        add(&hash, spans[i]);
#ifdef ONE_SCRATCH
        sched_yield();  // Other threads get to it, however few cores there are.
#endif
    }
    return end(&hash, out, capacity);
}

static const vais_digest table = {
    sizeof table, 0, algorithm, context_new, context_reset, context_update, context_final, context_free, oneshot};

static const void *get_interface(const char *name, uint64_t size) {
    return size == strlen(VAIS_DIGEST_1) && memcmp(name, VAIS_DIGEST_1, size) == 0 ? &table : NULL;
}

VAIS_PLUGIN(
    plugin, "dev.vais.test-digest", "0.1.0", "Apache-2.0", "digest", VAIS_DIGEST_1,
    .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("SHA-256, plainly."), .get_interface = get_interface);

const vais_plugin *vais_plugin_entry(const vais_host *host) { return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL; }
