#include "plan.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

faulty_plan *faulty_plan_create(const vais_storage *inner) {
    faulty_plan *plan = calloc(1, sizeof *plan);
    if (!plan) abort();
    plan->inner = inner;
    pthread_mutex_init(&plan->lock, NULL);
    return plan;
}

void faulty_plan_free(faulty_plan *plan) {
    pthread_mutex_destroy(&plan->lock);
    free(plan);
}

void faulty_set(faulty_plan *plan, int call, int skip, int times, int action, int32_t status) {
    pthread_mutex_lock(&plan->lock);
    plan->rules[call] = (rule){skip, times, action, status};
    pthread_mutex_unlock(&plan->lock);
}

void faulty_release(faulty_plan *plan) { plan->released = 1; }
void faulty_set_max_sessions(faulty_plan *plan, uint32_t count) { plan->max_sessions = count; }

int64_t faulty_count(faulty_plan *plan, int call) { return plan->counts[call]; }
int64_t faulty_waiting(faulty_plan *plan) { return plan->waiting; }
int64_t faulty_batches(faulty_plan *plan) { return plan->batches; }
int64_t faulty_sessions(faulty_plan *plan) { return plan->sessions; }
int64_t faulty_most_sessions(faulty_plan *plan) { return plan->most_sessions; }
int64_t faulty_most_at_once(faulty_plan *plan) { return plan->most_inside; }
int64_t faulty_shared_sessions(faulty_plan *plan) { return plan->shared; }
int64_t faulty_interrupts(faulty_plan *plan) { return plan->interrupts; }
int64_t faulty_closes(faulty_plan *plan) { return plan->closes; }

void plan_note_most(_Atomic int64_t *most, int64_t value) {
    int64_t known = *most;
    while (value > known && !atomic_compare_exchange_weak(most, &known, value)) {
    }
}

rule plan_enter(faulty_plan *plan, vais_session *session, int call) {
    plan_note_most(&plan->most_inside, atomic_fetch_add(&plan->inside, 1) + 1);
    if (session && (atomic_fetch_add(&session->busy, 1) != 0 || session->interrupting)) plan->shared++;
    if (session) session->interrupted = 0;
    plan->counts[call]++;
    rule result = {0};
    pthread_mutex_lock(&plan->lock);
    rule *rule = &plan->rules[call];
    if (rule->skip > 0) {
        rule->skip--;
    } else if (rule->times > 0) {
        rule->times--;
        result = *rule;
    }
    pthread_mutex_unlock(&plan->lock);
    return result;
}

void plan_leave(faulty_plan *plan, vais_session *session) {
    if (session) session->busy--;
    plan->inside--;
}

static int is_late(vais_call *call) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return call->deadline && (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec >= call->deadline;
}

vais_status plan_wait(faulty_plan *plan, vais_session *session, rule rule, vais_call *call) {
    if (rule.action != FAULTY_HOLD && rule.action != FAULTY_WAIT && rule.action != FAULTY_DEAF &&
        rule.action != FAULTY_LINGER)
        return VAIS_OK;
    vais_status status = VAIS_OK;
    plan->waiting++;
    for (;;) {
        if ((rule.action == FAULTY_HOLD || rule.action == FAULTY_LINGER) && plan->released) break;
        if (rule.action == FAULTY_WAIT) {
            status = call->cancelled && __atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE) ? VAIS_CANCELLED
                     : is_late(call)                                                        ? VAIS_TIMEOUT
                                                                                            : VAIS_OK;
        }
        if (rule.action == FAULTY_DEAF && session && session->interrupted) status = VAIS_CANCELLED;
        if (status != VAIS_OK) break;
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    plan->waiting--;
    return status;
}

vais_status plan_fail(vais_call *call, vais_status status) {
    static const char text[] = "made\033 up";
    vais_error *error = call->error;
    if (!error) return status;
    size_t count = sizeof text - 1 < error->message_capacity ? sizeof text - 1 : error->message_capacity;
    if (error->message) memset(error->message, ' ', error->message_capacity), memcpy(error->message, text, count);
    error->message = (char *)16;
    error->message_capacity = UINT32_MAX;
    error->message_size = UINT64_MAX;
    return status;
}
