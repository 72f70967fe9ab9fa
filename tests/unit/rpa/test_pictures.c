/* What the supervisor takes for a picture, and from a driver that is not to be
 * trusted; when it has its row. Started as `PROGRAM role pictures` this program is
 * also who seals them. */
#include "rpa/supervisor/album.h"
#include "rpa/supervisor/children.h"
#include "rpa/supervisor/hold.h"
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/ipc/msg.h"
#include "rpa/vault/crypto.h"
#include "tap.h"
#include "unit/of_json.h"
#include "unit/tmpdir.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { NOBODY = 65534 };
static struct rpa_err err;
static struct rpa_bundle bundle = { .name = "bot" };
static struct rpa_run_options options = { .bundle = &bundle,
                                          .pictures = "failure" };
static struct run run;
static struct supervisor sup = { .runs = &run, .state_dir = tmpdir };
static struct run run = { .sup = &sup, .options = &options };

static int announce(const char *json)
{
    cbor_item_t *item = of_json(json);
    int r = pictures_announce(&run, item, &err);
    rpa_msg_free(&item);
    return r;
}

static int announce_next(const char *reason)
{
    char json[200];
    snprintf(json, sizeof json,
             "{'number':%lld,'reason':'%s','window':'w','width':3}",
             (long long)run.pictures.last + 1, reason);
    return announce(json);
}

static int take(int64_t number, const char *bytes, size_t len, bool sealed)
{
    struct rpa_buf buf = { 0 };
    int fd = -1;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_int(msg, "image", number);
    rpa_buf_add(&buf, bytes, len);
    if (bytes && sealed)
        rpa_memfd_new(&buf, &fd, &err);
    else if (bytes)
        fd = memfd_create("open", 0);
    int r = pictures_take(&run, msg, fd, &err);
    if (fd >= 0)
        close(fd);
    rpa_buf_clear(&buf);
    rpa_msg_free(&msg);
    return r;
}

/* until it is sealed, and has its row */
static void settle(void)
{
    int64_t until_us = rpa_mono_us() + 30000000;
    while (pictures_pending(&run, run.pictures.last) && rpa_mono_us() < until_us)
        sd_event_run(sup.loop, 1000000);
}

#define PNG "\x89PNG\r\n\x1a\npixels"

static void taken(void)
{
    is_int(announce_next("failure"), 0, "announced");
    ok(pictures_pending(&run, 1), "it is awaited");
    is_int(take(1, PNG, sizeof PNG - 1, true), 0, "taken");
    is_int(run.pictures.kept, 0, "and not waited for");
    ok(pictures_pending(&run, 1) && pictures_row(&run, 1) == 0,
       "it has no row before its file is there");
    settle();
    is_int(run.pictures.kept, 1, "then it is kept");
    ok(pictures_row(&run, 1) > 0, "the failure's row");
    is_int(pictures_row(&run, 2), 0, "there is no other");
    is_int(access(tmp_path("pictures/1-1.sealed"), F_OK), 0, "its file");
    is_int(announce_next("confirmation"), 0, "another");
    run.grp = 7; /* the item ended meanwhile; there is no such group */
    is_int(take(2, PNG, sizeof PNG - 1, true), 0,
           "is sealed for whom it was announced");
    run.grp = 0;
    settle();
    is_int(run.pictures.kept, 2, "and kept");
    is_int(pictures_row(&run, 2), 0, "it is no failure's");
}

/* said, and the run goes on */
static void lost(void)
{
    static char large[9 << 20] = PNG;
    int64_t kept = run.pictures.kept;
    announce_next("failure");
    is_int(take(run.pictures.last, "no picture", 10, true), 0, "no PNG");
    settle();
    is_int(run.pictures.lost, 1, "is not kept");
    is_int(pictures_row(&run, run.pictures.last), 0, "and has no row");
    announce_next("failure");
    cbor_item_t *msg = rpa_msg_new();
    struct rpa_err why;
    rpa_fail(&why, RPA_ENOMEM, "no memory");
    rpa_msg_put_int(msg, "image", run.pictures.last);
    rpa_msg_put_err(msg, &why);
    is_int(pictures_take(&run, msg, -1, &err), 0, "the driver could not");
    rpa_msg_free(&msg);
    is_int(run.pictures.lost, 2, "likewise");
    is_int(run.pictures.kept, kept, "none of them is kept");
    announce_next("failure");
    is_int(take(run.pictures.last, large, sizeof large, true), -RPA_EPROTO,
           "one too large is against the protocol");
}

static void odd(void)
{
    is_int(take(run.pictures.last, PNG, 14, true), -RPA_EPROTO,
           "one that nobody announced");
    announce_next("failure");
    is_int(take(run.pictures.last + 1, PNG, 14, true), -RPA_EPROTO,
           "another number");
    announce_next("failure");
    is_int(take(run.pictures.last, PNG, 14, false), -RPA_EPROTO,
           "a memfd that is not sealed");
    announce_next("failure");
    is_int(take(run.pictures.last, NULL, 0, false), -RPA_EPROTO, "none at all");
    is_int(announce("{'number':1,'reason':'failure','window':'w'}"),
           -RPA_EPROTO, "a number used before");
    is_int(announce("{'reason':'failure','window':'w'}"), -RPA_EPROTO,
           "no number");
    is_int(announce_next("curiosity"), -RPA_EPROTO, "a reason of its own");
    options.pictures = "none";
    is_int(announce_next("failure"), -RPA_EPROTO, "where none is wanted");
}

static void take_next(void)
{
    announce_next("failure");
    take(run.pictures.last, PNG, sizeof PNG - 1, true);
}

static int ended;
static void on_left(void *data)
{
    ok(data == &run && pictures_row(&run, run.pictures.last) > 0,
       "then the last one has its row");
    ended++;
}

/* a run ends with the last of its pictures */
static void left(void)
{
    int64_t kept = run.pictures.kept;
    ok(pictures_leave(&run, on_left) == false, "nothing is left to seal");
    take_next();
    take_next();
    ok(pictures_leave(&run, on_left), "two are");
    settle();
    is_int(run.pictures.kept, kept + 2, "both are kept");
    is_int(ended, 1, "and that is told, once");
}

/* the only process of ours */
static pid_t child(void)
{
    char path[64];
    int pid = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%d", &pid) != 1)
        pid = 0;
    if (file)
        fclose(file);
    return pid;
}

/* a driver that waits for its pictures does not wait for its target */
static void held_back(void)
{
    take_next();
    settle();
    kill(child(), SIGSTOP);
    run.filed_us = 1;
    for (int i = 0; i < 7; i++)
        take_next();
    ok(!hold_why(&run) && run.filed_us, "seven wait to be sealed, and nobody for them");
    take_next();
    const char *why = hold_why(&run);
    ok(why && !strcmp(why, "its pictures to be sealed"), "an eighth: that is waited for");
    is_int(run.filed_us, 0, "and what comes later is not how long the target took");
    kill(child(), SIGCONT);
    settle();
    ok(!hold_why(&run), "until they are sealed");
}

/* it has the keys: no other process of its user reads its memory, nor does a core
 * file have it */
static void kept_to_itself(void)
{
    char path[64];
    struct stat mem = { .st_uid = 1 }, other = { 0 };
    struct rlimit core = { 1, 1 };
    take_next();
    settle();
    snprintf(path, sizeof path, "/proc/%d/mem", (int)child());
    stat(path, &mem);
    prlimit(child(), RLIMIT_CORE, NULL, &core);
    ok(getuid() && mem.st_uid == 0, "who seals is not dumpable");
    is_int((int64_t)core.rlim_max, 0, "nor leaves a core file");
    pid_t pid = fork();
    if (pid == 0) {
        execlp("sleep", "sleep", "60", NULL);
        _exit(1);
    }
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    for (int64_t until_us = rpa_mono_us() + 30000000;
         other.st_uid == 0 && rpa_mono_us() < until_us;)
        stat(path, &other);
    is_int(other.st_uid, getuid(), "control: another process of this user is");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static int64_t computed_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* the largest there is, of which the loop hashes and seals nothing */
static void large(void)
{
    static char png[8 << 20] = PNG;
    struct rpa_buf buf = { .data = png, .len = sizeof png };
    int fd = -1;
    cbor_item_t *msg = rpa_msg_new();
    rpa_memfd_new(&buf, &fd, &err);
    announce_next("failure");
    rpa_msg_put_int(msg, "image", run.pictures.last);
    int64_t us = computed_us();
    is_int(pictures_take(&run, msg, fd, &err), 0, "one of 8 MiB");
    settle();
    us = computed_us() - us;
    ok(pictures_row(&run, run.pictures.last) > 0 && us < 10000,
       "is kept: the loop computes for %lld us", (long long)us);
    close(fd);
    rpa_msg_free(&msg);
}

/* who seals them is lost: that is said, and the run goes on */
static void killed(void)
{
    int64_t were = run.pictures.lost;
    take_next();
    settle();
    pid_t pid = child();
    ok(pid > 0 && kill(pid, SIGSTOP) == 0, "a disk that does not answer");
    take_next();
    ok(pictures_pending(&run, run.pictures.last), "keeps a picture waiting");
    kill(pid, SIGKILL);
    settle();
    is_int(run.pictures.lost, were + 1, "and is lost with it");
    take_next();
    settle();
    ok(pictures_row(&run, run.pictures.last) > 0, "the next is kept");
    pictures_leave(&run, on_left);
}

/* it closed its end, and is not known to have ended: those it had are lost with it,
 * and no answer of the next one's is taken for theirs */
static void silenced(void)
{
    int64_t were = run.pictures.lost;
    siginfo_t si;
    take_next();
    settle();
    pid_t pid = child();
    kill(pid, SIGSTOP);
    take_next();
    kill(pid, SIGKILL);
    waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT);
    sd_event_run(sup.loop, 1000000);
    is_int(run.pictures.lost, were, "its end is heard, not that it ended");
    take_next();
    is_int(run.pictures.lost, were + 1, "the next comes: what it had is lost");
    settle();
    ok(pictures_row(&run, run.pictures.last) > 0, "and the next is kept");
    is_int(run.pictures.lost, were + 1, "no other is lost");
    pictures_leave(&run, on_left);
}

int main(int argc, char **argv)
{
    sigset_t set;
    if (argc == 3 && !strcmp(argv[1], "role"))
        return rpa_role_pictures();
    static const uint8_t sha[32];
    const struct rpa_audit_run row = {
        .bot = "bot", .bot_sha256 = sha, .runtime_sha256 = sha,
        .operator_name = "tester", .host = "here", .target = "none",
        .mode = "DEMO", .purpose = { .reason = -1 },
    };
    rpa_log_init("# ", RPA_LOG_ERROR);
    tmp_begin();
    if (getuid() == 0 && /* whose processes are told from no others */
        (chown(tmpdir, NOBODY, NOBODY) < 0 || setgid(NOBODY) < 0 ||
         setuid(NOBODY) < 0))
        return 1;
    bundle.manifest = rpa_cbor_map();
    if (!rpa_crypto_init() || rpa_audit_open(tmpdir, &run.audit, &err) < 0 ||
        rpa_audit_run_open(run.audit, &row, &run.id, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    rpa_audit_commit(run.audit, &err);
    sd_event_new(&sup.loop);
    run.loop = sup.loop;
    if (children_open(sup.loop, &sup.children, &err) < 0)
        return 1;
    taken();
    lost();
    left();
    held_back();
    large();
    kept_to_itself();
    killed();
    silenced();
    odd();
    children_close(sup.children);
    sd_event_unref(sup.loop);
    rpa_msg_free(&run.announced.about);
    rpa_msg_free(&bundle.manifest);
    rpa_audit_close(run.audit);
    for (int64_t i = 1; i <= run.pictures.last; i++) {
        char name[40];
        snprintf(name, sizeof name, "pictures/1-%lld.sealed", (long long)i);
        unlink(tmp_path(name));
    }
    rmdir(tmp_path("pictures"));
    return tap_done();
}
