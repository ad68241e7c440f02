#include "config.h"

#include "pop3/command.h"
