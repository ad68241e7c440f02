/* What the parts of html_token share; for html_token*.c only. */
#ifndef MAIL_HTML_TOKEN_INSIDE_H
#define MAIL_HTML_TOKEN_INSIDE_H

#include "mail/html_token.h"

enum state {
    DATA,
    TAG_OPEN,
    END_TAG_OPEN,
    TAG_NAME,
    BEFORE_ATTRIBUTE,
    ATTRIBUTE_NAME,
    AFTER_ATTRIBUTE,
    BEFORE_VALUE,
    VALUE,
    MARKUP, /* behind "<!" */
    BOGUS,  /* to the next '>' */
    COMMENT,
    RAW,
    RAW_OPEN, /* '<' in RAW */
    RAW_NAME, /* "</" in RAW, and a part of the name */
    REFERENCE
};

static inline bool html_token_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* html_token.c */
void html_token_begin_tag(struct html_tokens *t, bool end_tag);
void html_token_add_to_name(struct html_tokens *t, char c);
void html_token_begin_reference(struct html_tokens *t);
const char *html_token_find_stop(const char *p, const char *end, char stop);

/* Steps: each takes one byte or more from *AT, or leaves the byte to another state. */

/* html_token_value.c: behind a tag's name.  True: at its end. */
bool html_token_in_tag(struct html_tokens *t, const char **at, const char *end);
void html_token_add_to_value(struct html_tokens *t, const char *bytes, size_t len);

/* html_token_aside.c: in comments, declarations, and what has no markup inside. */
void html_token_in_aside(struct html_tokens *t, const char **at, const char *end);

#endif
