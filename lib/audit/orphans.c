/* What a supervisor that was lost left of its runs: acts that nobody answered for,
 * pictures without a row, no end. */
#include "priv.h"
#include "rpa/base/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- what @sql says of the rows of a run, two numbers a line ---- */

#define MINE                                                                        \
    "WITH mine AS(SELECT seq,grp,kind,verb,plain,lag(kind)OVER(ORDER BY seq)before " \
    "FROM entry WHERE run=?1 AND seq>=(SELECT first_seq FROM run WHERE id=?1))"

/* Intents without an outcome. Keys and clicks that were asked for at once are
 * answered for by the first of them. */
static const char unanswered[] =
    MINE "SELECT seq,grp FROM mine WHERE(kind IN(17,20)OR(kind=23 AND verb=4)OR"
         "(kind IN(16,19)AND ifnull(before,0)NOT IN(16,19)))AND seq NOT IN"
         "(SELECT ifnull(plain->>'intent',0)FROM mine WHERE kind=24 AND "
         "json_valid(plain))ORDER BY seq";
static const char pictured[] =
    MINE "SELECT plain->>'number',0 FROM mine WHERE kind=22 AND json_valid(plain)";

struct pair {
    int64_t a, b;
};

struct pairs {
    struct pair *all;
    size_t n, cap;
};

static int add(struct pairs *to, int64_t a, int64_t b, struct rpa_err *err)
{
    if (to->n == to->cap) {
        size_t cap = to->cap ? to->cap * 2 : 16;
        struct pair *all = realloc(to->all, cap * sizeof *all);
        if (!all)
            return rpa_fail(err, RPA_ENOMEM, "no memory for a lost run");
        to->all = all;
        to->cap = cap;
    }
    to->all[to->n++] = (struct pair){ a, b };
    return 0;
}

static int read_pairs(struct rpa_audit *audit, const char *sql, int64_t run,
                      struct pairs *to, struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    int r = rpa_stmt_new(audit->db, sql, &get, err);
    if (r == 0)
        r = rpa_stmt_bind(get, err, "i", run);
    while (r >= 0 && (r = rpa_stmt_step(get, err)) > 0)
        r = add(to, rpa_stmt_int(get, 0), rpa_stmt_int(get, 1), err);
    rpa_stmt_free(get);
    return r;
}

/* ---- acts ---- */

static int answer_acts(struct rpa_audit *audit, int64_t run, struct rpa_err *err)
{
    struct pairs acts = { 0 };
    int64_t ignored;
    int r = read_pairs(audit, unanswered, run, &acts, err);
    for (size_t i = 0; r == 0 && i < acts.n; i++) {
        const struct rpa_audit_row row = {
            .run = run, .grp = acts.all[i].b, .kind = RPA_AUDIT_OUTCOME,
            .intent = acts.all[i].a, .result = RPA_RESULT_UNKNOWN,
        };
        r = rpa_audit_append(audit, &row, &ignored, err);
    }
    if (r == 0 && acts.n)
        rpa_log(RPA_LOG_WARN, "run %lld was left by a supervisor that is lost: what "
                              "became of %zu of its acts is not known, the first is "
                              "row %lld",
                (long long)run, acts.n, (long long)acts.all[0].a);
    free(acts.all);
    return r;
}

/* ---- pictures ---- */

static bool has(const struct pairs *numbers, int64_t number)
{
    for (size_t i = 0; i < numbers->n; i++)
        if (numbers->all[i].a == number)
            return true;
    return false;
}

/* is @name the file of a picture of @run that is none of @rows? */
static bool is_stray(const char *name, int64_t run, const struct pairs *rows)
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
    struct pairs rows = { 0 };
    int dropped = 0;
    snprintf(path, sizeof path, "%.4000s/pictures", audit->state_dir);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) { /* no run has kept any */
        if (fd >= 0)
            close(fd);
        return 0;
    }
    int r = read_pairs(audit, pictured, run, &rows, err);
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
