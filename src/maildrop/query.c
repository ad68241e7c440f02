#include "config.h"

#include "maildrop/query.h"
