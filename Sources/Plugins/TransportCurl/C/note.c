#include "vais/plugin.h"

VAIS_NOTE(
    "abi=1.0\n"
    "id=dev.vais.transport-curl\n"
    "version=0.1.0\n"
    "license=Apache-2.0\n"
    "kind=transport\n"
    "interfaces=vais.transport/1\n");
