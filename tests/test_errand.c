#include "config.h"

#include "net/errand.h"

#include <criterion/criterion.h>
#include <poll.h>

TestSuite(errand, .timeout = 60);

static void set(void *what)
{
    *(int *)what = 42;
}

static void keep(void *what)
{
    (void)what;
}

/* What the work says may stand where a fault would: it may be done before errand_new() is. */
Test(errand, the_result_of_fast_work_stays)
{
    for (int i = 0; i < 2000; i++) {
        int result = 0;
        struct errand *e = errand_new(&result, set, keep, &result);
        cr_assert_not_null(e);
        struct pollfd fd = {errand_fd(e), POLLIN, 0};
        poll(&fd, 1, 10000);
        cr_assert(errand_has_finished(e));
        cr_assert_eq(result, 42, "round %d", i);
        errand_free(e);
    }
}
