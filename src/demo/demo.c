#include "config.h"

#include "demo/demo.h"
