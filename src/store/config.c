#include "config.h"

#include "store/config.h"
