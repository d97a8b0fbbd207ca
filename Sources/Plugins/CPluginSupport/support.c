#include "plugin_support.h"

void vais_describe_error(vais_error *error, int64_t vendor_code, const uint8_t *text, uint64_t size) {
    // A host older than the first version of this struct does not exist; a smaller one is not ours to write to.
    if (error == NULL || error->struct_size < offsetof(vais_error, message_size) + sizeof(error->message_size)) return;
    error->vendor_code = vendor_code;
    error->message_size = size;
    if (error->message == NULL) return;
    memcpy(error->message, text, size < error->message_capacity ? size : error->message_capacity);
}

const vais_cell *vais_find_setting(const vais_setting *settings, uint32_t count, const char *key) {
    size_t size = strlen(key);
    for (uint32_t i = 0; i < count; i++) {
        if (settings[i].key.size != size || memcmp(settings[i].key.data, key, size) != 0) continue;
        return settings[i].value.type == VAIS_NULL ? NULL : &settings[i].value;
    }
    return NULL;
}
