/// vais/password.h: "vais.password/1", slow, memory-hard hashes of passwords, as PHC strings ("$argon2id$v=19$m=…").
#ifndef VAIS_PASSWORD_H
#define VAIS_PASSWORD_H

#include "vais/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_PASSWORD_1 "vais.password/1"

typedef struct vais_hasher vais_hasher;  ///< Settled parameters. Every call from any thread.

/// How to open a hasher.
typedef struct vais_password_options {
    uint32_t struct_size;
    uint32_t setting_count;
    const vais_setting *settings;
} vais_password_options;
#define VAIS_PASSWORD_OPTIONS_SIZE_1_0 16u

typedef struct vais_password {
    uint32_t struct_size;
    uint32_t reserved;
    vais_status (*open)(const vais_password_options *options, vais_call *call, vais_hasher **hasher);
    void (*close)(vais_hasher *hasher);
    /// Memory in bytes and threads that one `hash` takes, and `verify` of what it made, so that the host can bound how many run at once. A
    /// stored hash that costs more is for the plugin to bound: it refuses what is absurd, and waits until there is room for the rest.
    void (*cost)(vais_hasher *hasher, uint64_t *memory_bytes, uint32_t *threads);
    /// Hashes `secret` with a salt of at least 16 random bytes from the host. Writes at most `capacity` bytes of PHC string; `*size` in all
    /// (VAIS_LIMIT if that is more).
    vais_status (*hash)(vais_hasher *hasher, vais_span secret, vais_span salt, char *out, uint64_t capacity, uint64_t *size,
                        vais_call *call);
    /// VAIS_OK if `secret` is the one, VAIS_DENIED if not (in constant time), VAIS_INVALID for a string that is not understood or
    /// whose parameters are absurd.
    vais_status (*verify)(vais_hasher *hasher, vais_span phc, vais_span secret, vais_call *call);
    /// Non-zero if `phc` was made with weaker parameters than this hasher's, and should be replaced at the next login.
    uint32_t (*needs_rehash)(vais_hasher *hasher, vais_span phc);
} vais_password;
#define VAIS_PASSWORD_SIZE_1_0 56u

#ifdef __cplusplus
}
#endif
#endif
