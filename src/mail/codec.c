#include "config.h"

#include "mail/codec.h"
