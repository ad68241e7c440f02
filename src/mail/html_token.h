/* HTML's bytes into tokens, as browsers cut them (HTML 13.2.5), without a tree.  Bytes go in as
 * they come, in pieces of any size; the tokens are the same but for the pieces of text.
 * Comments (conditional ones too), declarations and what stands inside script, style, title,
 * textarea, ... are left out.  The charset is an ASCII one: bytes above 127 are letters. */
#ifndef MAIL_HTML_TOKEN_H
#define MAIL_HTML_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/html_entity.h"
#include "mail/html_tag.h"

enum html_token_kind { HTML_TEXT, HTML_START, HTML_END };

struct html_token {
    enum html_token_kind kind;
    const char *text; /* HTML_TEXT: references undone, no NULs; until the next call */
    size_t len;
    enum html_tag tag;
    uint32_t key; /* the hash of the tag's name */
};

#define HTML_NAME_SIZE 16

struct html_value {
    size_t from, len; /* in `values` */
    bool present;
    bool cut; /* it was longer than LIMIT_HTML_ATTRIBUTE */
};

/* To be read through the functions below. */
struct html_tokens {
    unsigned state, back; /* back: the state that a reference returns to */
    bool end_tag, scripted;
    bool fresh, bang; /* in a comment: nothing came yet; "--!" did */
    unsigned dashes;
    char quote; /* around the attribute's value, 0 for none */
    size_t matched;
    char name[HTML_NAME_SIZE]; /* of the tag or attribute that comes */
    size_t name_len;
    uint32_t key;
    enum html_tag tag;
    char raw[HTML_NAME_SIZE]; /* the element whose end is looked for */
    size_t raw_len;
    enum html_attribute attribute;
    struct html_value attributes[ATTRIBUTE_COUNT];
    struct buf values;
    struct html_reference reference;
};

void html_tokens_init(struct html_tokens *t);
void html_tokens_release(struct html_tokens *t);

/* The next token in the bytes from *AT to END; *AT goes on behind it.  False: all are read. */
bool html_tokens_next(struct html_tokens *t, const char **at, const char *end,
                      struct html_token *token);
/* The text that an unfinished tag or reference at the end turns out to be; false for none. */
bool html_tokens_finish(struct html_tokens *t, struct html_token *token);

/* A value of the HTML_START just returned, references undone, NUL-terminated, until the next
 * call; NULL where it is not there.  Of two attributes of one name, the first. */
const char *html_tokens_value(const struct html_tokens *t, enum html_attribute which);
bool html_tokens_cut(const struct html_tokens *t, enum html_attribute which);
/* The tag has an attribute that runs a script ("onclick"). */
bool html_tokens_scripted(const struct html_tokens *t);

#endif
