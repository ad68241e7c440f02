#include "config.h"

#include "mail/trust.h"
