/* What a supervisor that was lost left of its runs: acts that nobody answered for,
 * pictures without a row, no end. */
#include "priv.h"
#include "rpa/base/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* its rows, as far as they are in the live file */
#define MINE                                                                    \
    " FROM entry WHERE run=?1 AND seq>=(SELECT first_seq FROM run WHERE id=?1)"

/* ---- acts ---- */

static int read_owed(struct rpa_audit *audit, int64_t run, struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    struct row row;
    struct owed *owed = &book_run(&audit->book, run)->owed;
    int r = rpa_stmt_new(audit->db, "SELECT " ENTRY_COLUMNS MINE "ORDER BY seq", &get,
                         err);
    if (r == 0)
        r = rpa_stmt_bind(get, err, "i", run);
    while (r >= 0 && (r = rpa_stmt_step(get, err)) > 0)
        if (row_read(get, &row))
            r = owed_take(owed, &row, err);
    rpa_stmt_free(get);
    return r;
}

static int answer_acts(struct rpa_audit *audit, int64_t run, struct rpa_err *err)
{
    int r = read_owed(audit, run, err);
    const struct owed *owed = &book_run(&audit->book, run)->owed;
    if (r == 0 && owed->n)
        rpa_log(RPA_LOG_WARN, "run %lld was left by a supervisor that is lost: what "
                              "became of %zu of its acts is not known, the first is "
                              "row %lld",
                (long long)run, owed->n, (long long)owed->all[0].seq);
    return r == 0 ? rpa_audit_unanswered(audit, run, err) : r;
}

/* ---- pictures ---- */

struct numbers {
    int64_t *all;
    size_t n, cap;
};

static int add(struct numbers *to, int64_t number, struct rpa_err *err)
{
    if (to->n == to->cap) {
        size_t cap = to->cap ? to->cap * 2 : 16;
        int64_t *all = realloc(to->all, cap * sizeof *all);
        if (!all)
            return rpa_fail(err, RPA_ENOMEM, "no memory for a lost run");
        to->all = all;
        to->cap = cap;
    }
    to->all[to->n++] = number;
    return 0;
}

/* of those that have a row */
static int read_numbers(struct rpa_audit *audit, int64_t run, struct numbers *to,
                        struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    int r = rpa_stmt_new(audit->db, "SELECT plain->>'number' " MINE
                                    " AND kind=22 AND json_valid(plain)", &get, err);
    if (r == 0)
        r = rpa_stmt_bind(get, err, "i", run);
    while (r >= 0 && (r = rpa_stmt_step(get, err)) > 0)
        r = add(to, rpa_stmt_int(get, 0), err);
    rpa_stmt_free(get);
    return r;
}

static bool has(const struct numbers *numbers, int64_t number)
{
    for (size_t i = 0; i < numbers->n; i++)
        if (numbers->all[i] == number)
            return true;
    return false;
}

/* is @name the file of a picture of @run that is none of @rows? */
static bool is_stray(const char *name, int64_t run, const struct numbers *rows)
{
    long long of = 0, number = 0;
    int end = 0;
    return sscanf(name, "%lld-%lld.sealed%n", &of, &number, &end) == 2 && end &&
           !name[end] && of == run && !has(rows, number);
}

/* Written, and lost before they had a row: nothing tells what they show. */
static int drop_pictures(struct rpa_audit *audit, int64_t run, struct rpa_err *err)
{
    char path[PATH_MAX];
    struct numbers rows = { 0 };
    int dropped = 0;
    snprintf(path, sizeof path, "%.4000s/pictures", audit->state_dir);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) { /* no run has kept any */
        if (fd >= 0)
            close(fd);
        return 0;
    }
    int r = read_numbers(audit, run, &rows, err);
    for (struct dirent *e; r == 0 && (e = readdir(folder));)
        if (is_stray(e->d_name, run, &rows) && unlinkat(fd, e->d_name, 0) == 0)
            dropped++;
    closedir(folder);
    free(rows.all);
    if (dropped)
        rpa_log(RPA_LOG_WARN, "run %lld was left by a supervisor that is lost: %d of "
                              "its pictures had no row yet, and are removed",
                (long long)run, dropped);
    return r;
}

int audit_abort_orphans(struct rpa_audit *audit, struct rpa_err *err)
{
    int r = 0;
    /* run 0 is the first and stays */
    while (r == 0 && audit->book.nruns > 1) {
        int64_t run = audit->book.runs[1].id;
        r = answer_acts(audit, run, err);
        if (r == 0)
            r = drop_pictures(audit, run, err);
        if (r == 0)
            r = rpa_audit_run_abort(audit, run, "its supervisor ended", err);
    }
    return r;
}
