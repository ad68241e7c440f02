/* The octets of one part that is text, as clean text: charset found out, HTML and format=flowed
 * undone, what is enclosed in it named. */
#ifndef MAIL_BODY_TEXT_H
#define MAIL_BODY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/mime_part.h"

struct body_options {
    const char *const
        *charsets;  /* for undeclared text, in this order; NULL or empty: a guess */
    uint32_t part;  /* of the message; MIME_NO_PART: what mime_choose() says */
    unsigned width; /* HTML is filled to so many columns; 0: a line a paragraph */
    /* Another program's reading of HTML, appended to TEXT; false where it failed, with NOTES
     * (clean) saying why.  NULL: html.h reads it. */
    bool (*html)(void *context, const struct buf *utf8, unsigned width, struct buf *text,
                 struct buf *notes);
    void *html_context;
};

/* Appends to TEXT, lines ending in LF; TEXT's cap cuts at a whole character.  Appends to NOTES
 * a line (clean, ending in LF) for what a reader should know of: a charset that was not as
 * declared, images that were not fetched.  OCTETS is released. */
void body_text(struct buf *text, struct buf *notes, const struct mime_part *part,
               struct buf *octets, const struct body_options *options);

#endif
