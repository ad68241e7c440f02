#include "config.h"

#include "client/patience.h"

#include <criterion/criterion.h>

TestSuite(patience, .timeout = 30);

Test(patience, waits_longer_each_time_and_gives_up)
{
    struct patience p = {0};
    int64_t now = 1000, last = 0;
    cr_expect_eq(patience_left(&p, now), -1);
    for (int i = 0; i < 8; i++) {
        cr_assert(patience_refused(&p, REPLY_IN_USE, now));
        int64_t left = patience_left(&p, now);
        cr_expect(left > last || left == 300000, "%lld", (long long)left);
        last = left;
        now += left;
        cr_expect_eq(patience_left(&p, now), 0);
        cr_expect_eq(patience_left(&p, now + 5), 0, "due until somebody acts");
    }
    cr_expect_eq(last, 300000);
    cr_expect_not(patience_refused(&p, REPLY_IN_USE, now), "eight times are enough");
    cr_expect_eq(patience_left(&p, now), -1);
}

Test(patience, knows_when_another_try_is_of_no_use)
{
    static const enum reply_code codes[] = {REPLY_CODE_NONE, REPLY_AUTH, REPLY_SYS_PERM,
                                            REPLY_CODE_OTHER};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct patience p = {0};
        cr_expect_not(patience_refused(&p, codes[i], 1));
        cr_expect_eq(patience_left(&p, 1), -1);
    }
}

Test(patience, keeps_to_the_login_delay)
{
    struct patience p = {0};
    cr_expect_eq(patience_earliest(&p), 0, "the first login is free");
    patience_logged_in(&p, "10", 5000);
    cr_expect_eq(patience_earliest(&p), 15000);
    patience_logged_in(&p, "60 USER", 5000);
    cr_expect_eq(patience_earliest(&p), 65000);
    patience_logged_in(&p, "999999999999999999999", 5000);
    cr_expect_eq(patience_earliest(&p), 305000, "a wait has its bounds");
    patience_logged_in(&p, "-5", 5000);
    cr_expect_eq(patience_earliest(&p), 5000);
    patience_logged_in(&p, NULL, 5000);
    cr_expect_eq(patience_earliest(&p), 5000);
    patience_logged_in(&p, "20", 5000);
    cr_assert(patience_refused(&p, REPLY_LOGIN_DELAY, 6000));
    cr_expect_eq(patience_left(&p, 6000), 20000);
    patience_stop(&p);
    cr_expect_eq(patience_left(&p, 6000), -1);
}
