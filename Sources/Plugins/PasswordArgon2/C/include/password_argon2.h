/// What the plugin needs of libargon2. The library clears its own working memory after each hash (its default).
#ifndef PASSWORD_ARGON2_H
#define PASSWORD_ARGON2_H

#include <argon2.h>

// What a new hash costs, and what a stored one may take at most, unless the operator says otherwise.
#define PASSWORD_ARGON2_MEMORY_KIB 19456
#define PASSWORD_ARGON2_ITERATIONS 2
#define PASSWORD_ARGON2_LANES 1
#define PASSWORD_ARGON2_MEMORY_LIMIT_KIB 262144

#endif
