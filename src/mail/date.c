#include "config.h"

#include "mail/date.h"
