/* A store of many files reads as one: rows, labels, proofs and work items; and
 * a file that is missing is said to be missing.   test_segment [RUNS] */
#include "priv.h"
#include "seed.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

enum { ROWS = 50 };

static int runs = 120;

static const struct rpa_audit_filter all = { .run = -1 };

/* a run of ten rows and an item of its own */
static int64_t one_run(struct rpa_audit *a, int n)
{
    char id[24], field[24];
    int64_t grp = 0, run = must_run(a);
    snprintf(id, sizeof id, "online-%d", n);
    snprintf(field, sizeof field, "Field %d", n % 40);
    item(a, run, id, RPA_ITEM_BEGIN);
    rpa_audit_group(a, run, id, &grp, &err);
    put(a, run, grp, RPA_AUDIT_READ, NULL);
    put(a, run, grp, RPA_AUDIT_KEY, field);
    item(a, run, id, RPA_ITEM_MARK);
    outcome(a, run, put(a, run, grp, RPA_AUDIT_COMMIT, field),
            RPA_RESULT_REFERENCED);
    item(a, run, id, RPA_ITEM_DONE);
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_commit(a, &err);
    return run;
}

static int segments(void)
{
    int n = 0;
    DIR *dir = opendir(tmpdir);
    for (struct dirent *e; dir && (e = readdir(dir));)
        n += strlen(e->d_name) == SEGMENT_NAME - 1 &&
             !strncmp(e->d_name, "audit-", 6) && strstr(e->d_name, ".db");
    closedir(dir);
    return n;
}

/* a path of the segment with row @seq; NULL: none has it */
static const char *segment_of(int64_t seq)
{
    char name[SEGMENT_NAME];
    for (; seq > 0; seq--) {
        segment_name(seq, name);
        if (access(tmp_path(name), F_OK) == 0)
            return tmp_path(name);
    }
    return NULL;
}

/* how many rows a reader gives, all in order after @filter's; -1 an error */
static int64_t read_all(const struct rpa_audit_filter *filter,
                        int64_t *ret_last)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int64_t n = 0;
    *ret_last = filter->after;
    int r = rpa_audit_reader_open(tmpdir, filter, true, &reader, &err);
    while (r == 0 && (r = rpa_audit_reader_next(reader, &e, &err)) > 0) {
        n += e.seq > *ret_last && (filter->run < 0 || e.run == filter->run);
        *ret_last = e.seq;
        r = 0;
    }
    rpa_audit_reader_close(reader);
    return r < 0 ? r : n;
}

static bool sealed_well(void)
{
    struct rpa_audit_verdict v = { 0 };
    int r = rpa_audit_check_seals(tmpdir, &v, &err);
    if (r < 0 || !v.good)
        printf("# row %s: %s\n", v.row, r < 0 ? err.msg : v.why);
    return r == 0 && v.good;
}

static int begin_again(struct rpa_audit *a, const char *id)
{
    int64_t run = must_run(a);
    int r = item(a, run, id, RPA_ITEM_BEGIN);
    rpa_audit_run_close(a, run, 0, &err);
    rpa_audit_commit(a, &err);
    return r;
}

/* ---- one store of many files ---- */

static struct rpa_buf first_note;

static void fill(void)
{
    struct rpa_audit *a = must_open();
    int turned = 0, open_run = 0, bad = 0;
    for (int n = 0; n < runs; n++) {
        one_run(a, n);
        int r = turn_file(a, tmpdir, ROWS, &err);
        turned += r == 1;
        bad += r < 0;
        if (turned == 1 && !first_note.len)
            rpa_buf_add(&first_note, a->signer.note.data, a->signer.note.len);
    }
    int64_t run = must_run(a);
    rpa_audit_commit(a, &err);
    open_run = turn_file(a, tmpdir, 1, &err);
    rpa_audit_run_abort(a, run, "stopped", &err);
    ok(turned > runs / 6 && !bad && segments() == turned,
       "%d runs, %d times a segment closed, %d files", runs, turned,
       segments());
    is_int(open_run, 0, "never while a run is open");
    rpa_audit_close(a);
}

static void reads_as_one(void)
{
    struct rpa_audit *a = must_open();
    int64_t last, seen, after = 0, end = rpa_audit_last(a);
    struct rpa_item_info info;
    struct rpa_buf body = { 0 };
    seen = read_all(&all, &last);
    ok(last == end && seen == end, "%lld rows are read, none left out",
       (long long)seen);
    ok(sealed_well(), "all their seals are good");
    struct rpa_audit_filter one = { .run = 7 };
    ok(read_all(&one, &last) == 10 && last < end / 2, "the rows of run 7");
    one = (struct rpa_audit_filter){ .run = -1, .kinds = RPA_AUDIT_ONLY(RPA_AUDIT_COMMIT) };
    is_int(read_all(&one, &last), runs, "all commit acts");
    one = (struct rpa_audit_filter){ .run = -1, .target = "crime_recording" };
    is_int(read_all(&one, &last), 3 * runs, "all rows about a target");
    one.kinds = RPA_AUDIT_ONLY(RPA_AUDIT_COMMIT);
    rpa_audit_reader_tail(tmpdir, &one, 30, &after, &err);
    one.after = after;
    is_int(read_all(&one, &last), 30, "the last thirty commit acts");
    one = (struct rpa_audit_filter){ .run = -1, .after = 10, .upto = end - 10 };
    is_int(read_all(&one, &last), end - 20, "rows between two, over all files");
    one.kinds = RPA_AUDIT_ONLY(RPA_AUDIT_COMMIT) | RPA_AUDIT_ONLY(RPA_AUDIT_RUN_CLOSE);
    one.after = 0;
    one.upto = 0;
    is_int(read_all(&one, &last), 2 * runs, "and of two kinds");
    is_int(begin_again(a, "online-0"), -RPA_EEXIST,
           "an item done in the first segment is done");
    is_int(begin_again(a, "another"), 0, "(control: another one is not)");
    rpa_audit_item_state(a, "rekey", "online-0", &info, &err);
    ok(info.ref_seq && rpa_audit_body(a, info.ref_seq, &body, &err) == 0 &&
           body.len == 12 &&
           !memcmp(body.data,
                   "\x6b"
                   "CR26/000001",
                   12),
       "and its reference is read from there");
    is_int(rpa_audit_held(a, first_note.data, first_note.len, &err), 0,
           "the store went through the note of its first segment");
    rpa_buf_clear(&body);
    rpa_audit_close(a);
}

/* the store goes on where it was left, and again after a rebuild */
static void goes_on(void)
{
    struct verdict v;
    struct rpa_audit *a = NULL;
    int64_t rows = rpa_audit_last(a = must_open());
    rpa_audit_close(a);
    is_int(rpa_audit_rebuild(tmpdir, &a, &err), 0,
           "it is rebuilt from all files");
    ok(rpa_audit_last(a) > rows, "no row is lost");
    is_int(begin_again(a, "online-0"), -RPA_EEXIST, "and what is done is done");
    rpa_audit_close(a);
    ok(proved(&v), "and it verifies");
}

static void run_proof(const char *dir, const char *sql)
{
    char path[512];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/proof.db", dir);
    sqlite3_open(path, &db);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) || !sqlite3_total_changes(db))
        printf("# nothing was changed: %s\n", sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* and it is none without one of its labels */
static bool exported(int64_t run)
{
    static const char *const files[] = { "proof.db", "index.html",
                                         "pictures" };
    struct question q = { .dir = tmp_path("proof"), .run = -1 };
    struct verdict v = { 0 }, less = { 0 };
    struct rpa_buf line = { 0 };
    mkdir(q.dir, 0700);
    int r = rpa_audit_export(tmpdir, run, q.dir, &err);
    if (r < 0)
        printf("# %s\n", err.msg);
    rpa_audit_key(tmpdir, &line, &err);
    if (r == 0 && key_read(line.data, &q.key))
        verify_proof(&q, &v);
    else
        v.code = CANNOT;
    if (v.code)
        printf("# row %s: %s\n", v.row, v.why);
    run_proof(q.dir, "DELETE FROM path WHERE seq=(SELECT min(seq) FROM entry "
                     "WHERE kind=4);DELETE FROM entry WHERE seq="
                     "(SELECT min(seq) FROM entry WHERE kind=4)");
    verify_proof(&q, &less);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", q.dir, files[i]);
        unlink(path);
    }
    rmdir(q.dir);
    rpa_buf_clear(&line);
    return v.code == VERIFIED && less.code == TAMPERED &&
           !strncmp(less.row, "dict ", 5);
}

static void proofs(void)
{
    ok(exported(1), "a run of the first segment is proved");
    ok(exported(runs / 2), "one of a later segment is");
    ok(exported(runs), "and one of the newest file");
}

/* ---- what is missing ---- */

static void missing(void)
{
    char path[512], away[520];
    struct rpa_audit *a = NULL;
    int64_t last, after = 0, seen = rpa_audit_last(a = must_open()) / 2;
    rpa_audit_close(a);
    snprintf(path, sizeof path, "%s", segment_of(seen));
    snprintf(away, sizeof away, "%s.away", path);
    rename(path, away);
    is_int(read_all(&all, &last), -RPA_ENOTFOUND,
           "a missing segment is said "
           "to be missing");
    ok(last < seen && strstr(err.msg, "is in no file") != NULL, "%s", err.msg);
    is_int(rpa_audit_reader_tail(tmpdir, &all, 10, &after, &err), 0,
           "the newest rows are read without it");
    is_int(rpa_audit_open(tmpdir, &a, &err), 0, "the supervisor goes on");
    is_int(rpa_audit_segments(a, &err), -RPA_ENOTFOUND, "but can tell");
    one_run(a, 1000);
    is_int(turn_file(a, tmpdir, 1, &err), 1, "and closes segments");
    rpa_audit_close(a);
    ok(sealed_well(), "the seals of what is there are good");
    ok(rpa_audit_rebuild(tmpdir, &a, &err) == -RPA_ENOTFOUND,
       "a rebuild needs all: %s", err.msg);
    rename(away, path);
    a = must_open();
    is_int(rpa_audit_segments(a, &err), 0, "put back, all are there");
    rpa_audit_close(a);
}

/* ---- what rpa-verify says of the files ---- */

static void copy(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    for (size_t n; in && out && (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
        fwrite(bytes, 1, n, out);
    if (in)
        fclose(in);
    if (out)
        fclose(out);
}

static int judge(struct verdict *v)
{
    verified_at(tmpdir, v);
    return v->code;
}

static void edit(const char *path, const char *sql)
{
    struct rpa_store *db = NULL;
    static const char *const none[] = { "SELECT 1" };
    static const char *const left[] = { "-wal", "-shm", ".lock" };
    const struct rpa_store_kind kind = { "segment", 0x52504153, none, 1 };
    chmod(path, 0600);
    if (rpa_store_open(path, &kind, &db, &err) < 0 ||
        rpa_store_exec(db, sql, &err) < 0)
        printf("# %s\n", err.msg);
    rpa_store_close(db);
    for (int i = 0; i < 3; i++) {
        char beside[600];
        snprintf(beside, sizeof beside, "%s%s", path, left[i]);
        unlink(beside);
    }
}

/* a store of closed files: one changed, in another's place, twice, gone */
static void verifier(void)
{
    char name[3][64], kept[80], last[160];
    struct verdict v;
    tmp_empty();
    struct rpa_audit *a = must_open();
    int64_t at[3];
    for (int i = 0; i < 3; i++) {
        at[i] = i ? rpa_audit_last(a) - 1 : 1;
        one_run(a, i);
        is_int(turn_file(a, tmpdir, 1, &err), 1, "a file is closed");
        snprintf(name[i], sizeof name[i], "%s", segment_of(at[i] + 3));
    }
    rpa_audit_close(a);
    ok(judge(&v) == VERIFIED, "three files and the newest: %s", v.why);
    snprintf(kept, sizeof kept, "%s.kept", name[1]);

    rename(name[1], kept);
    ok(judge(&v) == INCOMPLETE, "one is gone");
    snprintf(last, sizeof last, "%s", strrchr(name[1], '/') + 1);
    ok(strstr(v.why, last) != NULL, "which: %s", v.why);
    copy(name[2], name[1]);
    ok(judge(&v) == TAMPERED, "another in its place: row %s, %s", v.row, v.why);
    unlink(name[1]);
    copy(name[0], tmp_path("audit-000000000002.db"));
    ok(judge(&v) == TAMPERED, "a copy beside it: row %s, %s", v.row, v.why);
    unlink(tmp_path("audit-000000000002.db"));

    copy(name[2], tmp_path("newer"));
    edit(name[2], "UPDATE entry SET body=zeroblob(length(body)) WHERE kind=16");
    ok(judge(&v) == TAMPERED, "one gone and a later one changed: row %s, %s",
           v.row, v.why);
    copy(tmp_path("newer"), name[2]);
    edit(name[2], "UPDATE entry SET plain=replace(plain,'\"runs\":','\"runs\":1') "
                  "WHERE kind=8");
    ok(judge(&v) == TAMPERED, "what it says of those before: row %s, %s", v.row,
           v.why);
    copy(tmp_path("newer"), name[2]);
    rename(kept, name[1]);
    ok(judge(&v) == VERIFIED, "all as they were: %s", v.why);
    edit(name[0], "DELETE FROM entry WHERE kind=16");
    ok(judge(&v) == TAMPERED, "rows gone from the first: row %s, %s", v.row,
           v.why);
}

/* ---- when ---- */

static int64_t now_us;
static rpa_time wall(void)
{
    return now_us;
}

static rpa_time date(int year, int month, int day)
{
    struct tm tm = { .tm_year = year - 1900,
                     .tm_mon = month - 1,
                     .tm_mday = day };
    return (rpa_time)timegm(&tm) * 1000000;
}

static void months(void)
{
    struct verdict v;
    tmp_empty();
    struct rpa_audit *a = must_open();
    is_int(turn_file(a, tmpdir, 1000, &err), 0, "nothing to close at first");
    rpa_audit_set_clock(a, wall, wall);
    now_us = date(2031, 12, 1);
    one_run(a, 1);
    turn_file(a, tmpdir, 1000, &err); /* the first rows are of today */
    one_run(a, 2);
    now_us = date(2031, 12, 31) + 86399000000;
    one_run(a, 3);
    is_int(turn_file(a, tmpdir, 1000, &err), 0, "not on the last day of a month");
    now_us += 2000000;
    is_int(turn_file(a, tmpdir, 1000, &err), 1, "but in the next one");
    is_int(turn_file(a, tmpdir, 1000, &err), 0, "and once");
    now_us = date(2031, 11, 1);
    one_run(a, 4);
    is_int(turn_file(a, tmpdir, 1000, &err), 0, "not when the clock was set back");
    rpa_audit_close(a);
    ok(proved(&v), "and it verifies");
}

/* Rows since a time, while the clock goes on, is set on and is set back: the same
 * that looking at each row gives. */
static void since(void)
{
    static const int64_t steps[] = { 1, 3600, -7200, 5, -40, 90000, -86400, 2 };
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int64_t times[2048], n = 0, last;
    int wrong = 0;
    tmp_empty();
    struct rpa_audit *a = must_open();
    rpa_audit_set_clock(a, wall, rpa_mono_us);
    now_us = date(2031, 12, 15);
    for (int i = 0; i < 8; i++) {
        now_us += steps[i] * 1000000;
        one_run(a, i);
        if (i % 2)
            wrong += turn_file(a, tmpdir, 1, &err) != 1;
    }
    rpa_audit_close(a);
    rpa_audit_reader_open(tmpdir, &all, false, &reader, &err);
    while (n < 2048 && rpa_audit_reader_next(reader, &e, &err) > 0)
        times[n++] = e.t_us;
    rpa_audit_reader_close(reader);
    for (int64_t i = 0; i < n; i++) {
        struct rpa_audit_filter from = { .run = -1, .since = times[i] + i % 2 };
        int64_t want = 0;
        for (int64_t k = 0; k < n; k++)
            want += times[k] >= from.since;
        wrong += read_all(&from, &last) != want;
    }
    ok(n > 60 && !wrong, "rows since each of %lld times, %d wrong", (long long)n,
       wrong);
}

/* ---- beside a reader ---- */

static void beside_a_reader(void)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int64_t last = 0, gaps = 0;
    tmp_empty();
    struct rpa_audit *a = must_open();
    for (int n = 0; n < 8; n++)
        one_run(a, n);
    rpa_audit_reader_open(tmpdir, &all, false, &reader, &err);
    for (int n = 8; rpa_audit_reader_next(reader, &e, &err) > 0; n++) {
        gaps += e.seq != last + 1;
        last = e.seq;
        if (n < 40) {
            one_run(a, n);
            gaps += turn_file(a, tmpdir, ROWS, &err) < 0;
        }
    }
    ok(gaps == 0 && last == rpa_audit_last(a) && segments() > 3,
       "a reader reads on while %d segments are closed before it", segments());
    rpa_audit_reader_close(reader);
    rpa_audit_close(a);
}

/* ---- what a turn that was cut short leaves ---- */

static void cut_short(void)
{
    char path[512], name[SEGMENT_NAME];
    struct stat st;
    struct verdict v;
    tmp_empty();
    struct rpa_audit *a = must_open();
    one_run(a, 1);
    rpa_audit_close(a);
    copy(tmp_path("audit.db"), tmp_path("live"));
    segment_name(1, name);
    snprintf(path, sizeof path, "%s", tmp_path(name));
    copy(tmp_path("live"), path); /* a whole one, and one half written */
    copy(tmp_path("sign.pub"), tmp_path("audit-000000000001.db.new"));
    unlink(tmp_path("live"));
    int64_t last, end = rpa_audit_last(a = must_open());
    ok(read_all(&all, &last) == end && last == end,
       "a segment that is not in the rows is no part of the store");
    ok(proved(&v), "and it verifies");
    is_int(turn_file(a, tmpdir, 1, &err), 1, "it is written anew");
    rpa_audit_close(a);
    ok(proved(&v), "and it verifies");
    ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0400 &&
           access(tmp_path("audit-000000000001.db.new"), F_OK) < 0,
       "read-only, and nothing beside it");
}

int main(int argc, char **argv)
{
    if (argc > 1)
        runs = atoi(argv[1]);
    tmp_begin();
    fill();
    reads_as_one();
    goes_on();
    proofs();
    missing();
    months();
    since();
    beside_a_reader();
    cut_short();
    verifier();
    rpa_buf_clear(&first_note);
    return tap_done();
}
