#include "config.h"

#include "ui/keymap.h"
