/* Dialogues: transcripts of a session, played against the protocol core.  A line is
 *
 *   > TOP 1 0         submit a command (RAW line; RAW+ line with a multi-line answer)
 *   C: TOP 1 0        what must be given out for sending next, whole and in order
 *   S: +OK            the server's bytes, and CRLF; "S- +OK" leaves the line end out
 *   E: REPLY TOP 1 ok the event that must come next
 *   ! window 3        a call, or a question with its answer: see the table in feed.c
 *   # a comment
 *
 * Escapes: \r \n \0 \t \\ \xHH, and \{70000 ab} for "ab" 70000 times.  Events are
 *
 *   GREETING ok TEXT            REPLY VERB [NUMBER] ok TEXT
 *   LINE VERB [NUMBER] TEXT     REPLY VERB [NUMBER] err/IN-USE TEXT
 *   PART VERB [NUMBER] TEXT     (a line that goes on)
 *   END VERB [NUMBER]           CONTINUE TEXT, FAREWELL err TEXT, BROKEN
 *
 * The server's lines up to the next ">", "!" or "C:" reach the core as one burst; the events
 * among them must have come when the burst is over, no more and no fewer. */
#ifndef SUPPORT_FEED_H
#define SUPPORT_FEED_H

/* Plays the dialogue in FILE with each burst whole, byte by byte (what is to be written goes
 * byte by byte then, too), and with the server's bytes cut in two at every position; in a
 * dialogue above FEED_EVERY_CUT bytes, at every position near a line end or the border of a
 * piece.  NULL where all went as written; else the first difference, with its line; the caller
 * frees it. */
#define FEED_EVERY_CUT 8192
char *feed_dialog(const char *file);

#endif
