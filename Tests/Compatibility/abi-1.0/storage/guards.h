/// guards.h: the conditions of a batch.
#ifndef STORAGE_MEMORY_GUARDS_H
#define STORAGE_MEMORY_GUARDS_H

#include "shapes.h"

/// Whether the guard holds now.
int guard_holds(const shape *shape, const vais_cell *cells);

#endif
