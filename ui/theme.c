#include "config.h"

#include "ui/theme.h"
