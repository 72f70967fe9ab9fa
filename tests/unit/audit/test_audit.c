#include "seed.h"

#include <sys/stat.h>

static const struct {
    const char *name;
    struct rpa_audit_row row;
} refused[] = {
    { "no such run", { .run = 77, .kind = RPA_AUDIT_KEY } },
    { "no such group", { .run = 1, .grp = 5, .kind = RPA_AUDIT_KEY } },
    { "a negative group", { .run = 1, .grp = -1, .kind = RPA_AUDIT_KEY } },
    { "a kind of the store's own", { .run = 1, .kind = RPA_AUDIT_DICT } },
    { "an item by the back door", { .run = 1, .kind = RPA_AUDIT_ITEM } },
    { "no such kind", { .run = 1, .kind = (enum rpa_audit_kind)99 } },
    { "no such verb", { .run = 1, .kind = RPA_AUDIT_KEY, .verb = (enum rpa_s62)7 } },
    { "a label that is not UTF-8", { .run = 1, .kind = RPA_AUDIT_KEY, .field = "\xff" } },
    { "an outcome of nothing", { .run = 1, .kind = RPA_AUDIT_OUTCOME } },
    { "too much content",
      { .run = 1, .kind = RPA_AUDIT_READ, .body = "", .body_len = RPA_AUDIT_BODY_MAX + 1 } },
};

static void writing(void)
{
    struct rpa_audit *a = must_open(), *second = NULL;
    struct verdict v;
    ok(proved(&v) && v.rows == 2 && v.runs == 0, "a new store verifies");
    is_int(rpa_audit_open(tmpdir, &second, &err), -RPA_EEXIST,
           "two supervisors on one state directory");
    is_int(must_run(a), 1, "the first run is 1");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        is_int(rpa_audit_append(a, &refused[i].row, NULL, &err), -RPA_EINVAL,
               refused[i].name);
    is_int(rpa_audit_commit(a, &err), 0, "and none of that stops the store");
    int64_t g1 = -1, g2 = -1, g3 = -1, next = -1;
    rpa_audit_group(a, 1, "A", &g1, &err);
    rpa_audit_group(a, 1, "B", &g2, &err);
    rpa_audit_group(a, 1, "A", &g3, &err);
    ok(g1 == 1 && g2 == 2 && g3 == 1, "one group a subject and run");
    rpa_audit_group(a, must_run(a), "A", &next, &err);
    is_int(next, 1, "another run's group is its own");
    int64_t before = rpa_audit_last(a), seq = put(a, 1, g2, RPA_AUDIT_KEY, "X");
    is_int(rpa_audit_last(a), before, "not acknowledged before the commit");
    ok(proved(&v) && v.rows == before, "nor seen by a reader");
    rpa_audit_commit(a, &err);
    is_int(rpa_audit_last(a), seq, "but after it");
    struct rpa_buf body = { 0 };
    is_int(rpa_audit_body(a, seq, &body, &err), 0, "content opens");
    is_str(body.data ? body.data + 0 : "", "\x65" "Hello", "to what it was");
    rpa_buf_clear(&body);
    is_int(rpa_audit_body(a, 9999, &body, &err), -RPA_ENOTFOUND, "no such row");
    rpa_audit_run_close(a, 1, 0, &err);
    is_int(put(a, 1, 0, RPA_AUDIT_KEY, NULL), -RPA_EINVAL, "a closed run");
    is_int(rpa_audit_run_close(a, 0, 0, &err), -RPA_EINVAL, "run 0 does not end");
    rpa_audit_close(a);
    ok(proved(&v) && v.runs == 2, "closed, it verifies");
}

static rpa_time later(void)
{
    return rpa_now_us() + 3600000000LL;
}

static rpa_time earlier(void)
{
    return rpa_now_us() - 3600000000LL;
}

static int64_t count_kind(int kind)
{
    struct rpa_audit_reader *r = NULL;
    struct rpa_audit_entry e;
    int64_t n = 0;
    rpa_audit_reader_open(tmpdir, &(struct rpa_audit_filter){ .run = -1 },
                          false, &r, &err);
    while (r && rpa_audit_reader_next(r, &e, &err) > 0)
        n += e.kind == kind;
    rpa_audit_reader_close(r);
    return n;
}

static void reopening(void)
{
    struct verdict v;
    struct rpa_audit *a = must_open();
    is_int(count_kind(RPA_AUDIT_RUN_ABORT), 1, "a run left open is aborted");
    is_int(must_run(a), 3, "run numbers go on");
    rpa_audit_set_clock(a, later, rpa_mono_us);
    put(a, 3, 0, RPA_AUDIT_KEY, NULL);
    put(a, 3, 0, RPA_AUDIT_KEY, NULL);
    is_int(rpa_audit_commit(a, &err), 0, "committed");
    is_int(count_kind(RPA_AUDIT_CLOCK_STEP), 1, "a clock step has a row");
    rpa_audit_set_clock(a, earlier, rpa_mono_us);
    put(a, 3, 0, RPA_AUDIT_KEY, NULL);
    rpa_audit_close(a);
    is_int(count_kind(RPA_AUDIT_CLOCK_STEP), 2, "one back too");
    is_int(count_kind(RPA_AUDIT_DICT), 3, "each label is stored once");
    ok(proved(&v), "verifies");
    static const char *const files[] = { "audit.db", "keys.db", "root.key" };
    struct stat st;
    for (size_t i = 0; i < 3; i++)
        ok(stat(tmp_path(files[i]), &st) == 0 && (st.st_mode & 0777) == 0600,
           "%s is 0600", files[i]);
}

static bool in_file(const char *file, const char *what)
{
    FILE *f = fopen(tmp_path(file), "r");
    static char all[1 << 20];
    size_t len = f ? fread(all, 1, sizeof all, f) : 0;
    if (f)
        fclose(f);
    return memmem(all, len, what, strlen(what)) != NULL;
}

static void sealing(void)
{
    static const char *const files[] = { "audit.db", "audit.db-wal", "keys.db",
                                         "keys.db-wal" };
    static const char *const hidden[] = { "Hello", "CR26/000001", "online-1",
                                          "O'Brien 1970", "re-keying of" };
    struct rpa_audit *a = must_open();
    seed(a);
    int found = 0;
    for (size_t f = 0; f < 4; f++)
        for (size_t h = 0; h < 5; h++)
            found += in_file(files[f], hidden[h]);
    is_int(found, 0, "no content, subject or item id in clear in any file");
    ok(in_file("audit.db-wal", "Surname") || in_file("audit.db", "Surname"),
       "(control: labels are)");
    rpa_audit_close(a);
}

static void speed(void)
{
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a), t = rpa_mono_us();
    for (int i = 0; i < 16 * 256; i++) {
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
        if (i % 16 == 15)
            rpa_audit_commit(a, &err);
    }
    double s = (double)(rpa_mono_us() - t) / 1e6;
    printf("# %.0f rows/s in commits of 16 rows\n", 4096 / s);
    t = rpa_mono_us();
    for (int i = 0; i < 8192; i++)
        put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    rpa_audit_commit(a, &err);
    s = (double)(rpa_mono_us() - t) / 1e6;
    printf("# %.0f rows/s in one commit of 8192\n", 8192 / s);
    rpa_audit_close(a);
    struct stat st;
    stat(tmp_path("audit.db"), &st);
    struct verdict v;
    t = rpa_mono_us();
    ok(proved(&v), "verifies");
    s = (double)(rpa_mono_us() - t) / 1e6;
    printf("# verified at %.0f rows/s; %lld rows in %lld bytes\n",
           (double)v.rows / s, (long long)v.rows, (long long)st.st_size);
}

int main(void)
{
    tmp_begin();
    writing();
    reopening();
    tmp_empty();
    sealing();
    tmp_empty();
    speed();
    return tap_done();
}
