/* HTML mail as plain text, by a tokenizer without a tree.  Nothing is fetched, run or kept of a
 * style sheet.  Blocks become paragraphs, lists and quotes get their marks, tables a line a
 * row; what no reader would see is left out and counted.  A link gets a number behind its text
 * and a footnote with its real target, and what warns of it:
 *     [3] http://198.51.100.7/x  ! the text says paypal.com; the host is an IP address
 * Any bytes in; the same text comes of them however they are cut.  All memory is capped. */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "mail/html_link.h"

struct html;

struct html_signs {
    size_t hidden;        /* characters (blanks do not count) that no reader would see: hidden
                             by a style, by their colour, or without width */
    size_t tags;          /* of elements that HTML knows; 0: this is no HTML */
    size_t images;        /* that are shown as their text, and those that have none */
    size_t remote_images; /* of all, also the pixels: those that a mailer would fetch */
    size_t pixels; /* images of a pixel, which only tell the sender that they were seen */
    bool forms;
    bool form_password; /* a form asks for one */
    bool scripts;       /* in elements, attributes or links */
    size_t left_out;    /* octets of text behind LIMIT_HTML_TEXT */
    size_t links_left_out;
    size_t too_deep; /* elements beyond LIMIT_HTML_DEPTH: their text is there, as if they were
                        not */
};

/* Lines are filled to WIDTH columns (by text_width()); 0: one line a paragraph. */
struct html *html_new(unsigned width);
void html_free(struct html *h);

/* UTF-8, in pieces of any size; what is none becomes U+FFFD. */
void html_feed(struct html *h, const char *utf8, size_t len);
/* No more comes: ends the text, and appends the footnotes and warnings. */
void html_end(struct html *h);

/* Borrowed until the next call.  Lines end in LF.  The text is decoded, NOT clean: it still has
 * to pass text_clean(). */
const struct buf *html_text(const struct html *h);
/* Octets of it before the footnotes and warnings: what follows is ours, not the sender's. */
size_t html_body_len(const struct html *h);

/* Each target once, in the order of the text; borrowed from H. */
size_t html_link_count(const struct html *h);
const struct html_link *html_link(const struct html *h, size_t i);
const struct html_signs *html_signs(const struct html *h);

/* Appends the charset that the first 1024 bytes declare (HTML 13.2.3.2): a byte order mark,
 * <meta charset> or <meta http-equiv>; false where they do not. */
bool html_charset(struct buf *out, const char *bytes, size_t len);

#endif
