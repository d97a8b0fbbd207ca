#include "vais/plugin.h"

VAIS_NOTE(
    "abi=1.0\n"
    "id=dev.vais.digest-openssl\n"
    "version=0.1.0\n"
    "license=Apache-2.0\n"
    "kind=digest\n"
    "interfaces=vais.digest/1\n");
