#include <config.h> /* in quotes it would be the one beside this file */

#include "store/db.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "store/place.h"

/* A header block fills most of a page of SQLite's own size, and a log of such pages is written
 * in pieces that do not fit the kernel's: with larger ones a header costs a third less. */
#define PAGE_OCTETS 32768
#define BUSY_MS 250

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

/* What each form of the file adds to the one before. */
static const char *const forms[] = {
    "CREATE TABLE account (id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, used INTEGER);"
    "CREATE TABLE message (account INTEGER, uidl BLOB, size INTEGER, place INTEGER,"
    " summary BLOB, folded TEXT, PRIMARY KEY (account, uidl, size)) WITHOUT ROWID;"
    "CREATE TABLE header (account INTEGER, uidl BLOB, size INTEGER, block BLOB,"
    " PRIMARY KEY (account, uidl, size));"
    "CREATE TABLE mark (account INTEGER, uidl BLOB, size INTEGER, mark INTEGER,"
    " cause INTEGER, at INTEGER, PRIMARY KEY (account, uidl, size)) WITHOUT ROWID;",
    ("ALTER TABLE account ADD COLUMN server TEXT;"
     "ALTER TABLE account ADD COLUMN learnt INTEGER;"),
    "ALTER TABLE mark ADD COLUMN why TEXT;",
};
#define FORM ((int64_t)(sizeof forms / sizeof *forms))

/* The statements that are run more than once. */
enum statement {
    PUT_MESSAGE,
    PUT_HEADER,
    DROP_MESSAGE,
    DROP_HEADER,
    GET_HEADER,
    PUT_MARK,
    DROP_MARK,
    PUT_SERVER,
    GET_SERVER,
    STATEMENT_COUNT
};
static const char *const sql[] = {
    [PUT_MESSAGE] = "INSERT OR REPLACE INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [PUT_HEADER] = "INSERT OR REPLACE INTO header VALUES (?1, ?2, ?3, ?4)",
    [DROP_MESSAGE] = "DELETE FROM message WHERE account = ?1 AND uidl = ?2 AND size = ?3",
    [DROP_HEADER] = "DELETE FROM header WHERE account = ?1 AND uidl = ?2 AND size = ?3",
    [GET_HEADER] = "SELECT block FROM header WHERE account = ?1 AND uidl = ?2 AND size = ?3",
    [PUT_MARK] = "INSERT OR REPLACE INTO mark VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [PUT_SERVER] = "UPDATE account SET server = ?2, learnt = ?3 WHERE id = ?1",
    [GET_SERVER] = "SELECT server, learnt FROM account WHERE id = ?1",
    [DROP_MARK] = "DELETE FROM mark WHERE account = ?1 AND uidl = ?2 AND size = ?3",
};
_Static_assert(sizeof sql / sizeof *sql == STATEMENT_COUNT, "a text for each statement");

struct db {
    sqlite3 *file;
    char *path;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    int64_t account;
    struct err error;
};

/* ---- faults ------------------------------------------------------------------------------ */

static void set_fault(struct err *e, const char *path, int code, const char *words)
{
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        err_set(e, ERR_IO, _("the store %s is damaged; move it away, and a new one is made"),
                path);
    else if (code == SQLITE_FULL)
        err_set(e, ERR_IO, _("the store %s cannot grow: the disk, or its limit, is full"),
                path);
    else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        err_set(e, ERR_IO, _("the store %s is in use by another program"), path);
    else
        err_set(e, ERR_IO, _("the store %s: %s"), path, words);
}

static bool check(struct db *d, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return true;
    if (d->error.code == ERR_NONE)
        set_fault(&d->error, d->path, code & 0xFF, sqlite3_errmsg(d->file));
    return false;
}

const struct err *db_error(const struct db *d)
{
    return &d->error;
}

static bool run(struct db *d, const char *text)
{
    return d->error.code == ERR_NONE && check(d, sqlite3_exec(d->file, text, NULL, NULL, NULL));
}

/* ---- opening ----------------------------------------------------------------------------- */

static bool prepare(struct db *d, const char *text, sqlite3_stmt **statement)
{
    return d->error.code == ERR_NONE &&
           check(d, sqlite3_prepare_v2(d->file, text, -1, statement, NULL));
}

/* The first column of the first row; -1 where there is none. */
static int64_t ask_number(struct db *d, const char *text)
{
    sqlite3_stmt *s = NULL;
    int64_t number = -1;
    if (prepare(d, text, &s) && check(d, sqlite3_step(s)) && sqlite3_data_count(s))
        number = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return number;
}

static void forget_old(struct db *d)
{
    char text[160];
    long long limit = (long long)time(NULL) - LIMIT_STORE_DAYS * 86400ll;
    sqlite3_snprintf(sizeof text, text, "used < %lld", limit);
    struct buf command = BUF_INIT(1024);
    static const char *const tables[] = {"message", "header", "mark"};
    for (size_t i = 0; i < 3; i++)
        buf_printf(&command,
                   "DELETE FROM %s WHERE account IN (SELECT id FROM account WHERE %s);",
                   tables[i], text);
    buf_printf(&command, "DELETE FROM account WHERE %s;", text);
    run(d, command.data);
    buf_release(&command);
}

static void set_number(struct db *d, const char *what, int64_t number)
{
    char text[64];
    sqlite3_snprintf(sizeof text, text, "PRAGMA %s = %lld", what, (long long)number);
    run(d, text);
}

/* No larger than LIMIT_STORE, whatever pages it was made with. */
static void set_limit(struct db *d)
{
    int64_t page = ask_number(d, "PRAGMA page_size");
    if (page > 0)
        set_number(d, "max_page_count", LIMIT_STORE / page);
}

static void set_up(struct db *d)
{
    run(d, "PRAGMA page_size = " TEXT(
               PAGE_OCTETS) "; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                            "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = OFF;");
    run(d, "BEGIN IMMEDIATE");
    int64_t version = ask_number(d, "PRAGMA user_version");
    if (version > FORM && d->error.code == ERR_NONE)
        err_set(&d->error, ERR_IO,
                _("the store %s was written by a newer dele (form %d, this one knows %d)"),
                d->path, (int)version, (int)FORM);
    for (int64_t form = version; form >= 0 && form < FORM; form++)
        run(d, forms[form]);
    if (version < FORM)
        set_number(d, "user_version", FORM);
    forget_old(d);
    run(d, d->error.code == ERR_NONE ? "COMMIT" : "ROLLBACK");
    set_limit(d);
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        prepare(d, sql[i], &d->statements[i]);
}

/* SQLite would make it for all to read. */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        fchmod(fd, 0600);
        close(fd);
    }
}

struct db *db_open(const char *path, struct err *e)
{
    struct buf own = BUF_INIT(4096);
    if (!path && !place_path(&own, PLACE_STATE, "dele.db")) {
        err_set(e, ERR_IO, _("there is no home directory for the store"));
        buf_release(&own);
        return NULL;
    }
    struct db *d = xcalloc(1, sizeof *d);
    d->path = xstrdup(path ? path : own.data);
    buf_release(&own);
    if (place_make(d->path, &d->error)) {
        make_private(d->path);
        if (check(d, sqlite3_open_v2(d->path, &d->file,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                         SQLITE_OPEN_NOMUTEX,
                                     NULL))) {
            sqlite3_busy_timeout(d->file, BUSY_MS);
            set_up(d);
        }
    }
    if (d->error.code != ERR_NONE) {
        *e = d->error;
        db_close(d);
        return NULL;
    }
    return d;
}

void db_close(struct db *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(d->statements[i]);
    sqlite3_close(d->file); /* the last one folds the log into the file */
    free(d->path);
    free(d);
}

bool db_use(struct db *d, const char *key)
{
    static const char *const steps[] = {
        "INSERT OR IGNORE INTO account (key) VALUES (?1)",
        "UPDATE account SET used = ?2 WHERE key = ?1",
        "SELECT id FROM account WHERE key = ?1",
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        sqlite3_stmt *s = NULL;
        if (!prepare(d, steps[i], &s))
            break;
        sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
        if (sqlite3_bind_parameter_count(s) > 1)
            sqlite3_bind_int64(s, 2, (int64_t)time(NULL));
        if (check(d, sqlite3_step(s)) && sqlite3_data_count(s))
            d->account = sqlite3_column_int64(s, 0);
        sqlite3_finalize(s);
    }
    return d->error.code == ERR_NONE;
}

/* ---- rows -------------------------------------------------------------------------------- */

static void finish(struct db *d, sqlite3_stmt *s)
{
    check(d, sqlite3_step(s));
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
}

void db_put_server(struct db *d, const char *text, int64_t at)
{
    sqlite3_stmt *s = d->statements[PUT_SERVER];
    if (d->error.code != ERR_NONE)
        return;
    sqlite3_bind_int64(s, 1, d->account);
    sqlite3_bind_text(s, 2, text, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, at);
    finish(d, s);
}

bool db_server(struct db *d, struct buf *out, int64_t *at)
{
    sqlite3_stmt *s = d->statements[GET_SERVER];
    if (d->error.code != ERR_NONE)
        return false;
    sqlite3_bind_int64(s, 1, d->account);
    const char *text = NULL;
    if (check(d, sqlite3_step(s)) && sqlite3_data_count(s))
        text = (const char *)sqlite3_column_text(s, 0);
    bool found = text && *text;
    if (found)
        buf_append_cut(out, text, strlen(text));
    *at = found ? sqlite3_column_int64(s, 1) : 0;
    sqlite3_reset(s);
    return found;
}

/* The statement, bound to a message of the account; NULL after a fault. */
static sqlite3_stmt *bound(struct db *d, enum statement which, const char *uidl, uint64_t size)
{
    sqlite3_stmt *s = d->statements[which];
    if (d->error.code != ERR_NONE)
        return NULL;
    sqlite3_bind_int64(s, 1, d->account);
    sqlite3_bind_blob(s, 2, uidl, (int)strlen(uidl), SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, (int64_t)size);
    return s;
}

void db_put_message(struct db *d, const struct db_message *m, const char *header, size_t len)
{
    sqlite3_stmt *s = bound(d, PUT_MESSAGE, m->uidl, m->size);
    if (s) {
        sqlite3_bind_int64(s, 4, m->place);
        if (m->summary)
            sqlite3_bind_blob(s, 5, m->summary, (int)m->summary_len, SQLITE_STATIC);
        if (m->folded)
            sqlite3_bind_text(s, 6, m->folded, -1, SQLITE_STATIC);
        finish(d, s);
    }
    s = header ? bound(d, PUT_HEADER, m->uidl, m->size) : NULL;
    if (s) {
        sqlite3_bind_blob(s, 4, header, (int)len, SQLITE_STATIC);
        finish(d, s);
    }
}

void db_drop_message(struct db *d, const char *uidl, uint64_t size)
{
    static const enum statement drops[] = {DROP_MESSAGE, DROP_HEADER, DROP_MARK};
    for (size_t i = 0; i < sizeof drops / sizeof *drops; i++) {
        sqlite3_stmt *s = bound(d, drops[i], uidl, size);
        if (s)
            finish(d, s);
    }
}

bool db_header(struct db *d, const char *uidl, uint64_t size, struct buf *out)
{
    sqlite3_stmt *s = bound(d, GET_HEADER, uidl, size);
    if (!s)
        return false;
    bool found = check(d, sqlite3_step(s)) && sqlite3_data_count(s);
    if (found)
        buf_append_cut(out, sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0));
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return found;
}

void db_put_mark(struct db *d, const struct db_mark *m)
{
    bool is_put = m->mark != MARK_NONE || m->cause == CAUSE_RULE;
    sqlite3_stmt *s = bound(d, is_put ? PUT_MARK : DROP_MARK, m->uidl, m->size);
    if (!s)
        return;
    if (is_put) {
        sqlite3_bind_int(s, 4, (int)m->mark);
        sqlite3_bind_int(s, 5, (int)m->cause);
        sqlite3_bind_int64(s, 6, m->at);
        sqlite3_bind_text(s, 7, m->why, -1, SQLITE_STATIC);
    }
    finish(d, s);
}

/* A UIDL as a string; "" for one that no server can have sent. */
static const char *column_uidl(sqlite3_stmt *s, int column, struct buf *uidl)
{
    const char *bytes = sqlite3_column_blob(s, column);
    size_t len = (size_t)sqlite3_column_bytes(s, column);
    buf_clear(uidl);
    if (bytes && !memchr(bytes, '\0', len))
        buf_append(uidl, bytes, len);
    return uidl->data;
}

bool db_count(struct db *d, struct db_counts *out)
{
    static const char *const asks[] = {
        "SELECT count(*), total(size) FROM message WHERE account = ?1",
        "SELECT count(*) FROM mark WHERE account = ?1 AND mark = 1",
    };
    _Static_assert(MARK_DELETE == 1, "as it is written");
    *out = (struct db_counts){0};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        sqlite3_stmt *s = NULL;
        if (!prepare(d, asks[i], &s))
            break;
        sqlite3_bind_int64(s, 1, d->account);
        bool is_row = check(d, sqlite3_step(s)) && sqlite3_data_count(s);
        if (is_row && i == 0) {
            out->messages = (size_t)sqlite3_column_int64(s, 0);
            out->octets = (uint64_t)sqlite3_column_double(s, 1);
        } else if (is_row) {
            out->marked = (size_t)sqlite3_column_int64(s, 0);
        }
        sqlite3_finalize(s);
    }
    return d->error.code == ERR_NONE;
}

bool db_each_message(struct db *d, bool (*take)(void *context, const struct db_message *m),
                     void *context)
{
    sqlite3_stmt *s = NULL;
    struct buf uidl = BUF_INIT(LIMIT_UIDL);
    int code = SQLITE_DONE;
    if (prepare(d,
                "SELECT uidl, size, place, summary, folded FROM message WHERE account = ?"
                " ORDER BY place",
                &s)) {
        sqlite3_bind_int64(s, 1, d->account);
        while ((code = sqlite3_step(s)) == SQLITE_ROW) {
            struct db_message m = {
                .uidl = column_uidl(s, 0, &uidl),
                .size = (uint64_t)sqlite3_column_int64(s, 1),
                .place = (uint32_t)sqlite3_column_int64(s, 2),
                .summary = sqlite3_column_blob(s, 3),
                .summary_len = (size_t)sqlite3_column_bytes(s, 3),
                .folded = (const char *)sqlite3_column_text(s, 4),
            };
            if (*m.uidl && !take(context, &m))
                break;
        }
    }
    check(d, code);
    sqlite3_finalize(s);
    buf_release(&uidl);
    return d->error.code == ERR_NONE;
}

bool db_each_mark(struct db *d, bool (*take)(void *context, const struct db_mark *m),
                  void *context)
{
    sqlite3_stmt *s = NULL;
    struct buf uidl = BUF_INIT(LIMIT_UIDL);
    int code = SQLITE_DONE;
    if (prepare(d, "SELECT uidl, size, mark, cause, at, why FROM mark WHERE account = ?", &s)) {
        sqlite3_bind_int64(s, 1, d->account);
        while ((code = sqlite3_step(s)) == SQLITE_ROW) {
            int mark = sqlite3_column_int(s, 2), cause = sqlite3_column_int(s, 3);
            struct db_mark m = {
                .uidl = column_uidl(s, 0, &uidl),
                .size = (uint64_t)sqlite3_column_int64(s, 1),
                .mark = mark == MARK_NONE || mark == MARK_DELETE ? (enum mark)mark : MARK_KEEP,
                .cause =
                    cause >= 0 && cause < CAUSE_COUNT ? (enum mark_cause)cause : CAUSE_HAND,
                .at = sqlite3_column_int64(s, 4),
                .why = (const char *)sqlite3_column_text(s, 5),
            };
            if (*m.uidl && !take(context, &m))
                break;
        }
    }
    check(d, code);
    sqlite3_finalize(s);
    buf_release(&uidl);
    return d->error.code == ERR_NONE;
}

void db_begin(struct db *d)
{
    run(d, "BEGIN IMMEDIATE");
}

void db_end(struct db *d)
{
    run(d, "COMMIT");
    if (d->error.code != ERR_NONE && d->file && !sqlite3_get_autocommit(d->file))
        sqlite3_exec(d->file, "ROLLBACK", NULL, NULL, NULL);
}
