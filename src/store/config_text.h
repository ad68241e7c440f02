/* What must be done to a config file before libconfuse reads it. */
#ifndef STORE_CONFIG_TEXT_H
#define STORE_CONFIG_TEXT_H

#include <stdbool.h>

/* Overwrites comments with blanks, so that every line keeps its number: libconfuse (3.3) counts
 * a line more for each comment.  False with the line and the reason (for the user) where a
 * string, a comment or a brace is not closed: libconfuse takes the first and the last for the
 * end of the file and goes on. */
bool config_text_prepare(char *text, int *line, const char **reason);

/* The line of the last "NAME =" in a prepared text, 0 where there is none. */
int config_text_line_of(const char *text, const char *name);

#endif
