/// Everything a plugin may need. Each header also stands alone.
#ifndef VAIS_H
#define VAIS_H
#include "vais/base.h"
#include "vais/blob.h"
#include "vais/digest.h"
#include "vais/log.h"
#include "vais/password.h"
#include "vais/plugin.h"
#include "vais/search.h"
#include "vais/storage.h"
#include "vais/transport.h"
#endif
