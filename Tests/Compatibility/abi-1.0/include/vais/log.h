/// vais/log.h: "vais.host.log/1", the host's log. A plugin has no other way to speak.
#ifndef VAIS_LOG_H
#define VAIS_LOG_H

#include "vais/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_HOST_LOG_1 "vais.host.log/1"

#define VAIS_LOG_TRACE 0u
#define VAIS_LOG_DEBUG 1u
#define VAIS_LOG_INFO 2u
#define VAIS_LOG_WARNING 3u
#define VAIS_LOG_ERROR 4u

typedef struct vais_host_log {
    uint32_t struct_size;
    uint32_t reserved;
    /// Writes one line. Any thread, never blocks for long; control characters are replaced. Never pass secrets.
    void (*log)(uint32_t level, vais_span plugin_id, vais_span message);
    /// Non-zero if lines of this level are kept at all, so that a plugin can spare itself formatting them.
    uint32_t (*enabled)(uint32_t level);
} vais_host_log;
#define VAIS_HOST_LOG_SIZE_1_0 24u

#ifdef __cplusplus
}
#endif
#endif
