/* Charset labels as mail carries them, and what their senders mean.  A label is hostile input
 * to iconv_open(): only letters, digits and "-_.:+()" pass, and names that mean something to
 * the machine rather than to mail ("wchar_t", "//TRANSLIT") do not. */
#ifndef MAIL_LABEL_H
#define MAIL_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#define LABEL_SIZE 41 /* longer labels are noise */
#define LABEL_NAMES 4

struct label {
    char name[LABEL_SIZE]; /* as in the mail, without "x-" */
    char key[LABEL_SIZE];  /* its letters and digits in lower case */
};

/* False where the label cannot be a charset's name. */
bool label_read(struct label *label, const char *text, size_t len);

/* The names to ask iconv for, best first, up to a NULL; none for a label that says "unknown".
 * They are constants or lie inside LABEL. */
void label_names(struct label *label, const char *names[LABEL_NAMES]);

#endif
