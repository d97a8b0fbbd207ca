/// What the plugin needs of libargon2. The library clears its own working memory after each hash (its default).
#ifndef PASSWORD_ARGON2_H
#define PASSWORD_ARGON2_H

#include <argon2.h>

#endif
