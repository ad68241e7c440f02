#include "config.h"

#include "ui/key.h"
