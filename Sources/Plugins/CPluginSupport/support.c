#include "plugin_support.h"

void vais_describe_error(vais_error *error, int64_t vendor_code, const uint8_t *text, uint64_t size) {
    // A host older than the first version of this struct does not exist; a smaller one is not ours to write to.
    if (error == NULL || error->struct_size < VAIS_ERROR_SIZE_1_0) return;
    error->vendor_code = vendor_code;
    error->message_size = size;
    if (error->message == NULL) return;
    memcpy(error->message, text, size < error->message_capacity ? size : error->message_capacity);
}

uint32_t vais_copy_known(void *copy, uint64_t size, const void *given, uint32_t least) {
    uint32_t given_size;
    memcpy(&given_size, given, sizeof given_size);
    if (given_size < least) return 0;
    uint64_t known = given_size < size ? given_size : size;
    memcpy(copy, given, known);
    memset((uint8_t *)copy + known, 0, size - known);
    return 1;
}

const vais_cell *vais_find_setting(const vais_setting *settings, uint32_t count, const char *key) {
    size_t size = strlen(key);
    for (uint32_t i = 0; i < count; i++) {
        if (settings[i].key.size != size || memcmp(settings[i].key.data, key, size) != 0) continue;
        return settings[i].value.type == VAIS_NULL ? NULL : &settings[i].value;
    }
    return NULL;
}

void vais_monotonic_condition(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void vais_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t moment) {
    struct timespec end = {(time_t)(moment / 1000000000u), (long)(moment % 1000000000u)};
    pthread_cond_timedwait(condition, mutex, &end);
}

int vais_is_interface(const char *name, uint64_t size, const char *wanted) {
    return name != NULL && size == strlen(wanted) && memcmp(name, wanted, size) == 0;
}

static const vais_host_log *_Atomic host_log;

void vais_keep_log(const vais_host *host) {
    if (host == NULL || host->struct_size < VAIS_HOST_SIZE_1_0) return;
    host_log = host->get_interface(VAIS_HOST_LOG_1, strlen(VAIS_HOST_LOG_1));
}

void vais_log_line(uint32_t level, const char *plugin_id, const uint8_t *text, uint64_t size) {
    const vais_host_log *log = host_log;
    if (log == NULL || log->struct_size < VAIS_HOST_LOG_SIZE_1_0) return;
    log->log(level, (vais_span){(const uint8_t *)plugin_id, strlen(plugin_id)}, (vais_span){text, size});
}
