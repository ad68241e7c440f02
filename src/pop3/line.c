#include "config.h"

#include "pop3/line.h"
