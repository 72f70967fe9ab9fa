/* Files copied together are of one moment: a writer counts in a, then in b, so
 * at no moment b is ahead. */
#include "rpa/store/store.h"
#include "tap.h"
#include "../tmpdir.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { ROUNDS = 100, CONTROL_MAX = 10000 };

static const char *const steps[] = {
    "CREATE TABLE n(x INTEGER NOT NULL) STRICT; INSERT INTO n VALUES(0)",
};
static const struct rpa_store_kind kind = { "test store", 0x1234, steps, 1 };
static struct rpa_err err;

static void write_on(int ready)
{
    struct rpa_store *a = NULL, *b = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (rpa_store_open(tmp_path("a"), &kind, &a, &err) < 0 ||
        rpa_store_open(tmp_path("b"), &kind, &b, &err) < 0)
        _exit(1);
    if (write(ready, "", 1) != 1)
        _exit(1);
    while (rpa_store_exec(a, "UPDATE n SET x=x+1", &err) == 0 &&
           rpa_store_exec(b, "UPDATE n SET x=x+1", &err) == 0)
        ;
    _exit(1);
}

/* what is in a copy, which is then gone; -1: none */
static int64_t take(const char *name)
{
    struct rpa_store *st = NULL;
    struct rpa_stmt *sel = NULL;
    int64_t n = -1;
    if (rpa_store_open_ro(tmp_path(name), &kind, &st, &err) == 0 &&
        rpa_stmt_new(st, "SELECT x FROM n", &sel, &err) == 0 &&
        rpa_stmt_step(sel, &err) == 1)
        n = rpa_stmt_int(sel, 0);
    rpa_stmt_free(sel);
    rpa_store_close(st);
    unlink(tmp_path(name));
    return n;
}

static void beside_a_writer(const struct rpa_store_copy copies[2])
{
    int good = 0, control = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int r = rpa_store_copy(copies, 2, &err);
        int64_t a = take("a.copy"), b = take("b.copy");
        good += r == 0 && b >= 0 && (a == b || a == b + 1);
    }
    is_int(good, ROUNDS, "copies of two files are of one moment");
    for (bool seen = false; !seen && control < CONTROL_MAX; control++) {
        rpa_store_copy(&copies[0], 1, &err);
        rpa_store_copy(&copies[1], 1, &err);
        int64_t a = take("a.copy"), b = take("b.copy");
        seen = b > a;
    }
    ok(control < CONTROL_MAX, "the control, one after the other, are not (%d)",
       control);
}

static void errors(const struct rpa_store_copy copies[2])
{
    const struct rpa_store_copy lost[] = { copies[0], { "/nowhere", "/no" } };
    is_int(rpa_store_copy(lost, 2, &err), -RPA_ENOTFOUND, "one is not there");
    ok(access(copies[0].to, F_OK) < 0, "nothing is made of the other");
    is_int(rpa_store_copy(copies, 2, &err), 0, "both");
    is_int(rpa_store_copy(copies, 2, &err), -RPA_EEXIST, "not over another file");
    ok(take("a.copy") >= 0 && take("b.copy") >= 0, "which stays");
    is_int(rpa_store_copy(NULL, 0, &err), 0, "none");
}

int main(void)
{
    char path[4][96];
    int ready[2];
    char c;
    tmp_begin();
    static const char *const names[] = { "a", "b", "a.copy", "b.copy" };
    for (int i = 0; i < 4; i++)
        snprintf(path[i], sizeof path[i], "%s/%s", tmpdir, names[i]);
    const struct rpa_store_copy copies[] = { { path[0], path[2] },
                                             { path[1], path[3] } };
    pid_t pid = pipe(ready) == 0 ? fork() : -1;
    if (pid == 0)
        write_on(ready[1]);
    close(ready[1]);
    ok(pid > 0 && read(ready[0], &c, 1) == 1, "a writer writes");
    beside_a_writer(copies);
    errors(copies);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return tap_done();
}
