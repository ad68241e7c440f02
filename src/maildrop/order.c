#include "config.h"

#include "maildrop/order.h"
