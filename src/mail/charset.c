#include "config.h"

#include "mail/charset.h"
