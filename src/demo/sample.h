/* The messages of the built-in sample maildrop. */
#ifndef DEMO_SAMPLE_H
#define DEMO_SAMPLE_H

#include <stdint.h>

#include "demo/demo.h"

/* Adds all of them, dated before NOW. */
void sample_fill(struct demo *d, int64_t now);

#endif
