/* Every cap on what a server, a message or a file may make us hold or wait for; each with the
 * sentence that says whom it protects from what. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* The user's memory, from a LIST that never ends: about 700 bytes are held for each message. */
#define LIMIT_MESSAGES 1000000u
/* The user's memory, from endless headers: what lies behind is counted and dropped. */
#define LIMIT_HEADER 16384u
/* The user's memory, from a line without an end: such a line arrives in pieces of this size. */
#define LIMIT_LINE 65536u
/* The user's memory and time, from a CAPA answer that never ends. */
#define LIMIT_CAPA_LINES 1024u
/* RFC 1939 allows 70 octets; real servers send more, and no sane one sends this much. */
#define LIMIT_UIDL 512u
/* RFC 2449 section 4: a command line has at most 255 octets with its CRLF; servers cut longer
 * ones in two and run the second half. */
#define LIMIT_COMMAND 255u
/* An AUTH answer may be longer (tokens, tickets); this is where a server stops reading. */
#define LIMIT_AUTH_LINE 12288u
/* The user's time, from a server that asks for endless hashing: this much takes a second. */
#define LIMIT_SCRAM_ROUNDS 1000000u
/* The user's memory, from a Kerberos answer that says it has gigabytes. */
#define LIMIT_KERBEROS 65536u
/* The user's memory, from a ~/.netrc that is something else. */
#define LIMIT_NETRC 65536u
/* Our own memory: commands waiting for their replies. */
#define LIMIT_QUEUE 131072u
/* Old servers refuse larger arguments to TOP (measured: above 2^31). */
#define LIMIT_TOP_LINES 2147483647u
/* The user's memory, from a preview whose lines are endless. */
#define LIMIT_PREVIEW 65536u
/* The user's line, from a server without TOP: larger messages are not fetched for their header
 * unless they are on the screen. */
#define LIMIT_LOOK 32768u
/* The user's memory, from messages of many megabytes: what a fetched one holds there. */
#define LIMIT_SPOOL_MEMORY 262144u
/* The user's disk: whole messages kept for the session, and the octets of all of them. */
#define LIMIT_WHOLE 64u
#define LIMIT_WHOLE_OCTETS 268435456u
/* The user's disk: what the store may take, and how long a maildrop is remembered that is not
 * opened any more. */
#define LIMIT_STORE 1073741824u
#define LIMIT_STORE_DAYS 90
/* The user's patience: how much of the journal is looked at for what a crash left open. */
#define LIMIT_JOURNAL_TAIL 8388608u
/* The user's line: a stopped message with more than this to come costs the connection. */
#define LIMIT_DRAIN 65536u
/* The user's memory and patience, from a part of 64 MB that calls itself text: what lies behind
 * is counted; it can be saved. */
#define LIMIT_BODY 4194304u
/* The user's memory and time, from a message with 100,000 parts. */
#define LIMIT_PARTS 10000u
/* The same, from parts inside parts: no mailer nests deeper than a few. */
#define LIMIT_MIME_DEPTH 100u
/* The user's memory and time, from a From with thousands of addresses or groups. */
#define LIMIT_ADDRESSES 64u
/* The user's memory and patience, from HTML whose lists and quotes multiply its text. */
#define LIMIT_HTML_TEXT 8388608u
/* The user's memory and time, from tags inside tags without an end. */
#define LIMIT_HTML_DEPTH 256u
/* The user's memory, from an attribute of megabytes (an image as a data: URL), and from a tag
 * full of them. */
#define LIMIT_HTML_ATTRIBUTE 8192u
#define LIMIT_HTML_ATTRIBUTES 65536u
/* The user's memory and patience, from footnotes without an end: how many links are kept, the
 * octets of one target, and those of all. */
#define LIMIT_HTML_LINKS 4096u
#define LIMIT_HTML_TARGET 2048u
#define LIMIT_HTML_LINK_TEXT 256u
#define LIMIT_HTML_LINK_OCTETS 1048576u
/* The screen, and the JSON reader behind a pipe, from a subject of a megabyte. */
#define LIMIT_TEXT 1024u
/* The machine and the network, from a configuration of a hundred accounts: logins at once. */
#define LIMIT_GLANCES 8u
/* The width of a column, from a filter that wrote a number of nine digits. */
#define LIMIT_SCORE 999.0
/* The user's memory, from a header of nothing but Authentication-Results. */
#define LIMIT_AUTHRES 4u
/* Marks on one character cell; curses keeps four, text stacks dozens ("zalgo"). */
#define LIMIT_COMBINING 3u
/* The user's disk: what is remembered of a server's capabilities, and for how long they are
 * taken to hold. */
#define LIMIT_LEARNT_CAPA 8192u
#define LIMIT_LEARNT_DAYS 7
/* The user's patience: milliseconds from the first packet to a login (RFC 1939 names none;
 * servers hold a greeting back for up to 60 s while they look up the client). */
#define LIMIT_CONNECT_MS 60000
/* Milliseconds without a single byte while an answer is due. */
#define LIMIT_SILENCE_MS 60000
/* The user's patience: a server may hold the lock of a session that just ended for so long. */
#define LIMIT_LOCK_MS 120000
/* QUIT deletes; large maildrops take their time. */
#define LIMIT_QUIT_MS 180000
/* The session: servers cut idle ones off after 60 s and more; a NOOP after this much silence.
 */
#define LIMIT_KEEPALIVE_MS 50000
/* The user's patience and memory, from an html-command that a message drives mad. */
#define LIMIT_FILTER_MS 5000
#define LIMIT_FILTER_MEMORY 536870912u
/* The user's memory, from a plan that is something else. */
#define LIMIT_PLAN 536870912u
/* The user's patience, from a query that somebody else wrote: its octets, and the nodes of its
 * tree; and from its regular expressions: milliseconds on one message, and on all together. */
#define LIMIT_QUERY 16384u
#define LIMIT_QUERY_NODES 512u
#define LIMIT_REGEX_MS 20
#define LIMIT_REGEX_ALL_MS 1000
/* The user's messages, from a `y` out of habit: to delete more, or the whole maildrop, their
 * number must be typed. */
#define LIMIT_AGREE_BY_KEY 100u
/* Our own memory: undo steps kept. */
#define LIMIT_UNDO 1000u

#endif
