/* The links of one HTML text, each target once, and what warns of them.  At most
 * LIMIT_HTML_LINKS and LIMIT_HTML_LINK_OCTETS are kept. */
#ifndef MAIL_HTML_LINK_H
#define MAIL_HTML_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum html_link_warning {
    HTML_LINK_ELSEWHERE = 1 << 0, /* "elsewhere": the text names another host */
    HTML_LINK_PUNYCODE = 1 << 1,  /* "punycode": the host is written in punycode (xn--) */
    HTML_LINK_NUMBER = 1 << 2,    /* "number": the host is an IP address, of any spelling */
    HTML_LINK_USER = 1 << 3,      /* "user": a name stands before the host, as in
                                     "http://bank.example@evil.example/" */
    HTML_LINK_SCHEME = 1 << 4,    /* "scheme": none of http, https, mailto, tel */
    HTML_LINK_LETTERS = 1 << 5,   /* "letters": the host has letters beyond ASCII */
    HTML_LINK_CUT = 1 << 6,       /* "cut": longer than LIMIT_HTML_TARGET, and cut */
    HTML_LINK_WARNING_COUNT = 7
};

/* Strings that came with the mail: decoded, not clean. */
struct html_link {
    const char *target; /* references undone, without line ends, "%20" for blanks */
    const char *text;   /* what is seen of the link, on one line, at most LIMIT_HTML_LINK_TEXT;
                           of several, the first that warns */
    const char *says;   /* HTML_LINK_ELSEWHERE: the host that the text names; else "" */
    unsigned warnings;  /* enum html_link_warning bits */
    size_t number;      /* of its footnote, from 1; 0: it has none, its text says it all */
};

/* The word for bit number I, and its sentence, translated; that of HTML_LINK_ELSEWHERE has a
 * "%s" for the host. */
const char *html_link_warning_word(unsigned i);
const char *html_link_warning_text(unsigned i);

struct html_links;
struct html_links *html_links_new(void);
void html_links_free(struct html_links *links);

/* TARGET, by html_url_target(), and the text inside; CUT: the target is not whole.  The number
 * of its footnote, 0 for none. */
size_t html_links_add(struct html_links *links, const struct buf *target, bool cut,
                      const struct buf *text);
size_t html_links_count(const struct html_links *links);
const struct html_link *html_links_at(const struct html_links *links, size_t i);
/* Those that were not kept. */
size_t html_links_left_out(const struct html_links *links);

/* Appends the footnotes, "[1] https://example.org/  ! the text says example.com". */
void html_links_print(struct buf *out, const struct html_links *links);

#endif
