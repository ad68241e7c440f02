#include "config.h"

#include "mail/header.h"
