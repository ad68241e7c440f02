#include "config.h"

#include "net/stream.h"
