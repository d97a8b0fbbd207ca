/// catalog.h: the collections a store has, and how a declared schema is merged into them.
#ifndef STORAGE_MEMORY_CATALOG_H
#define STORAGE_MEMORY_CATALOG_H

#include "table.h"
#include "vais/storage.h"

typedef struct catalog {
    table **tables;
    uint32_t count;
} catalog;

table *catalog_table(const catalog *catalog, uint32_t collection_id);
void catalog_free(catalog *catalog);

/// Element `position` of an array whose elements may be longer in a later version of the ABI.
const void *strided(const void *first, uint64_t stride, uint32_t position);

/// The plan of a merge, as text for people. Bytes beyond `capacity` are counted only.
typedef struct plan {
    char *text;
    uint64_t capacity;
    uint64_t size;
} plan;

/// Makes in `merged` what `existing` becomes with everything `schema` declares; tells `plan` what is new. The tables of
/// `merged` hold no records. On failure there is nothing to free.
vais_status catalog_merge(const catalog *existing, const vais_schema *schema, catalog *merged, plan *plan,
                          vais_call *call);

#endif
