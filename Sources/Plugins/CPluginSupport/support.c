#include "plugin_support.h"
