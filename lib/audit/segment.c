#include "priv.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* The files of a store as one: audit.db with the newest rows, and before it
 * segments, each named by its first row. AUDIT.md has what is in them. */

void segment_name(int64_t first, char out[static SEGMENT_NAME])
{
    snprintf(out, SEGMENT_NAME, "audit-%012lld.db", (long long)first);
}

int segment_path(char out[static SEGMENT_PATH], const char *state_dir,
                 int64_t first, const char *end, struct rpa_err *err)
{
    char name[SEGMENT_NAME + 16];
    snprintf(name, sizeof name, "audit-%012lld%s", (long long)first, end);
    return state_path(out, SEGMENT_PATH, state_dir, name, err);
}

/* the first row of the segment that is called so; 0 if none would be */
static int64_t first_of(const char *name)
{
    long long first = 0;
    char again[SEGMENT_NAME];
    if (sscanf(name, "audit-%12lld.db", &first) != 1 || first < 1)
        return 0;
    segment_name(first, again);
    return strcmp(name, again) == 0 ? first : 0;
}

/* the segment that has row @seq if any has, 0 none; and the first behind it */
static int64_t look_for(const char *state_dir, int64_t seq, int64_t *ret_next)
{
    int64_t best = 0;
    *ret_next = INT64_MAX;
    DIR *dir = opendir(state_dir);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        int64_t first = first_of(e->d_name);
        if (first <= seq && first > best)
            best = first;
        else if (first > seq && first < *ret_next)
            *ret_next = first;
    }
    if (dir)
        closedir(dir);
    return best;
}

/* one or two numbers that a query has in its only row */
static int ask(struct rpa_store *db, const char *sql, int64_t *a, int64_t *b,
               struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    int r = rpa_stmt_new(db, sql, &get, err);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r > 0) {
        *a = rpa_stmt_int(get, 0);
        *b = rpa_stmt_int(get, 1);
    }
    rpa_stmt_free(get);
    return r < 0 ? r : 0;
}

static int open_segment(struct across *a, int64_t first, struct rpa_err *err)
{
    char path[4096], name[SEGMENT_NAME];
    segment_name(first, name);
    int r = state_path(path, sizeof path, a->state_dir, name, err);
    if (r == 0)
        r = rpa_store_open_frozen(path, &segment_kind, &a->segment, err);
    if (r == 0)
        r = ask(a->segment, "SELECT min(seq),max(seq) FROM entry", &a->first,
                &a->last, err);
    if (r == 0 && a->first != first)
        r = rpa_fail(err, RPA_ETAMPER, "%s begins with row %lld", path,
                     (long long)a->first);
    return r;
}

static int open_file(struct across *a, int64_t seq, int64_t newest,
                     struct rpa_err *err)
{
    if (seq >= newest) {
        a->first = newest;
        a->last = INT64_MAX;
        return 0;
    }
    int64_t next, first = look_for(a->state_dir, seq, &next);
    int r = first ? open_segment(a, first, err) : 0;
    if (r < 0 || (first && seq <= a->last))
        return r;
    rpa_fail(err, RPA_ENOTFOUND, "row %lld is in no file of %s", (long long)seq,
             a->state_dir);
    return rpa_err_hint(err, "a segment of the audit store is missing: put "
                             "audit-*.db and audit-*.note back");
}

int across_seek(struct across *a, int64_t seq, struct rpa_err *err)
{
    int64_t newest = 1, none;
    if (a->segment && seq >= a->first && seq <= a->last)
        return 0;
    int r = ask(a->live, "SELECT ifnull(min(seq),1),0 FROM entry", &newest,
                &none, err);
    if (r < 0 ||
        (!a->segment && a->stmt[0] && seq >= newest && a->first == newest))
        return r;
    across_clear(a);
    r = open_file(a, seq, newest, err);
    for (int i = 0; r == 0 && i < 2 && a->sql[i]; i++)
        r = rpa_stmt_new(a->segment ? a->segment : a->live, a->sql[i],
                         &a->stmt[i], err);
    if (r < 0)
        across_clear(a);
    return r;
}

int across_skip(struct across *a, int64_t seq, struct rpa_err *err)
{
    int64_t next;
    look_for(a->state_dir, seq, &next);
    return across_seek(a, next, err);
}

void across_clear(struct across *a)
{
    rpa_stmt_free(a->stmt[0]);
    rpa_stmt_free(a->stmt[1]);
    rpa_store_close(a->segment);
    a->stmt[0] = a->stmt[1] = NULL;
    a->segment = NULL;
}

int across_row(struct across *a, struct row *ret_row, struct rpa_err *err)
{
    int r;
    while ((r = rpa_stmt_step(a->stmt[0], err)) == 0 && a->segment)
        if ((r = across_seek(a, a->last + 1, err)) < 0)
            return r;
    if (r > 0 && !row_read(a->stmt[0], ret_row))
        return rpa_fail(err, RPA_ETAMPER, "row %lld was changed",
                        (long long)ret_row->seq);
    return r;
}

int segments_check(const char *state_dir, struct rpa_store *live,
                   struct rpa_err *err)
{
    struct across all = { .state_dir = state_dir,
                          .live = live,
                          .sql = { "SELECT 1" } };
    int r = across_seek(&all, 1, err);
    while (r == 0 && all.segment)
        r = across_seek(&all, all.last + 1, err);
    across_clear(&all);
    return r;
}
