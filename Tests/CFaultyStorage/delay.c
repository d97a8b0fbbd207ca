#include <stdlib.h>
#include <string.h>

#include "plan.h"

struct delayed {
    vais_store *store;
    vais_batch batch;
};

static void *copy(const void *bytes, size_t size) {
    void *result = malloc(size ? size : 1);
    if (!result) abort();
    if (size) memcpy(result, bytes, size);
    return result;
}

static vais_use *copy_uses(const vais_use *uses, uint32_t count) {
    vais_use *result = copy(uses, count * sizeof *uses);
    for (uint32_t i = 0; i < count; i++) {
        vais_cell *cells = copy(uses[i].cells, uses[i].cell_count * sizeof *cells);
        for (uint32_t j = 0; j < uses[i].cell_count; j++) {
            if (cells[j].type == VAIS_TEXT || cells[j].type == VAIS_BYTES) {
                cells[j].value.data = copy(cells[j].value.data, cells[j].size);
            }
        }
        result[i].cells = cells;
    }
    return result;
}

static void free_uses(const vais_use *uses, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < uses[i].cell_count; j++) {
            const vais_cell *cell = &uses[i].cells[j];
            if (cell->type == VAIS_TEXT || cell->type == VAIS_BYTES) free((void *)cell->value.data);
        }
        free((void *)uses[i].cells);
    }
    free((void *)uses);
}

void plan_delay(faulty_plan *plan, vais_session *session, const vais_batch *batch) {
    delayed *kept = copy(&(delayed){session->store, *batch}, sizeof *kept);
    kept->batch.guards = copy_uses(batch->guards, batch->guard_count);
    kept->batch.ops = copy_uses(batch->ops, batch->op_count);
    plan->delayed = kept;
}

int32_t faulty_land(faulty_plan *plan) {
    delayed *kept = plan->delayed;
    if (!kept) return VAIS_NOT_FOUND;
    plan->delayed = NULL;
    vais_call call = {.struct_size = sizeof call};
    vais_session *session = NULL;
    vais_status status = plan->inner->session_open(kept->store->inner, &call, &session);
    if (status == VAIS_OK) {
        status = plan->inner->commit(session, &kept->batch, &call);
        plan->inner->session_close(session);
    }
    free_uses(kept->batch.guards, kept->batch.guard_count);
    free_uses(kept->batch.ops, kept->batch.op_count);
    free(kept);
    return status;
}
