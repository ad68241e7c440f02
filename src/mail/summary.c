#include "config.h"

#include "mail/summary.h"
