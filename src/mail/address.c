#include "config.h"

#include "mail/address.h"
