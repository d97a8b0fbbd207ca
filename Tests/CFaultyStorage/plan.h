#ifndef FAULTY_PLAN_H
#define FAULTY_PLAN_H

#include <pthread.h>
#include <stdatomic.h>

#include "faulty_storage.h"

typedef struct rule {
    int skip, times, action;
    int32_t status;
} rule;

typedef struct delayed delayed;

struct faulty_plan {
    const vais_storage *inner;
    pthread_mutex_t lock;  ///< Guards `rules`.
    rule rules[FAULTY_CALLS];
    _Atomic int64_t counts[FAULTY_CALLS];
    _Atomic int64_t waiting, batches, sessions, most_sessions, inside, most_inside, shared, interrupts, closes;
    _Atomic int released;
    delayed *delayed;  ///< What FAULTY_DELAY kept, if anything.
    _Atomic uint32_t max_sessions;
};

struct vais_store {
    faulty_plan *plan;
    vais_store *inner;
};

struct vais_session {
    faulty_plan *plan;
    vais_session *inner;
    vais_store *store;
    _Atomic int busy, interrupted, interrupting;
};

/// Counts a call that begins, and answers the rule that strikes it; an action of 0 is none. `session` may be NULL.
rule plan_enter(faulty_plan *plan, vais_session *session, int call);
void plan_leave(faulty_plan *plan, vais_session *session);
/// Carries out what a rule says about waiting; VAIS_OK to go on.
vais_status plan_wait(faulty_plan *plan, vais_session *session, rule rule, vais_call *call);
/// Answers `status`, with an error as misleading as can be.
vais_status plan_fail(vais_call *call, vais_status status);
/// Keeps a copy of the batch, to be committed in the store of `session`.
void plan_delay(faulty_plan *plan, vais_session *session, const vais_batch *batch);
void plan_note_most(_Atomic int64_t *most, int64_t value);

#endif
