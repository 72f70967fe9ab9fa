/* Files that are made once, whole, and only read from then on. */
#include "priv.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { URI_SIZE = 3 * 4096 + 32 };

/* @path as SQLite takes it with parameters behind it */
static int to_uri(char out[static URI_SIZE], const char *path,
                  const char *parameters, struct rpa_err *err)
{
    size_t n = (size_t)snprintf(out, URI_SIZE, "file:");
    if (strlen(path) >= 4096)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", path);
    for (const unsigned char *c = (const unsigned char *)path; *c; c++)
        n += (size_t)snprintf(
            out + n, URI_SIZE - n,
            isalnum(*c) || strchr("/.-_", *c) ? "%c" : "%%%02x", *c);
    snprintf(out + n, URI_SIZE - n, "?%s", parameters);
    return 0;
}

/* A reader of @from beside whoever writes to it; its tables are live.entry, …
 */
static int attach(struct rpa_store *store, const char *from,
                  struct rpa_err *err)
{
    char uri[URI_SIZE];
    struct rpa_stmt *attach = NULL;
    int r = to_uri(uri, from, "mode=ro", err);
    if (r == 0)
        r = rpa_stmt_new(store, "ATTACH ? AS live", &attach, err);
    if (r == 0)
        r = rpa_stmt_run(attach, err, "s", uri);
    rpa_stmt_free(attach);
    return r;
}

static int fill(struct rpa_store *store, const struct rpa_store_kind *kind,
                const char *path, const char *from, const char *sql,
                struct rpa_err *err)
{
    int64_t version = 0;
    int r = rpa_store_exec(store,
                           "PRAGMA journal_mode=MEMORY;"
                           "PRAGMA synchronous=FULL",
                           err);
    if (r == 0)
        r = store_check_kind(store, kind, path, &version, err);
    if (r == 0)
        r = store_migrate(store, kind, version, err);
    if (r == 0)
        r = attach(store, from, err);
    if (r == 0)
        r = rpa_store_begin(store, err);
    if (r == 0)
        r = rpa_store_exec(store, sql, err);
    return r == 0 ? rpa_store_commit(store, err) : r;
}

int rpa_store_freeze(const char *path, const struct rpa_store_kind *kind,
                     const char *from, const char *sql, struct rpa_err *err)
{
    struct rpa_store *store = store_new(kind);
    if (!store)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the %s", kind->name);
    int r = store_touch(path, err);
    if (r == 0)
        r = store_connect(store, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI,
                          err);
    if (r == 0)
        r = fill(store, kind, path, from, sql, err);
    rpa_store_close(store);
    if (r < 0)
        unlink(path);
    return r;
}

int rpa_store_open_frozen(const char *path, const struct rpa_store_kind *kind,
                          struct rpa_store **ret_store, struct rpa_err *err)
{
    char uri[URI_SIZE];
    int r = to_uri(uri, path, "immutable=1", err);
    return r < 0 ? r : store_open_ro(path, uri, kind, ret_store, err);
}
