#include <stdlib.h>
#include <string.h>

#include "plan.h"

static vais_status enter_open(const vais_storage_options *options, vais_call *call, vais_store **result) {
    if (options->setting_count == 0 || options->settings[0].value.type != VAIS_I64) return plan_fail(call, VAIS_INVALID);
    vais_storage_options rest = *options;
    rest.settings++;
    rest.setting_count--;
    vais_store *store = calloc(1, sizeof *store);
    if (!store) abort();
    store->plan = (faulty_plan *)(uintptr_t)options->settings[0].value.value.i64;
    vais_status status = store->plan->inner->open(&rest, call, &store->inner);
    if (status == VAIS_OK) {
        *result = store;
    } else {
        free(store);
    }
    return status;
}

static void capabilities(vais_store *store, vais_storage_capabilities *out) {
    faulty_plan *plan = store->plan;
    plan_enter(plan, NULL, FAULTY_OTHER);
    plan->inner->capabilities(store->inner, out);
    if (plan->max_sessions) out->max_sessions = plan->max_sessions;
    plan_leave(plan, NULL);
}

static void close_store(vais_store *store) {
    faulty_plan *plan = store->plan;
    plan_enter(plan, NULL, FAULTY_OTHER);
    plan->inner->close(store->inner);
    free(store);
    plan->closes++;
    plan_leave(plan, NULL);
}

static vais_status health(vais_store *store, vais_call *call) {
    faulty_plan *plan = store->plan;
    rule rule = plan_enter(plan, NULL, FAULTY_HEALTH);
    vais_status status = rule.action == FAULTY_ANSWER ? plan_fail(call, rule.status) : plan_wait(plan, NULL, rule, call);
    if (status == VAIS_OK) status = plan->inner->health(store->inner, call);
    plan_leave(plan, NULL);
    return status;
}

static vais_status schema_plan(vais_store *store, const vais_schema *schema, char *text, uint64_t capacity,
                               uint64_t *size, vais_call *call) {
    return store->plan->inner->schema_plan(store->inner, schema, text, capacity, size, call);
}

static vais_status schema_apply(vais_store *store, const vais_schema *schema, vais_call *call) {
    return store->plan->inner->schema_apply(store->inner, schema, call);
}

static vais_status prepare(vais_store *store, const vais_schema *schema, const vais_shape *shapes, uint64_t stride,
                           uint32_t count, vais_call *call) {
    return store->plan->inner->prepare(store->inner, schema, shapes, stride, count, call);
}

static vais_status session_open(vais_store *store, vais_call *call, vais_session **result) {
    faulty_plan *plan = store->plan;
    rule rule = plan_enter(plan, NULL, FAULTY_SESSION_OPEN);
    vais_status status = rule.action == FAULTY_ANSWER ? plan_fail(call, rule.status) : VAIS_OK;
    if (status == VAIS_OK) {
        vais_session *session = calloc(1, sizeof *session);
        if (!session) abort();
        session->plan = plan;
        session->store = store;
        status = plan->inner->session_open(store->inner, call, &session->inner);
        if (status == VAIS_OK) {
            plan_note_most(&plan->most_sessions, atomic_fetch_add(&plan->sessions, 1) + 1);
            *result = session;
        } else {
            free(session);
        }
    }
    plan_leave(plan, NULL);
    return status;
}

static vais_status session_reset(vais_session *session, vais_call *call) {
    faulty_plan *plan = session->plan;
    rule rule = plan_enter(plan, session, FAULTY_SESSION_RESET);
    vais_status status = rule.action == FAULTY_ANSWER ? plan_fail(call, rule.status)
                                                      : plan->inner->session_reset(session->inner, call);
    plan_leave(plan, session);
    return status;
}

static void session_close(vais_session *session) {
    faulty_plan *plan = session->plan;
    plan_enter(plan, session, FAULTY_OTHER);
    plan->inner->session_close(session->inner);
    plan->sessions--;
    plan_leave(plan, session);
    free(session);
}

static void session_interrupt(vais_session *session) {
    faulty_plan *plan = session->plan;
    session->interrupting++;
    rule rule = plan_enter(plan, NULL, FAULTY_INTERRUPT);
    plan->interrupts++;
    session->interrupted = 1;
    plan->inner->session_interrupt(session->inner);
    plan_wait(plan, session, rule, NULL);
    plan_leave(plan, NULL);
    session->interrupting--;
}

static vais_cell *first_text(vais_page *page) {
    for (uint64_t i = 0; i < page->cell_count; i++) {
        if (page->cells[i].type == VAIS_TEXT && page->cells[i].size > 0) return &page->cells[i];
    }
    return NULL;
}

static vais_status damage(vais_page *page, int32_t how, vais_status status, vais_call *call) {
    vais_cell *text = first_text(page);
    switch (how) {
        case FAULTY_PAGE_MORE_CELLS: page->cell_count = page->cell_capacity + 1; break;
        case FAULTY_PAGE_MORE_BYTES: page->byte_count = UINT64_MAX; break;
        case FAULTY_PAGE_NO_ROWS: page->row_count = 0, page->cell_count = 0; return VAIS_OK;
        case FAULTY_PAGE_MANY_ROWS: page->row_count = UINT32_MAX; break;
        case FAULTY_PAGE_UNKNOWN_TYPE: page->cells[0].type = 99; break;
        case FAULTY_PAGE_BEHIND: if (text) text->value.data = page->bytes + page->byte_capacity; break;
        case FAULTY_PAGE_BEFORE: if (text) text->value.data = page->bytes - 1; break;
        case FAULTY_PAGE_NOWHERE: if (text) text->value.data = NULL; break;
        case FAULTY_PAGE_LONG_TEXT: if (text) text->size = UINT32_MAX; break;
        case FAULTY_PAGE_NOT_UTF8: if (text) *(uint8_t *)text->value.data = 0xFF; break;
        case FAULTY_PAGE_NUL: if (text) *(uint8_t *)text->value.data = 0; break;
        case FAULTY_PAGE_ABSENT: page->cells[0].type = VAIS_ABSENT; break;
        case FAULTY_PAGE_ALWAYS_LARGER: page->bytes_needed = page->byte_capacity + 1; return plan_fail(call, VAIS_LIMIT);
        case FAULTY_PAGE_HUGE: page->cells_needed = page->bytes_needed = UINT64_MAX; return plan_fail(call, VAIS_LIMIT);
        case FAULTY_PAGE_LIMIT: return plan_fail(call, VAIS_LIMIT);
        case FAULTY_PAGE_FROM_START: return VAIS_OK;
    }
    return status;
}

static vais_status get_many(vais_session *session, const vais_use *uses, uint32_t count, vais_page *page,
                            vais_call *call) {
    faulty_plan *plan = session->plan;
    rule rule = plan_enter(plan, session, FAULTY_GET);
    vais_status status = rule.action == FAULTY_ANSWER ? plan_fail(call, rule.status)
                                                      : plan_wait(plan, session, rule, call);
    if (status == VAIS_OK) {
        status = plan->inner->get_many(session->inner, uses, count, page, call);
        if (rule.action == FAULTY_DAMAGE) status = damage(page, rule.status, status, call);
    }
    plan_leave(plan, session);
    return status;
}

static vais_status scan(vais_session *session, const vais_use *use, const vais_cell *after, uint32_t after_count,
                        uint32_t row_limit, vais_page *page, vais_call *call) {
    faulty_plan *plan = session->plan;
    rule rule = plan_enter(plan, session, FAULTY_SCAN);
    vais_status status = rule.action == FAULTY_ANSWER ? plan_fail(call, rule.status)
                                                      : plan_wait(plan, session, rule, call);
    if (status == VAIS_OK) {
        if (rule.action == FAULTY_DAMAGE && rule.status == FAULTY_PAGE_FROM_START) after = NULL, after_count = 0;
        status = plan->inner->scan(session->inner, use, after, after_count, row_limit, page, call);
        if (rule.action == FAULTY_DAMAGE) status = damage(page, rule.status, status, call);
    }
    plan_leave(plan, session);
    return status;
}

/// What a rule does before the call itself; VAIS_OK to make it.
static vais_status before(faulty_plan *plan, vais_session *session, rule rule, vais_call *call) {
    if (rule.action == FAULTY_ANSWER || rule.action == FAULTY_DELAY) return plan_fail(call, rule.status);
    return rule.action == FAULTY_LINGER ? VAIS_OK : plan_wait(plan, session, rule, call);
}

static vais_status commit(vais_session *session, const vais_batch *batch, vais_call *call) {
    faulty_plan *plan = session->plan;
    rule rule = plan_enter(plan, session, FAULTY_COMMIT);
    plan->batches++;
    if (rule.action == FAULTY_DELAY) plan_delay(plan, session, batch);
    vais_status status = before(plan, session, rule, call);
    if (status == VAIS_OK) {
        status = plan->inner->commit(session->inner, batch, call);
        if (rule.action == FAULTY_LINGER) plan_wait(plan, session, rule, call);
        if (rule.action == FAULTY_LOSE) status = plan_fail(call, rule.status);
    }
    plan_leave(plan, session);
    return status;
}

static int is_picky(const vais_batch *batches, uint64_t stride, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (((const vais_batch *)((const char *)batches + i * stride))->op_count > 100) return 1;
    }
    return 0;
}

static vais_status commit_many(vais_session *session, const vais_batch *batches, uint64_t stride, uint32_t count,
                               vais_outcome *outcomes, vais_call *call) {
    faulty_plan *plan = session->plan;
    rule rule = plan_enter(plan, session, FAULTY_COMMIT_MANY);
    plan->batches += count;
    vais_status status = rule.action == FAULTY_ANSWER ? plan_fail(call, rule.status)
                                                      : plan_wait(plan, session, rule, call);
    if (rule.action == FAULTY_PICKY && is_picky(batches, stride, count)) status = plan_fail(call, rule.status);
    if (status == VAIS_OK && rule.action == FAULTY_MIXED) {
        for (uint32_t i = 0; i < count; i++) {
            outcomes[i] = (vais_outcome){.status = i ? VAIS_GUARD_FAILED : rule.status, .place = i ? VAIS_AT_GUARD : 0};
        }
    } else if (status == VAIS_OK) {
        vais_outcome *hidden = calloc(count, sizeof *hidden);
        if (!hidden) abort();
        status = plan->inner->commit_many(session->inner, batches, stride, count, hidden, call);
        if (rule.action != FAULTY_BLANK) memcpy(outcomes, hidden, count * sizeof *hidden);
        free(hidden);
        if (rule.action == FAULTY_LOSE) status = plan_fail(call, rule.status);
    }
    plan_leave(plan, session);
    return status;
}

const vais_storage faulty_storage = {
    .struct_size = sizeof(vais_storage),
    .capabilities = capabilities,
    .open = enter_open,
    .close = close_store,
    .health = health,
    .schema_plan = schema_plan,
    .schema_apply = schema_apply,
    .prepare = prepare,
    .session_open = session_open,
    .session_reset = session_reset,
    .session_close = session_close,
    .session_interrupt = session_interrupt,
    .get_many = get_many,
    .scan = scan,
    .commit = commit,
    .commit_many = commit_many,
};
