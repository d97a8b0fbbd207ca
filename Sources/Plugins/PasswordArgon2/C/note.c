#include "vais/plugin.h"

VAIS_NOTE(
    "abi=1.0\n"
    "id=dev.vais.password-argon2\n"
    "version=0.1.0\n"
    "license=Apache-2.0\n"
    "kind=password\n"
    "interfaces=vais.password/1\n");
