#include "config.h"

#include "maildrop/maildrop.h"
