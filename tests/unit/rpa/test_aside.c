/* A process beside the loop: what it says, how it ends, and that nobody waits. */
#include "rpa/supervisor/aside.h"
#include "rpa/base/time.h"
#include "rpa/supervisor/children.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>

enum { PATIENCE_US = 30000000 };

static struct supervisor sup;
static struct aside aside;
static int messages, losses;
static struct rpa_err loss;

static void told(void *data, const cbor_item_t *msg, const struct rpa_err *why)
{
    (void)data;
    messages += msg != NULL;
    losses += why != NULL;
    if (why)
        loss = *why;
}

static void start(const char *program, const char *script, int64_t most_us)
{
    char *argv[] = { (char *)program, "-c", (char *)script, NULL };
    char *env[] = { "PATH=/usr/bin:/bin", NULL };
    struct rpa_spawn spawn = { .path = program, .argv = argv, .envp = env,
                               .output = -1 };
    struct rpa_err err;
    messages = losses = 0;
    ok(aside_start(&aside, &sup, &spawn, most_us, told, NULL, &err) == 0 &&
           aside_runs(&aside),
       "%s is started", script);
}

static void turn_until_lost(void)
{
    int64_t until_us = rpa_mono_us() + PATIENCE_US;
    while (!losses && rpa_mono_us() < until_us)
        sd_event_run(sup.loop, 1000000);
}

static void is_lost(enum rpa_code code, const char *says)
{
    turn_until_lost();
    ok(losses == 1 && loss.code == code && strstr(loss.msg, says),
       "and it is told, once: %s", losses ? loss.msg : "(nothing)");
    ok(!aside_runs(&aside) && !aside.pid, "nothing is left of it");
}

int main(void)
{
    struct rpa_err err;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sd_event_new(&sup.loop);
    children_open(sup.loop, &sup.children, &err);
    ok(!aside_runs(&aside), "one that was never started does not run");
    aside_end(&aside);

    start("no-such-program", "it is not there", 0);
    is_lost(RPA_EENV, "starting no-such-program");

    start("sh", "exit 3", 0);
    is_lost(RPA_EBOT, "ended with status 3");

    start("sh", "printf '\\241\\141v\\001' >&3; printf '\\241\\141v\\001' >&3", 0);
    is_lost(RPA_EBOT, "ended with status 0");
    is_int(messages, 2, "all that it said was heard before");

    start("sh", "printf nonsense >&3; exec sleep 3600", 0);
    is_lost(RPA_EPROTO, "");

    start("sh", "exec 3>&-; exec sleep 3600", 0);
    is_lost(RPA_EBOT, "ended with signal 9");

    start("sh", "exec sleep 3600", 1000);
    is_lost(RPA_ETIMEOUT, "not done in");

    start("sh", "exec sleep 3600", 0);
    pid_t pid = aside.pid;
    start("sh", "exit 4", 0); /* in its place */
    is_lost(RPA_EBOT, "ended with status 4");
    int64_t until_us = rpa_mono_us() + PATIENCE_US;
    while (kill(pid, 0) == 0 && rpa_mono_us() < until_us)
        sd_event_run(sup.loop, 100000);
    ok(kill(pid, 0) < 0 && errno == ESRCH, "the one before is reaped");

    start("sh", "read -r _ <&3; exit 5", 0);
    aside_leave(&aside, PATIENCE_US);
    ok(!aside_runs(&aside), "one that was left is not talked to");
    is_lost(RPA_EBOT, "ended with status 5");

    start("sh", "exec sleep 3600", 0);
    aside_leave(&aside, 1000);
    is_lost(RPA_ETIMEOUT, "did not end by itself");

    aside_end(&aside);
    children_close(sup.children);
    sd_event_unref(sup.loop);
    return tap_done();
}
