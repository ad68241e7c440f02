/* Marks a sentence that is shown to the user, so that gettext finds and translates it. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#if ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#define _n(one, many, n) ngettext(one, many, n)
#else
#define _(text) (text)
#define _n(one, many, n) ((n) == 1 ? (one) : (many))
#endif
/* For tables: found by gettext, translated where it is shown. */
#define N_(text) (text)

#endif
