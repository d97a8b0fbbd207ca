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
