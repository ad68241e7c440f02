#include "config.h"

#include "net/tls.h"
