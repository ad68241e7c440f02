#include "config.h"

#include "mail/rfc2047.h"
