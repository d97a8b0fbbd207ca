#include "vais.h"
