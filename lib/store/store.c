#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 5000, READERS_MS = 30000 };

int store_fail(struct rpa_store *store, struct rpa_err *err, const char *what)
{
    int rc = sqlite3_extended_errcode(store->db);
    int r = rpa_fail(err, RPA_EIO, "%s: %s: %s", store->name, what,
                     sqlite3_errmsg(store->db));
    if (err)
        err->native = rc;
    return r;
}

int rpa_store_exec(struct rpa_store *store, const char *sql,
                   struct rpa_err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return store_fail(store, err, "cannot run a statement");
    return 0;
}

/* of every change: prepared once */
static int run_kept(struct rpa_store *store, sqlite3_stmt **kept,
                    const char *sql, const char *what, struct rpa_err *err)
{
    int rc = *kept ? SQLITE_OK
                   : sqlite3_prepare_v3(store->db, sql, -1,
                                        SQLITE_PREPARE_PERSISTENT, kept, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(*kept);
    int r = rc == SQLITE_DONE ? 0 : store_fail(store, err, what);
    sqlite3_reset(*kept); /* NULL is fine */
    return r;
}

static int begin(struct rpa_store *store, struct rpa_err *err)
{
    return run_kept(store, &store->begin, "BEGIN", "cannot begin", err);
}

/* what is committed from here on is flushed again */
static int flush_again(struct rpa_store *store, struct rpa_err *err)
{
    int r = store->unflushed
                ? rpa_store_exec(store, "PRAGMA synchronous=FULL", err)
                : 0;
    store->unflushed = r < 0;
    return r;
}

int rpa_store_begin(struct rpa_store *store, struct rpa_err *err)
{
    int r = flush_again(store, err); /* where one unflushed has failed */
    return r == 0 ? begin(store, err) : r;
}

int rpa_store_begin_unflushed(struct rpa_store *store, struct rpa_err *err)
{
    int r = 0;
    if (store->lock_fd >= 0) { /* nothing of memory is flushed */
        r = rpa_store_exec(store, "PRAGMA synchronous=NORMAL", err);
        store->unflushed = true;
    }
    return r == 0 ? begin(store, err) : r;
}

int rpa_store_commit(struct rpa_store *store, struct rpa_err *err)
{
    int r = run_kept(store, &store->commit, "COMMIT", "cannot commit", err);
    return r == 0 ? flush_again(store, err) : r;
}

int64_t rpa_store_changes(struct rpa_store *store)
{
    return sqlite3_changes64(store->db);
}

int rpa_store_make_dir(const char *path, struct rpa_err *err)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", path);
    for (char *p = part; *p; p++) {
        if (p[1] != '/' && p[1] != '\0')
            continue;
        char was = p[1];
        p[1] = '\0';
        if (mkdir(part, 0700) < 0 && errno != EEXIST)
            return rpa_fail_errno(err, errno == EACCES || errno == EPERM ? RPA_EPERM
                                       : errno == ENOTDIR || errno == ENAMETOOLONG
                                           ? RPA_EINVAL
                                           : RPA_EIO,
                                  "cannot make %s", part);
        p[1] = was;
    }
    return 0;
}

int rpa_store_state_dir(const char *path, struct rpa_err *err)
{
    struct stat st;
    int r = rpa_store_make_dir(path, err);
    if (r < 0)
        return r;
    if (stat(path, &st) < 0) /* a link to nowhere, or to itself */
        return rpa_fail_errno(err, errno == ENOENT || errno == ELOOP ? RPA_EINVAL
                                                                     : RPA_EIO,
                              "looking at %s", path);
    if (!S_ISDIR(st.st_mode))
        return rpa_fail(err, RPA_EINVAL, "%s is no folder", path);
    if (st.st_uid != geteuid()) {
        errno = EACCES; /* as its files would have it */
        rpa_fail_errno(err, RPA_EPERM, "the state directory %s is of uid %u, not ours",
                       path, (unsigned)st.st_uid);
        return rpa_err_hint(err, "have its user do it, or name another: --state");
    }
    if (!(st.st_mode & (S_IWGRP | S_IWOTH)))
        return 0;
    rpa_fail(err, RPA_EPERM, "others may write into the state directory %s", path);
    return rpa_err_hint(err, "make it yours alone (chmod 700), or name another: --state");
}

int64_t store_pragma(struct rpa_store *store, const char *sql)
{
    sqlite3_stmt *st = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(store->db, sql, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        value = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return value;
}

static int take_lock(struct rpa_store *store, const char *path,
                     struct rpa_err *err)
{
    char name[4096];
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", path);
    store->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                          0600);
    if (store->lock_fd < 0)
        return rpa_fail_errno(err, RPA_EIO, "cannot open %s", name);
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno != EWOULDBLOCK)
        return rpa_fail_errno(err, RPA_EIO, "cannot lock %s", name);
    rpa_fail(err, RPA_EEXIST, "the %s %s is held by another process",
             store->name, path);
    return rpa_err_hint(err, "one supervisor a state directory: wait for it "
                             "to end, or choose another --state");
}

/* SQLite would make it with the umask's rights; -wal and -shm follow it */
int store_touch(const char *path, struct rpa_err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd); /* new, so no lock of SQLite's can be lost */
    else if (errno != EEXIST)
        return rpa_fail_errno(err, RPA_EIO, "cannot make %s", path);
    return 0;
}

int store_check_kind(struct rpa_store *store, const struct rpa_store_kind *kind,
                     const char *path, int64_t *ret_version,
                     struct rpa_err *err)
{
    int64_t id = store_pragma(store, "PRAGMA application_id");
    int64_t version = store_pragma(store, "PRAGMA user_version");
    if (id < 0 || version < 0)
        return store_fail(store, err, "cannot read it");
    bool fresh = id == 0 && version == 0 &&
                 store_pragma(store, "SELECT count(*) FROM sqlite_schema") == 0;
    if (!fresh && id != kind->application_id)
        return rpa_fail(err, RPA_EINVAL, "%s is no %s", path, kind->name);
    if (version > kind->steps) {
        rpa_fail(err, RPA_EINVAL,
                 "%s is from a newer rpa (version %lld, known %d)", path,
                 (long long)version, kind->steps);
        return rpa_err_hint(err, "use that rpa, or restore a backup that was made "
                                 "before it");
    }
    *ret_version = version;
    return 0;
}

/* Every missing step in one transaction: all of it or none of it. */
int store_migrate(struct rpa_store *store, const struct rpa_store_kind *kind,
                  int64_t version, struct rpa_err *err)
{
    if (version == kind->steps)
        return 0;
    int r = rpa_store_begin(store, err);
    for (int64_t v = version; r == 0 && v < kind->steps; v++)
        r = rpa_store_exec(store, kind->step[v], err);
    char sql[96];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             (int)kind->application_id, kind->steps);
    if (r == 0)
        r = rpa_store_exec(store, sql, err);
    return r == 0 ? rpa_store_commit(store, err) : r;
}

/* EXTRA until the file is in WAL: FULL alone does not flush the folder when
 * the rollback journal of that change is deleted, and a journal that comes back
 * after a power cut would undo what was committed since. */
static int settle(struct rpa_store *store, struct rpa_err *err)
{
    int on = 1;
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
    int r = rpa_store_exec(store,
                           "PRAGMA synchronous=EXTRA; PRAGMA journal_mode=WAL;"
                           "PRAGMA synchronous=FULL;"
                           "PRAGMA secure_delete=ON",
                           err);
    if (r < 0)
        return r;
    if (store_pragma(store, "PRAGMA synchronous") != 2 ||
        store_pragma(store, "SELECT journal_mode='wal' FROM pragma_journal_mode") != 1)
        return rpa_fail(err, RPA_EIO,
                        "the %s cannot be kept in WAL with synchronous=FULL",
                        store->name);
    return 0;
}

/* After a flush that failed, the log may read well from memory and be on no
 * disk: nothing is built on it. All of it is written into the database, which
 * is flushed, and a new log begins. */
static int renew_log(struct rpa_store *store, const char *path,
                     struct rpa_err *err)
{
    sqlite3_busy_timeout(store->db, READERS_MS);
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL,
                                       SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    if (rc == SQLITE_OK)
        return 0;
    if (rc != SQLITE_BUSY)
        return store_fail(store, err, "cannot write its log back");
    rpa_fail(err, RPA_EEXIST, "a reader holds the log of the %s %s",
             store->name, path);
    return rpa_err_hint(err, "wait until `rpa audit` or whoever reads it has "
                             "ended");
}

int store_connect(struct rpa_store *store, const char *path, int flags,
                  struct rpa_err *err)
{
    /* Nobody asks how much memory SQLite has: it need not count it under a lock
     * at each allocation. Only the first of a process counts. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(path, &store->db,
                        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK)
        return store->db
                   ? store_fail(store, err, path)
                   : rpa_fail(err, RPA_ENOMEM, "no memory for a database");
    sqlite3_busy_timeout(store->db, BUSY_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return 0;
}

struct rpa_store *store_new(const struct rpa_store_kind *kind)
{
    struct rpa_store *store = calloc(1, sizeof *store);
    if (store)
        *store = (struct rpa_store){ .lock_fd = -1, .name = kind->name };
    return store;
}

int rpa_store_open(const char *path, const struct rpa_store_kind *kind,
                   struct rpa_store **ret_store, struct rpa_err *err)
{
    struct rpa_store *store = store_new(kind);
    if (!store)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the %s", kind->name);
    int64_t version = 0;
    int r = take_lock(store, path, err);
    if (r == 0)
        r = store_touch(path, err);
    if (r == 0)
        r = store_connect(store, path, SQLITE_OPEN_READWRITE, err);
    if (r == 0)
        r = store_check_kind(store, kind, path, &version, err);
    if (r == 0)
        r = settle(store, err);
    if (r == 0)
        r = renew_log(store, path, err);
    if (r == 0)
        store_log_watch(store);
    if (r == 0)
        r = store_migrate(store, kind, version, err);
    if (r == 0)
        *ret_store = store;
    else
        rpa_store_close(store);
    return r;
}

int store_open_ro(const char *path, const char *uri,
                  const struct rpa_store_kind *kind,
                  struct rpa_store **ret_store, struct rpa_err *err)
{
    if (access(path, R_OK) < 0) {
        int r = rpa_fail_errno(err, errno == EACCES ? RPA_EPERM : RPA_ENOTFOUND,
                               "cannot open %s", path);
        return r == -RPA_EPERM ? rpa_err_hint(err, "have its user do it") : r;
    }
    struct rpa_store *store = store_new(kind);
    if (!store)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the %s", kind->name);
    int64_t version = 0;
    int r = store_connect(store, uri ? uri : path,
                          SQLITE_OPEN_READONLY | (uri ? SQLITE_OPEN_URI : 0),
                          err);
    if (r == 0)
        r = store_check_kind(store, kind, path, &version, err);
    if (r == 0 && version != kind->steps) {
        rpa_fail(err, RPA_EINVAL, "%s is from an older rpa (version %lld)", path,
                 (long long)version);
        r = rpa_err_hint(err, "make a backup, then start rpa daemon on it: who "
                              "writes there brings it up to date");
    }
    if (r == 0)
        *ret_store = store;
    else
        rpa_store_close(store);
    return r;
}

int rpa_store_open_ro(const char *path, const struct rpa_store_kind *kind,
                      struct rpa_store **ret_store, struct rpa_err *err)
{
    return store_open_ro(path, NULL, kind, ret_store, err);
}

int rpa_store_open_memory(const struct rpa_store_kind *kind,
                          struct rpa_store **ret_store, struct rpa_err *err)
{
    struct rpa_store *store = store_new(kind);
    if (!store)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the %s", kind->name);
    int r = store_connect(store, ":memory:",
                          SQLITE_OPEN_READWRITE, err);
    if (r == 0)
        r = store_migrate(store, kind, 0, err);
    if (r == 0)
        *ret_store = store;
    else
        rpa_store_close(store);
    return r;
}

static int pour(struct rpa_store *to, struct rpa_store *from,
                struct rpa_err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db,
                                                 "main");
    int rc = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
    sqlite3_backup_finish(backup);
    return rc == SQLITE_DONE
               ? 0
               : store_fail(to, err, "cannot copy it into memory");
}

int rpa_store_open_copy(const char *path, const struct rpa_store_kind *kind,
                        struct rpa_store **ret_store, struct rpa_err *err)
{
    struct rpa_store *from = NULL, *store = store_new(kind);
    int r = store ? rpa_store_open_ro(path, kind, &from, err)
                  : rpa_fail(err, RPA_ENOMEM, "no memory for the %s", kind->name);
    if (r == 0)
        r = store_connect(store, ":memory:", SQLITE_OPEN_READWRITE, err);
    if (r == 0)
        r = pour(store, from, err);
    rpa_store_close(from);
    if (r == 0)
        *ret_store = store;
    else
        rpa_store_close(store);
    return r;
}

/* its temporary copy is in memory: what a store holds goes to no other disk */
int rpa_store_shrink(struct rpa_store *store, struct rpa_err *err)
{
    if (store_pragma(store, "PRAGMA freelist_count") * 2 <=
        store_pragma(store, "PRAGMA page_count"))
        return 0;
    return rpa_store_exec(store, "PRAGMA temp_store=MEMORY; VACUUM;"
                                 "PRAGMA wal_checkpoint", err);
}

void rpa_store_close(struct rpa_store *store)
{
    if (!store)
        return;
    sqlite3_finalize(store->begin); /* NULL is fine, here and below */
    sqlite3_finalize(store->commit);
    sqlite3_close(store->db); /* rolls back */
    if (store->lock_fd >= 0)
        close(store->lock_fd); /* the lock goes with it, after the database */
    free(store);
}
