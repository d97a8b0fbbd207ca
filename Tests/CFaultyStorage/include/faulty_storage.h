/// A storage plugin's table that hands each call to another plugin, counts it, and misbehaves as a plan says. For tests of
/// the host.
#ifndef FAULTY_STORAGE_H
#define FAULTY_STORAGE_H

#include "vais.h"

/// The calls that a plan tells apart.
#define FAULTY_OTHER 0
#define FAULTY_GET 1
#define FAULTY_SCAN 2
#define FAULTY_COMMIT 3
#define FAULTY_COMMIT_MANY 4
#define FAULTY_SESSION_OPEN 5
#define FAULTY_SESSION_RESET 6
#define FAULTY_HEALTH 7
#define FAULTY_INTERRUPT 8
#define FAULTY_CALLS 9

/// What a rule does to a call.
#define FAULTY_ANSWER 1   ///< Answers `status` and does nothing.
#define FAULTY_LOSE 2     ///< Does it, and answers `status`.
#define FAULTY_HOLD 3     ///< Waits for `faulty_release`, then does it.
#define FAULTY_WAIT 4     ///< Waits for the cancel flag or the deadline, and does nothing.
#define FAULTY_DEAF 5     ///< Waits for an interrupt, whatever the cancel flag says, and does nothing.
#define FAULTY_DAMAGE 6   ///< Does it, and damages the page as `status` says (FAULTY_PAGE_*).
#define FAULTY_BLANK 7    ///< COMMIT_MANY: does it, answers VAIS_OK, and leaves the outcomes as they were.
#define FAULTY_PICKY 8    ///< COMMIT_MANY: answers `status` for the whole group when a batch has more than 100 operations.
#define FAULTY_MIXED 9    ///< COMMIT_MANY: does nothing, answers VAIS_OK, `status` for the first batch and GUARD_FAILED for the rest.

#define FAULTY_DELAY 10  ///< COMMIT: keeps a copy of the batch for `faulty_land`, and answers `status`.
#define FAULTY_LINGER 11 ///< Does it, and waits for `faulty_release` before it answers.

#define FAULTY_PAGE_MORE_CELLS 1     ///< More cells than the page has room for.
#define FAULTY_PAGE_MORE_BYTES 2     ///< More bytes than the page has room for.
#define FAULTY_PAGE_NO_ROWS 3        ///< No rows at all.
#define FAULTY_PAGE_MANY_ROWS 4      ///< Four thousand million rows.
#define FAULTY_PAGE_UNKNOWN_TYPE 5   ///< A cell of type 99.
#define FAULTY_PAGE_BEHIND 6         ///< Text behind the page's bytes.
#define FAULTY_PAGE_BEFORE 7         ///< Text before the page's bytes.
#define FAULTY_PAGE_NOWHERE 8        ///< Text at no address.
#define FAULTY_PAGE_LONG_TEXT 9      ///< Text that ends behind the page's bytes.
#define FAULTY_PAGE_NOT_UTF8 10      ///< Text that is not UTF-8.
#define FAULTY_PAGE_NUL 11           ///< Text with a NUL.
#define FAULTY_PAGE_ABSENT 12        ///< A row that is not there.
#define FAULTY_PAGE_ALWAYS_LARGER 13 ///< VAIS_LIMIT, and a need of one byte more than the page has.
#define FAULTY_PAGE_HUGE 14          ///< VAIS_LIMIT, and a need that no machine can meet.
#define FAULTY_PAGE_LIMIT 15         ///< VAIS_LIMIT without any need.
#define FAULTY_PAGE_FROM_START 16    ///< SCAN: the first page again, and VAIS_OK.

typedef struct faulty_plan faulty_plan;

/// A plan over `inner`, which lives as long. Freed by `faulty_plan_free`, after its store is closed.
faulty_plan *faulty_plan_create(const vais_storage *inner);
void faulty_plan_free(faulty_plan *plan);
/// After `skip` calls of kind `call`, the next `times` of them get `action`. One rule for each kind of call. Any thread.
void faulty_set(faulty_plan *plan, int call, int skip, int times, int action, int32_t status);
/// Lets go of what FAULTY_HOLD holds, now and from now on.
void faulty_release(faulty_plan *plan);
/// Commits what FAULTY_DELAY kept, as a network would that delivers it late, and answers the backend's status.
int32_t faulty_land(faulty_plan *plan);
void faulty_set_max_sessions(faulty_plan *plan, uint32_t count);

/// What happened so far. Any thread.
int64_t faulty_count(faulty_plan *plan, int call);
int64_t faulty_waiting(faulty_plan *plan);          ///< Calls that a rule holds now.
int64_t faulty_batches(faulty_plan *plan);          ///< Batches given to COMMIT and COMMIT_MANY.
int64_t faulty_sessions(faulty_plan *plan);         ///< Sessions open now.
int64_t faulty_most_sessions(faulty_plan *plan);    ///< The most that were open at once.
int64_t faulty_most_at_once(faulty_plan *plan);     ///< The most calls that were inside the plugin at once.
int64_t faulty_shared_sessions(faulty_plan *plan);  ///< Calls made in a session in which another, or an interrupt, was under way.
int64_t faulty_interrupts(faulty_plan *plan);
int64_t faulty_closes(faulty_plan *plan);  ///< Times the store was closed.

/// Opened with the setting "plan" first: the plan's address as an integer. The settings after it are for the inner plugin.
extern const vais_storage faulty_storage;

#endif
