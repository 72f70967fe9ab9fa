/* The power goes, or the disk answers with an error: no acknowledged row is
 * lost, and the store opens again and verifies.
 *
 *   test_power [IMAGES]
 */
#include "crashfs.h"
#include "priv.h"
#include "seed.h"

#include <sys/stat.h>

enum { A_WORKLOAD = 60 }; /* images of each */

static char image[64]; /* a folder for what the disk holds */

/* ---- what is done meanwhile ---- */

static unsigned dice(unsigned *seed, unsigned of)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % of;
}

static int acknowledge(struct rpa_audit *a)
{
    int r = rpa_audit_commit(a, &err);
    if (r == 0)
        crashfs_ack(rpa_audit_last(a));
    return r;
}

/* one item, its commit act and its end; each step durable, as in a run */
static int one_item(struct rpa_audit *a, int64_t run, unsigned n)
{
    char id[16];
    snprintf(id, sizeof id, "item %u", n);
    int64_t commit, grp;
    int r = item(a, run, id, RPA_ITEM_BEGIN);
    if (r == 0)
        r = rpa_audit_group(a, run, id, &grp, &err);
    if (r == 0)
        r = item(a, run, id, RPA_ITEM_MARK);
    if (r == 0)
        r = acknowledge(a);
    if (r == 0)
        r = (commit = put(a, run, grp, RPA_AUDIT_COMMIT, NULL)) < 0 ? (int)commit
                                                                  : 0;
    if (r == 0)
        r = acknowledge(a);
    if (r == 0)
        r = outcome(a, run, commit, RPA_RESULT_REFERENCED);
    if (r == 0)
        r = item(a, run, id, RPA_ITEM_DONE);
    return r == 0 ? acknowledge(a) : r;
}

/* a run ends, its file is closed as a segment, and another run begins */
static int turn(struct rpa_audit *a, int64_t *run)
{
    int r = rpa_audit_run_close(a, *run, 0, &err);
    if (r == 0)
        r = acknowledge(a);
    if (r == 0 && turn_file(a, tmpdir, 10, &err) == -RPA_EAUDIT)
        r = -RPA_EAUDIT; /* others: it goes on in the file it has */
    if (r == 0)
        crashfs_ack(rpa_audit_last(a));
    return r == 0 ? rpa_audit_run_open(a, &some_run, run, &err) : r;
}

/* A session of a supervisor in @tmpdir, in groups of a few rows. @pragma: what
 * the store is told first. 0, or how it was stopped. */
static int session(unsigned seed, const char *pragma, int commits)
{
    struct rpa_audit *a = NULL;
    int64_t run = -1, seq;
    int r = rpa_audit_open(tmpdir, &a, &err);
    if (r < 0)
        return r;
    crashfs_ack(rpa_audit_last(a));
    r = rpa_store_exec(a->db, pragma, &err);
    if (r == 0)
        r = rpa_audit_run_open(a, &some_run, &run, &err);
    for (int i = 0; r == 0 && i < commits; i++) {
        for (unsigned n = 1 + dice(&seed, 12); r == 0 && n > 0; n--)
            r = (seq = put(a, run, 0, RPA_AUDIT_KEY, "Surname")) < 0 ? (int)seq : 0;
        if (r == 0)
            r = acknowledge(a);
        if (r == 0 && i % 7 == 5) { /* the log is written back, the next begun */
            rpa_store_rewind(a->db);
            rpa_store_tidy(a->db);
        }
        if (r == 0 && i % 5 == 4)
            r = one_item(a, run, dice(&seed, 1000000));
        if (r == 0 && i % 8 == 2)
            r = turn(a, &run);
    }
    if (r == 0 && seed % 2)
        r = rpa_audit_run_close(a, run, 0, &err);
    if (r == 0)
        r = acknowledge(a);
    rpa_audit_close(a);
    return r;
}

/* ---- images ---- */

/* root.key and what else is not SQLite's */
static void copy_rest(void)
{
    DIR *dir = opendir(tmpdir);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (e->d_name[0] == '.' || strstr(e->d_name, ".db"))
            continue;
        char to[320], bytes[65536];
        snprintf(to, sizeof to, "%s/%s", image, e->d_name);
        FILE *in = fopen(tmp_path(e->d_name), "r"), *out = fopen(to, "w");
        chmod(to, 0600);
        for (size_t n; in && out && (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
            fwrite(bytes, 1, n, out);
        if (in)
            fclose(in);
        if (out)
            fclose(out);
    }
    if (dir)
        closedir(dir);
}

static void empty_image(void)
{
    char was[sizeof tmpdir];
    memcpy(was, tmpdir, sizeof was);
    memcpy(tmpdir, image, sizeof image);
    tmp_empty();
    memcpy(tmpdir, was, sizeof was);
}

struct tally {
    bool quiet;
    int images, lost, torn, stuck;
    int64_t acked;
};

/* an image that an end of power left: does it open, verify, and hold all? */
static void judge(struct tally *t, size_t events, const char *what)
{
    struct verdict v = { 0 };
    struct rpa_audit *a = NULL;
    int64_t acked = crashfs_acked(events);
    bool stuck = rpa_audit_open(image, &a, &err) < 0;
    bool lost = !stuck && rpa_audit_segments(a, &err) < 0;
    struct rpa_err why = err;
    rpa_audit_close(a);
    bool torn = !stuck && !proved_at(image, &v);
    lost = lost || (!stuck && v.rows < acked);
    t->images++;
    t->acked += acked;
    t->lost += lost || (stuck && acked);
    t->torn += torn;
    t->stuck += stuck;
    if (!t->quiet && (stuck || torn || lost))
        printf("# %s after %zu events: %lld acknowledged, %lld there; %s\n",
               what, events, (long long)acked, (long long)v.rows,
               stuck  ? why.msg
               : torn ? v.why
                      : "");
}

static void one_image(struct tally *t, size_t events, enum crashfs_fate fate,
                      unsigned seed)
{
    static const char *const fates[] = { "dropped", "kept", "either", "torn" };
    empty_image();
    copy_rest();
    crashfs_image(events, fate, seed, image);
    judge(t, events, fates[fate]);
}

static void images(struct tally *t, unsigned seed, int n)
{
    crashfs_quiet();
    for (int i = 0; i < n; i++) {
        size_t events = 1 + dice(&seed, (unsigned)crashfs_events());
        one_image(t, events, (enum crashfs_fate)(i % CRASHFS_FATES), seed);
    }
    crashfs_off();
}

/* power cuts in two sessions, with checkpoints of the WAL in between */
static void cuts(struct tally *t, const char *pragma, int n)
{
    for (unsigned seed = 1; t->images < n; seed++) {
        tmp_empty();
        crashfs_on();
        if (session(seed, pragma, 30) < 0 || session(seed + 7, pragma, 30) < 0)
            printf("# the session failed: %s\n", err.msg);
        int left = n - t->images;
        images(t, seed, left < A_WORKLOAD ? left : A_WORKLOAD);
    }
}

static void power(int n)
{
    struct tally full = { 0 }, normal = { .quiet = true };
    cuts(&full, "PRAGMA wal_autocheckpoint=40", n);
    ok(!full.lost && !full.torn && !full.stuck && full.acked,
       "%d power cuts: %d lost an acknowledged row, %d did not verify, %d did "
       "not open", full.images, full.lost, full.torn, full.stuck);
    cuts(&normal, "PRAGMA wal_autocheckpoint=40;PRAGMA synchronous=NORMAL",
         A_WORKLOAD);
    ok(normal.lost > 0,
       "(control: with synchronous=NORMAL %d of %d lost acknowledged rows)",
       normal.lost, normal.images);
}

/* at every event of a segment's closing, and of the row after it */
static void closing(struct tally *t, int fates)
{
    tmp_empty();
    crashfs_on();
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a);
    for (unsigned n = 0; n < 8; n++)
        one_item(a, run, n);
    size_t before = crashfs_events();
    int r = turn(a, &run);
    acknowledge(a);
    size_t after = crashfs_events();
    if (r < 0)
        printf("# no turn: %s\n", err.msg);
    rpa_audit_close(a);
    crashfs_quiet();
    for (size_t at = before; at <= after; at++)
        for (int i = 0; i < fates; i++)
            one_image(t, at, (enum crashfs_fate)((at + (size_t)i) % CRASHFS_FATES),
                      (unsigned)at);
    crashfs_off();
}

static void closings(int fates)
{
    struct tally whole = { 0 }, control = { .quiet = true };
    closing(&whole, fates);
    ok(!whole.lost && !whole.torn && !whole.stuck && whole.images > 80,
       "%d power cuts while a segment is closed: %d lost an acknowledged row, %d "
       "did not verify, %d did not open", whole.images, whole.lost, whole.torn,
       whole.stuck);
    crashfs_forget_folders(true);
    closing(&control, 1);
    crashfs_forget_folders(false);
    ok(control.lost > 0, "(control: where a flushed folder may forget a name, %d "
       "of %d lost rows)", control.lost, control.images);
}

/* ---- errors ---- */

/* The store after the disk gave an error: nothing acknowledged is missing. */
static bool whole(int64_t acked, struct verdict *v)
{
    struct rpa_audit *a = NULL;
    bool good = rpa_audit_open(tmpdir, &a, &err) == 0 &&
                rpa_audit_segments(a, &err) == 0;
    rpa_audit_close(a);
    good = good && proved(v) && v->rows >= acked;
    if (!good)
        printf("# %s, %s; %lld acknowledged, %lld there\n", err.msg, v->why,
               (long long)acked, (long long)v->rows);
    return good;
}

/* every call that opens, writes, truncates or flushes fails once, or from
 * then on */
static void errors(enum crashfs_error error, bool ever_after, const char *name)
{
    int tried = 0, acked_after = 0, bad = 0;
    for (long nth = 1;; nth++) {
        struct verdict v = { 0 };
        tmp_empty();
        crashfs_on();
        crashfs_fail(nth, error, ever_after);
        session(1, "PRAGMA wal_autocheckpoint=20", 4);
        bool failed = crashfs_failed();
        int64_t acked = crashfs_acked(crashfs_events());
        crashfs_quiet();
        if (!failed)
            break;
        tried++;
        acked_after += ever_after ? crashfs_acked_after() : 0;
        bad += !whole(acked, &v);
    }
    crashfs_off();
    ok(tried > 50 && !bad && !acked_after,
       "%s at each of %d calls: %d stores lost a row, did not verify or did not "
       "open; %d acknowledgements after it", name, tried, bad, acked_after);
}

/* A flush that failed leaves rows that read well and are on no disk. A new
 * supervisor must not build on them: it goes on, then the power goes. */
static void after_a_failed_flush(void)
{
    struct tally t = { 0 };
    for (long nth = 1; nth < 400; nth++) {
        tmp_empty();
        crashfs_on();
        crashfs_fail(nth, CRASHFS_EIO, false);
        session(1, "PRAGMA wal_autocheckpoint=20", 4);
        if (!crashfs_failed())
            break;
        crashfs_fail(0, CRASHFS_EIO, false);
        if (session(2, "SELECT 1", 3) < 0)
            printf("# %ld: the next session failed: %s\n", nth, err.msg);
        crashfs_quiet();
        empty_image();
        copy_rest();
        crashfs_image(crashfs_events(), CRASHFS_DROPPED, 1, image);
        judge(&t, crashfs_events(), "after a failed call");
    }
    crashfs_off();
    ok(t.images > 50 && !t.lost && !t.torn && !t.stuck,
       "a failed call, another session, then a power cut: %d times, %d lost, %d "
       "did not verify, %d did not open", t.images, t.lost, t.torn, t.stuck);
}

/* in memory, if there is such a folder: no flush here is worth its time */
static bool make_folders(void)
{
    const char *where = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(tmpdir, sizeof tmpdir, "%s/rpa-test-XXXXXX", where);
    snprintf(image, sizeof image, "%s/rpa-image-XXXXXX", where);
    atexit(tmp_end);
    return mkdtemp(tmpdir) && mkdtemp(image);
}

int main(int argc, char **argv)
{
    if (!make_folders())
        return 1;
    int n = argc > 1 ? atoi(argv[1]) : 300;
    power(n);
    closings(n > 300 ? CRASHFS_FATES : 1);
    errors(CRASHFS_EIO, false, "EIO once");
    errors(CRASHFS_EIO, true, "EIO from then on");
    errors(CRASHFS_ENOSPC, false, "ENOSPC once");
    errors(CRASHFS_ENOSPC, true, "ENOSPC from then on");
    after_a_failed_flush();
    empty_image();
    rmdir(image);
    return tap_done();
}
