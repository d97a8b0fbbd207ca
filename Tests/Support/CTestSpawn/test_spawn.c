#define _GNU_SOURCE
#include "test_spawn.h"

#include <stddef.h>

int test_spawn_isolate(posix_spawn_file_actions_t *actions, const char *folder) {
    int status = folder == NULL ? 0 : posix_spawn_file_actions_addchdir_np(actions, folder);
    return status != 0 ? status : posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
