#include "config.h"

#include "store/secret.h"
