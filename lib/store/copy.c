#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int fail(sqlite3 *db, struct rpa_err *err, const char *what,
                const char *path)
{
    int r = rpa_fail(err, RPA_EIO, "cannot %s %s: %s", what, path,
                     db ? sqlite3_errmsg(db) : "no memory");
    if (err)
        err->native = db ? sqlite3_extended_errcode(db) : 0;
    return r;
}

static int copy_all(sqlite3 *from, sqlite3 *to, const char *path,
                    struct rpa_err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int rc = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
    sqlite3_backup_finish(backup);
    if (rc != SQLITE_DONE)
        return fail(to, err, "copy to", path);
    if (sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) !=
        SQLITE_OK)
        return fail(to, err, "finish", path);
    return 0;
}

int rpa_store_copy(const char *from, const char *to, struct rpa_err *err)
{
    sqlite3 *in = NULL, *out = NULL;
    if (access(from, F_OK) < 0)
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", from);
    int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return rpa_fail_errno(err, errno == EEXIST ? RPA_EEXIST : RPA_EIO,
                              "cannot make %s", to);
    close(fd);
    int r = 0;
    if (sqlite3_open_v2(from, &in, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        r = fail(in, err, "open", from);
    else if (sqlite3_open_v2(to, &out, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        r = fail(out, err, "open", to);
    if (r == 0) {
        sqlite3_busy_timeout(in, 5000);
        r = copy_all(in, out, to, err);
    }
    sqlite3_close(in);
    sqlite3_close(out);
    if (r < 0)
        unlink(to);
    return r;
}
