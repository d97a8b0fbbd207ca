/// fixture.h: what the tests vary in these plugins.
#ifndef FIXTURE_H
#define FIXTURE_H

#include <stdint.h>

/// LATER: the headers are of a later minor version, in which every struct that may grow has grown by one field.
#ifdef LATER
#define LATER_FIELD .from_a_later_version = UINT64_MAX
#else
#define LATER_FIELD
#endif

/// SHORTEN=vais_storage: that table says that it ends one function earlier than it does; with SHORTEN_ALL every table does.
#ifndef SHORTEN
#define SHORTEN void
#endif
#ifdef SHORTEN_ALL
#define TABLE_SIZE(type) (sizeof(type) - 8u)
#else
#define TABLE_SIZE(type) (sizeof(type) - _Generic((type *)0, SHORTEN *: 8u, default: 0u))
#endif

#endif
