#include "config.h"

#include "pop3/reply.h"
