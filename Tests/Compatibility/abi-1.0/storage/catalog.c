// schema_plan and schema_apply. Both merge the declared schema into a copy of the catalog; `plan` then throws the copy
// away, `apply` puts it in the catalog's place, so a refusal half way leaves nothing behind.
#include "catalog.h"

#include <stdlib.h>

#include "store.h"

table *catalog_table(const catalog *catalog, uint32_t collection_id) {
    for (uint32_t i = 0; i < catalog->count; i++) {
        if (catalog->tables[i]->id == collection_id) return catalog->tables[i];
    }
    return NULL;
}

void catalog_free(catalog *catalog) {
    for (uint32_t i = 0; i < catalog->count; i++) table_free(catalog->tables[i]);
    free(catalog->tables);
    *catalog = (struct catalog){0};
}

const void *strided(const void *first, uint64_t stride, uint32_t position) {
    return (const uint8_t *)first + stride * position;
}

vais_status store_schema_plan(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity,
                              uint64_t *size, vais_call *call) {
    TRY(call_begin(call));
    plan plan = {.text = text, .capacity = capacity};
    catalog merged;
    pthread_mutex_lock(&store->lock);
    vais_status status = catalog_merge(&store->catalog, schema, &merged, &plan, call);
    pthread_mutex_unlock(&store->lock);
    if (status != VAIS_OK) return status;
    catalog_free(&merged);
    *size = plan.size;
    return VAIS_OK;
}

vais_status store_schema_apply(vais_store *store, const vais_schema *schema, vais_call *call) {
    TRY(call_begin(call));
    plan plan = {0};
    catalog merged;
    pthread_mutex_lock(&store->lock);
    vais_status status = catalog_merge(&store->catalog, schema, &merged, &plan, call);
    if (status == VAIS_OK) {
        // Once prepared there may be records, and shapes point into the tables: only a schema that is there already
        // fits. No host needs more, because nothing survives `close` and so no record is older than the schema.
        if (store->shapes) {
            if (plan.size) status = fail(call, VAIS_INVALID, "the schema cannot change after prepare");
            catalog_free(&merged);
        } else {
            catalog_free(&store->catalog);
            store->catalog = merged;
        }
    }
    pthread_mutex_unlock(&store->lock);
    return status;
}
