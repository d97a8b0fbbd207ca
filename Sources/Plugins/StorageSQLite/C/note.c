#include "vais/plugin.h"

VAIS_NOTE(
    "abi=1.0\n"
    "id=dev.vais.storage-sqlite\n"
    "version=0.1.0\n"
    "license=Apache-2.0\n"
    "kind=storage\n"
    "interfaces=vais.storage/1 vais.storage.search/1\n");
