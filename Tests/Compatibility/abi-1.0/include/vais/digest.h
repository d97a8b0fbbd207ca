/// vais/digest.h: "vais.digest/1", cryptographic hash functions by name.
#ifndef VAIS_DIGEST_H
#define VAIS_DIGEST_H

#include "vais/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_DIGEST_1 "vais.digest/1"

typedef struct vais_digest_context vais_digest_context;  ///< One running hash. One call at a time, any thread.

/// One algorithm. Static.
typedef struct vais_algorithm {
    uint32_t struct_size;
    uint32_t digest_size;  ///< Bytes of the result.
    vais_span name;        ///< "sha256", "sha512" …, lower case without dashes.
    const void *handle;    ///< The plugin's own.
} vais_algorithm;
#define VAIS_ALGORITHM_SIZE_1_0 32u

typedef struct vais_digest {
    uint32_t struct_size;
    uint32_t reserved;
    /// The algorithm at `position`, or NULL behind the last. The first calls may be slow; any thread.
    const vais_algorithm *(*algorithm)(uint32_t position);
    /// A context ready for `update`, or VAIS_BUSY when memory is short.
    vais_status (*context_new)(const vais_algorithm *algorithm, vais_digest_context **context);
    /// Starts over, for the same algorithm.
    vais_status (*context_reset)(vais_digest_context *context);
    vais_status (*context_update)(vais_digest_context *context, vais_span bytes);
    /// Writes the digest to `out` (VAIS_LIMIT if `capacity` is too small). Then only reset and free may follow.
    vais_status (*context_final)(vais_digest_context *context, uint8_t *out, uint64_t capacity);
    void (*context_free)(vais_digest_context *context);
    /// The digest of the spans one after another. Any thread.
    vais_status (*oneshot)(const vais_algorithm *algorithm, const vais_span *spans, uint32_t span_count, uint8_t *out,
                           uint64_t capacity);
} vais_digest;
#define VAIS_DIGEST_SIZE_1_0 64u

#ifdef __cplusplus
}
#endif
#endif
