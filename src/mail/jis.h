/* ISO-2022-JP (RFC 1468) as Japanese mailers really send it: with circled digits, company
 * signs and half-width kana (CP50221), which glibc's converter lacks.  Its double bytes are
 * those of EUC-JP without the 8th bit, so it is turned into that. */
#ifndef MAIL_JIS_H
#define MAIL_JIS_H

#include <stddef.h>

#include "base/buf.h"

/* Appends the EUC-JP form, at most twice LEN bytes.  What is no ISO-2022-JP becomes the byte
 * 0xFF, which is no EUC-JP either. */
void jis_to_euc(struct buf *out, const char *bytes, size_t len);

#endif
