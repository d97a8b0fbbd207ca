/// What glibc offers for starting processes beyond POSIX.
#pragma once

#include <spawn.h>

/// The new process will work in `folder`, unless that is NULL, and inherits no descriptor from 3 on, whatever other threads have opened.
/// 0, or an error number.
int test_spawn_isolate(posix_spawn_file_actions_t *actions, const char *folder);
