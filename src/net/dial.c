#include "config.h"

#include "net/dial.h"
