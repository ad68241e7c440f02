/* Where a link leads, read as a browser would: "http:\\EVIL.example", "//user@evil.example",
 * "http://3221226219/".  Nothing is looked up. */
#ifndef MAIL_HTML_URL_H
#define MAIL_HTML_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define HTML_HOST_SIZE 256

enum html_scheme {
    SCHEME_NONE, /* relative, or "//host/path" */
    SCHEME_WEB,  /* http, https */
    SCHEME_MAILTO,
    SCHEME_TEL,
    SCHEME_OTHER
};

struct html_url {
    enum html_scheme scheme;
    char host[HTML_HOST_SIZE]; /* lower case, "%" undone, no dot at the end; "" for none */
    bool user;                 /* "user@" or "user:password@" before the host */
};

/* Appends the target as a browser takes it: blanks and controls at both ends and all line ends
 * and tabs dropped, other controls and blanks as "%20".  False where OUT's cap cuts it. */
bool html_url_target(struct buf *out, const char *href, size_t len);

void html_url_read(struct html_url *url, const char *target, size_t len);

bool html_host_is_number(const char *host);   /* an IP address, of any spelling */
bool html_host_is_punycode(const char *host); /* a label begins with "xn--" */
bool html_host_is_ascii(const char *host);
/* Of one owner, as far as their last labels tell: "www.example.co.uk" and "example.co.uk". */
bool html_host_same(const char *a, const char *b);

/* The next host that TEXT, which a reader sees, names from *POS on: "https://example.org/x",
 * "example.org", "joe@example.org".  False: no more. */
bool html_host_next(const char *text, size_t len, size_t *pos, char host[HTML_HOST_SIZE]);

#endif
