#include "config.h"

#include "ui/screen.h"
