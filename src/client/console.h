/* What a user may type to the server by hand. */
#ifndef CLIENT_CONSOLE_H
#define CLIENT_CONSOLE_H

#include <stdbool.h>

#include "base/err.h"
#include "pop3/command.h"

/* LINE, with blanks around it taken off, as a raw command in C, whose text points into TEXT.
 * Whether lines follow +OK is known for the usual commands; "+" in front says that they do.
 * False with E (ERR_USAGE) for what would delete, commit or log in: those go the ways that ask
 * first. */
bool console_command(const char *line, char text[256], struct command *c, struct err *e);

#endif
