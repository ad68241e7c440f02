#include "config.h"

typedef int stub_t;
