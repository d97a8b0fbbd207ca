/// turn.h: who may write. See environment.h.
#ifndef LMDB_TURN_H
#define LMDB_TURN_H

#include "environment.h"

void turn_create(environment *environment);
void turn_destroy(environment *environment);
/// Waits until nobody else writes, in this process or another; gives up as the call's bounds say.
vais_status turn_take(environment *environment, activity *activity, vais_call *call);
void turn_end(environment *environment);

#endif
