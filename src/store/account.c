#include "config.h"

#include "store/account.h"
