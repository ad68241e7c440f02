#include "config.h"

#include "demo/sample.h"

#include <string.h>

void sample_fill(struct demo *d, int64_t now)
{
    static const char m[] = "From: Ann Lee <ann@example.org>\nSubject: hello\nMessage-ID: <1@x>\nDate: Sun, 22 Nov 2026 20:00:00 +0000\n\nHi.\n";
    (void)now;
    demo_add(d, "1", m, strlen(m));
}
