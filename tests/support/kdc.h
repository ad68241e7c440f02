/* A private Kerberos KDC on loopback (tests/servers/kdc.sh): user "ann", password "secret",
 * service pop/localhost.  While it runs this process and its children find it, and a credential
 * cache of its own, through the environment. */
#ifndef TESTS_KDC_H
#define TESTS_KDC_H

#include <stdbool.h>

struct kdc;

/* NULL with *WHY_NOT where there is none to be had: the test skips and says so. */
struct kdc *kdc_start(const char **why_not);
void kdc_stop(struct kdc *k);

/* Of the service. */
const char *kdc_keytab(const struct kdc *k);

/* A ticket for ann, as kinit gets it, which ends after SECONDS; in place of the one before. */
bool kdc_login(const struct kdc *k, unsigned seconds);
/* Waits until no server takes it any more. */
bool kdc_wait_for_end(const struct kdc *k);
void kdc_logout(const struct kdc *k);

#endif
