#include "config.h"

#include "maildrop/marks.h"
