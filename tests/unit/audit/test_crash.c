/* What was acknowledged survives: kill -9 anywhere, and a disk that is full. */
#include "seed.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { KILLS = 30 };

/* append, commit, acknowledge on @fd, for ever */
static void writer(int fd)
{
    struct rpa_audit *a = NULL;
    if (rpa_audit_open(tmpdir, &a, &err) < 0)
        _exit(3);
    int64_t grp = 0, run = must_run(a);
    for (int n = 0;; n++) {
        if (n % 7 == 0) {
            char subject[16];
            snprintf(subject, sizeof subject, "%d", n);
            rpa_audit_group(a, run, subject, &grp, &err);
        }
        int64_t seq = 0;
        for (int i = 0; i < 8; i++)
            seq = put(a, run, grp, RPA_AUDIT_KEY, "Surname");
        if (rpa_audit_commit(a, &err) < 0 ||
            write(fd, &seq, sizeof seq) != sizeof seq)
            _exit(4);
        if (n % 5 != 4)
            continue;
        rpa_audit_run_close(a, run, 0, &err);
        if (rpa_audit_commit(a, &err) < 0 || turn_file(a, tmpdir, 60, &err) < 0)
            _exit(5);
        run = must_run(a);
        grp = 0;
    }
}

/* kill after @acks acknowledgements; the last one */
static int64_t killed(int acks)
{
    int fds[2];
    if (pipe(fds) < 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        writer(fds[1]);
    }
    close(fds[1]);
    int64_t seq = 0, last = 0;
    for (int n = 0; read(fds[0], &seq, sizeof seq) == sizeof seq; last = seq)
        if (++n == acks)
            kill(pid, SIGKILL); /* then drain what it still said */
    close(fds[0]);
    waitpid(pid, NULL, 0);
    return last;
}

static void kills(void)
{
    int lost = 0, torn = 0, stuck = 0;
    int64_t acked = 0;
    for (int i = 0; i < KILLS; i++) {
        struct verdict v = { 0 };
        struct rpa_audit *a = NULL;
        int64_t last = killed(1 + i * 2);
        acked += last > 0;
        torn += !proved(&v);
        lost += v.rows < last;
        stuck += rpa_audit_open(tmpdir, &a, &err) < 0;
        rpa_audit_close(a);
    }
    struct verdict v;
    bool good = proved(&v);
    ok(good && acked == KILLS && !lost && !torn && !stuck,
       "%d kills: %d lost an acknowledged row, %d did not verify, %d did not "
       "open again (%lld rows)", KILLS, lost, torn, stuck, (long long)v.rows);
}

/* In a child, so that the limit and the half-written files are its own. Tells
 * by its exit status which promise broke. */
static int full_disk(int fd)
{
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a), seq = put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = { 300 * 1024, 300 * 1024 };
    setrlimit(RLIMIT_FSIZE, &limit);
    int r = rpa_audit_commit(a, &err);
    int64_t acked = rpa_audit_last(a);
    if (r < 0 || put(a, run, 0, RPA_AUDIT_KEY, "Surname") != -RPA_EAUDIT ||
        item(a, run, "x", RPA_ITEM_BEGIN) != -RPA_EAUDIT)
        return 7; /* so near its end nothing new is begun */
    if (outcome(a, run, seq, RPA_RESULT_DONE) < 0 || rpa_audit_commit(a, &err) < 0)
        return 8; /* but what was begun gets its end */
    while (r == 0) {
        for (int i = 0; r == 0 && i < 64; i++)
            r = outcome(a, run, seq, RPA_RESULT_DONE);
        if (r == 0)
            r = rpa_audit_commit(a, &err);
        if (r == 0)
            acked = rpa_audit_last(a);
    }
    if (write(fd, &acked, sizeof acked) != sizeof acked)
        return 9;
    if (r != -RPA_EAUDIT)
        return 1;
    if (put(a, run, 0, RPA_AUDIT_KEY, "Surname") != -RPA_EAUDIT)
        return 2;
    if (rpa_audit_commit(a, &err) != -RPA_EAUDIT)
        return 3;
    if (rpa_audit_run_abort(a, run, "full", &err) != -RPA_EAUDIT)
        return 4;
    int64_t id;
    if (rpa_audit_run_open(a, &some_run, &id, &err) != -RPA_EAUDIT)
        return 5;
    if (rpa_audit_last(a) != acked)
        return 6;
    rpa_audit_close(a);
    return 0;
}

static int64_t mono;
static int64_t fake_mono(void) { return mono; }
static rpa_time fake_now(void) { return 1795000000000000 + mono; }

/* The reserve is for the ends of what was begun: nobody reads it empty, and a
 * store that idles for days on a full disk does not sign it away. Tells by its
 * exit status what did. */
static int long_full_disk(int fd)
{
    enum { TIMES = 250 };
    static const struct rpa_audit_reading reading = {
        .actor = "root", .what = "show --content", .run = -1,
        .verb = RPA_S62_CONSULTATION,
    };
    struct rpa_audit *a = must_open();
    int64_t run = must_run(a), seq = put(a, run, 0, RPA_AUDIT_KEY, "Surname");
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = { 624 * 1024, 624 * 1024 };
    setrlimit(RLIMIT_FSIZE, &limit);
    mono = rpa_mono_us();
    rpa_audit_set_clock(a, fake_now, fake_mono);
    int64_t quiet = 0, last = 0;
    if (rpa_audit_commit(a, &err) < 0)
        return 1;
    for (int i = 0; i < TIMES; i++) {
        if (rpa_audit_query(a, &reading, &err) != -RPA_EIO ||
            rpa_audit_changed(a, &reading, &err) != -RPA_EIO)
            return 2; /* refused, and the store goes on */
        mono += 61000000;
        if (rpa_audit_heartbeat(a, &err) < 0)
            return 3;
        quiet += rpa_audit_last(a) == last;
        last = rpa_audit_last(a);
    }
    if (last < 100 || !quiet)
        return 4; /* signs as long as there is room, and then no more */
    for (int i = 0; i < 8; i++)
        if (outcome(a, run, seq, RPA_RESULT_DONE) < 0 ||
            rpa_audit_commit(a, &err) < 0)
            return 5;
    if (rpa_audit_run_abort(a, run, "full", &err) < 0 ||
        rpa_audit_commit(a, &err) < 0)
        return 6;
    last = rpa_audit_last(a);
    rpa_audit_close(a);
    return write(fd, &last, sizeof last) == sizeof last ? 0 : 9;
}

/* what @act says, in a process of its own, and the last row it told as acknowledged */
static int in_child(int (*act)(int fd), int64_t *ret_acked)
{
    int fds[2], status = 0;
    *ret_acked = 0;
    if (pipe(fds) < 0)
        abort();
    pid_t pid = fork();
    if (pid == 0)
        _exit(act(fds[1]));
    waitpid(pid, &status, 0);
    close(fds[1]);
    if (read(fds[0], ret_acked, sizeof *ret_acked) != sizeof *ret_acked)
        *ret_acked = 0;
    close(fds[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void full_for_long(void)
{
    int64_t acked;
    is_int(in_child(long_full_disk, &acked), 0,
           "a full disk for a day, and who reads: the reserve is for the ends");
    struct verdict v = { 0 };
    judged(&v);
    ok(v.code == VERIFIED && v.rows == acked, "%lld rows, all signed",
       (long long)acked);
}

static void full(void)
{
    int64_t acked;
    is_int(in_child(full_disk, &acked), 0,
           "a full disk: no acknowledgement, and every later call fails");
    struct verdict v = { 0 };
    ok(proved(&v) && acked > 0 && v.rows >= acked,
       "what was acknowledged before (%lld rows) is there", (long long)acked);
    struct rpa_audit *a = must_open();
    ok(put(a, must_run(a), 0, RPA_AUDIT_KEY, NULL) > 0, "with room it goes on");
    rpa_audit_close(a);
    ok(proved(&v), "and verifies");
}

int main(void)
{
    tmp_begin();
    kills();
    tmp_empty();
    full();
    tmp_empty();
    full_for_long();
    return tap_done();
}
