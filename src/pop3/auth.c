#include "config.h"

#include "pop3/auth.h"
