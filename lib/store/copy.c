#include "priv.h"
#include "rpa/base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define TOGETHER_US 10000000 /* for a moment between two commits */

/* a file that is copied; @beside sees what others commit to it */
struct copy {
    const struct rpa_store_copy *of;
    sqlite3 *in, *beside, *out;
    sqlite3_stmt *version, *first; /* of beside; of in */
    int64_t before;                /* its data_version */
};

static int fail(sqlite3 *db, struct rpa_err *err, const char *what,
                const char *path)
{
    int r = rpa_fail(err, RPA_EIO, "cannot %s %s: %s", what, path,
                     db ? sqlite3_errmsg(db) : "no memory");
    if (err)
        err->native = db ? sqlite3_extended_errcode(db) : 0;
    return r;
}

static int open_in(const char *path, sqlite3 **ret, struct rpa_err *err)
{
    if (sqlite3_open_v2(path, ret, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        return fail(*ret, err, "open", path);
    sqlite3_busy_timeout(*ret, 5000);
    return 0;
}

static int open_one(struct copy *c, struct rpa_err *err)
{
    const char *to = c->of->to;
    if (access(c->of->from, F_OK) < 0)
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s",
                              c->of->from);
    int r = open_in(c->of->from, &c->in, err);
    if (r == 0)
        r = open_in(c->of->from, &c->beside, err);
    if (r < 0)
        return r;
    if (sqlite3_prepare_v2(c->beside, "PRAGMA data_version", -1, &c->version,
                           NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(c->in, "SELECT count(*) FROM sqlite_schema", -1,
                           &c->first, NULL) != SQLITE_OK)
        return fail(c->in, err, "read", c->of->from);
    int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return rpa_fail_errno(err, errno == EEXIST ? RPA_EEXIST : RPA_EIO,
                              "cannot make %s", to);
    close(fd);
    if (sqlite3_open_v2(to, &c->out, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        return 0;
    r = fail(c->out, err, "open", to);
    unlink(to);
    return r;
}

/* changes when somebody else has committed */
static int look(struct copy *c, int64_t *ret_version, struct rpa_err *err)
{
    bool good = sqlite3_step(c->version) == SQLITE_ROW;
    *ret_version = good ? sqlite3_column_int64(c->version, 0) : 0;
    sqlite3_reset(c->version);
    return good ? 0 : fail(c->beside, err, "read", c->of->from);
}

/* Read it as it is now for as long as the statement is not reset. Prepared, as is
 * the look: who commits all the time leaves some ten microseconds for all files.
 */
static int pin(struct copy *c, struct rpa_err *err)
{
    return sqlite3_step(c->first) == SQLITE_ROW
               ? 0
               : fail(c->in, err, "read", c->of->from);
}

/* All as they are, one after the other; *@ret_same if nobody committed to any
 * of them from the first to the last. */
static int pin_all(struct copy *all, size_t n, bool *ret_same,
                   struct rpa_err *err)
{
    int r = 0;
    int64_t now = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = look(&all[i], &all[i].before, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = pin(&all[i], err);
    *ret_same = true;
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = look(&all[i], &now, err);
        *ret_same = *ret_same && now == all[i].before;
    }
    return r;
}

static int pin_together(struct copy *all, size_t n, struct rpa_err *err)
{
    const rpa_time end = rpa_mono_us() + TOGETHER_US;
    bool same;
    int r = pin_all(all, n, &same, err);
    while (r == 0 && !same) {
        if (rpa_mono_us() > end)
            return rpa_fail(err, RPA_ETIMEOUT,
                            "%s and what belongs to it were written to all the "
                            "time",
                            all[0].of->from);
        for (size_t i = 0; i < n; i++)
            sqlite3_reset(all[i].first);
        r = pin_all(all, n, &same, err);
    }
    return r;
}

static int pour(struct copy *c, struct rpa_err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(c->out, "main", c->in, "main");
    int rc = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
    sqlite3_backup_finish(backup);
    if (rc != SQLITE_DONE)
        return fail(c->out, err, "copy to", c->of->to);
    if (sqlite3_exec(c->out, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) !=
        SQLITE_OK)
        return fail(c->out, err, "finish", c->of->to);
    return 0;
}

int rpa_store_copy(const struct rpa_store_copy *files, size_t n,
                   struct rpa_err *err)
{
    struct copy *all = calloc(n + 1, sizeof *all);
    int r = all ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory");
    for (size_t i = 0; r == 0 && i < n; i++) {
        all[i].of = &files[i];
        r = open_one(&all[i], err);
    }
    if (r == 0)
        r = pin_together(all, n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = pour(&all[i], err);
    for (size_t i = 0; all && i < n; i++) {
        bool made = all[i].out != NULL;
        sqlite3_finalize(all[i].version);
        sqlite3_finalize(all[i].first);
        sqlite3_close(all[i].in);
        sqlite3_close(all[i].beside);
        sqlite3_close(all[i].out);
        if (r < 0 && made)
            unlink(files[i].to);
    }
    free(all);
    return r;
}
