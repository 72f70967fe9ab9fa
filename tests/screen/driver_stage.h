/* The stage of test_driver.c: a driver in a process of its own, this program as
 * its bot and its supervisor, a form and a thief of the focus in two xterms. */
#ifndef RPA_TESTS_SCREEN_DRIVER_STAGE_H
#define RPA_TESTS_SCREEN_DRIVER_STAGE_H

#include "rpa/act/driver.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/screen/grid.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/window.h"
#include "screen/xvfb.h"
#include "tap.h"
#include "unit/of_json.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* what the form does when told (tests/fake/term_form.c) */
enum { OTHER, USUAL, LOSE, KEEP, SHOW, HIDE, MOUSE, SLOW, FAST,
       CHANGES, TICKS, STAYS, STRAYS, BOTH, NEXT };

static struct world {
    struct xvfb x;
    char dir[256], keys[300], pid[300], stolen[300], thief_pid[300];
    pid_t form, driver, app, thief;
    int bot, supervisor; /* our ends */
    int word;            /* of a second reader; -1: there is none */
    struct rpa_display *d;
    rpa_window window, other;
    struct rpa_grid *grid;
    int64_t seq;
    /* what was asked, since the last call began */
    int intents, commits, texts, secrets;
    char status[32]; /* of the last OUTCOME */
    int64_t picture_w, picture_h; /* of the last one told of */
    /* called with each intent, before its ack */
    void (*on_intent)(void);
    int64_t commit_left_us; /* in the ack of a COMMIT */
    /* set before start(): the driver has a second reader; this answers it */
    void (*on_word)(void);
} w;

static int64_t soon(int ms)
{
    return rpa_mono_us() + ms * 1000LL;
}

static void bail(const struct rpa_err *err)
{
    printf("Bail out! %s; %s\n", err->msg, err->seen);
    exit(1);
}

/* ---- the form ---- */

static bool titled(void *ctx, const struct rpa_screen *s)
{
    int row;
    return rpa_screen_find(s, ctx, &row, NULL) && row == 0;
}

static void tell_form(int what)
{
    kill(w.form, SIGRTMIN + what);
}

/* the title is on the screen, not only on its way there */
static void await_title(const char *title)
{
    struct rpa_err err;
    const struct rpa_screen *s;
    if (rpa_grid_wait(w.grid, titled, (void *)title, soon(30000), &s, &err) < 0)
        bail(&err);
}

static size_t pressed(void)
{
    struct stat st;
    return stat(w.keys, &st) == 0 ? (size_t)st.st_size : 0;
}

/* were exactly these bytes pressed since @from? */
static bool pressed_since(size_t from, const char *want, const char *name)
{
    size_t n;
    char *all = file_wait(w.keys, from + strlen(want), 30000, &n);
    bool same = n == from + strlen(want) && !strcmp(all + from, want);
    ok(same, "%s", name);
    for (size_t i = from; !same && i < n; i++)
        printf("%s%02x%s", i == from ? "# pressed " : " ",
               (unsigned char)all[i], i + 1 == n ? "\n" : "");
    free(all);
    return same;
}

/* ---- the supervisor ---- */

static void answer(cbor_item_t *msg)
{
    struct rpa_err err;
    if (rpa_msg_send(w.supervisor, msg, NULL, 0, &err) < 0)
        bail(&err);
    rpa_msg_free(&msg);
}

/* rows travel encoded, one after another: is the first of @kind, its body, and
 * how many there are */
static int rows_of(const cbor_item_t *packed, const char *kind, bool *ret_is,
                   struct rpa_cbor_string *ret_body)
{
    struct rpa_err err;
    size_t left = 0, used;
    const char *at = rpa_cbor_any_bytes(packed, &left);
    int n = 0;
    for (; left; at += used, left -= used, n++) {
        struct rpa_cbor_string s[] = { { .key = "kind" },   { .key = "body" },
                                       { .key = "verb" },   { .key = "target" },
                                       { .key = "window" }, { .key = "field" } };
        if (rpa_cbor_strings(at, left, s, 6, &used, &err) < 0)
            bail(&err);
        if (n)
            continue;
        *ret_is = s[0].len == strlen(kind) && !memcmp(s[0].data, kind, s[0].len);
        *ret_body = s[1];
    }
    return n;
}

static void take_intent(const cbor_item_t *msg, cbor_item_t *reply)
{
    struct rpa_cbor_string body;
    bool commit = false;
    int n = rows_of(rpa_msg_get(msg, "intent"), "COMMIT", &commit, &body);
    w.intents++;
    w.commits += commit;
    w.texts += n > 1;
    if (n > 1)
        w.status[0] = '\0';
    if (w.on_intent)
        w.on_intent();
    cbor_item_t *seqs = rpa_cbor_array();
    rpa_cbor_push(seqs, rpa_cbor_int(w.seq + 1));
    rpa_msg_put_item(reply, "seqs", seqs);
    w.seq += n;
    if (commit)
        rpa_msg_put_int(reply, "deadline", rpa_mono_us() + w.commit_left_us);
    answer(reply);
}

static void take_note(const cbor_item_t *packed)
{
    struct rpa_err err;
    struct rpa_cbor_string bytes;
    bool outcome = false;
    cbor_item_t *body = NULL;
    rows_of(packed, "OUTCOME", &outcome, &bytes);
    if (outcome && rpa_cbor_load(bytes.data, bytes.len, &body, &err) == 0)
        rpa_msg_copy(body, "status", w.status, sizeof w.status);
    rpa_msg_free(&body);
}

static void supervise(void)
{
    struct rpa_err err;
    cbor_item_t *msg = NULL;
    int64_t req = 0;
    int image = -1;
    if (rpa_msg_recv(w.supervisor, soon(30000), &msg, &image, &err) < 0)
        bail(&err);
    if (image >= 0)
        close(image);
    cbor_item_t *reply = rpa_msg_new();
    rpa_msg_int(msg, "req", &req);
    rpa_msg_put_int(reply, "req", req);
    if (rpa_msg_get(msg, "intent")) {
        take_intent(msg, reply);
    } else if (rpa_msg_is(msg, "call", "secret.use")) {
        w.secrets++;
        rpa_msg_put_bytes(reply, "ok", "hunter2", 7);
        answer(reply);
    } else if (rpa_msg_get(msg, "call")) {
        rpa_msg_put_item(reply, "ok", rpa_cbor_map());
        answer(reply);
    } else if (rpa_msg_get(msg, "picture")) {
        rpa_msg_int(rpa_msg_get(msg, "picture"), "width", &w.picture_w);
        rpa_msg_int(rpa_msg_get(msg, "picture"), "height", &w.picture_h);
        rpa_msg_free(&reply);
    } else if (rpa_msg_get(msg, "image")) {
        rpa_msg_free(&reply);
    } else {
        take_note(rpa_msg_get(msg, "note"));
        rpa_msg_free(&reply);
    }
    rpa_msg_free(&msg);
}

/* ---- the bot ---- */

/* One call; 0 or minus the code of its error. *@ret_value may be NULL. */
static int call(const char *name, cbor_item_t *args, cbor_item_t **ret_value,
                struct rpa_err *err)
{
    struct rpa_err ours;
    cbor_item_t *msg = rpa_msg_new();
    w.intents = w.commits = w.texts = w.secrets = 0;
    w.status[0] = '\0';
    rpa_msg_put_str(msg, "call", name);
    rpa_msg_put_item(msg, "args", args);
    if (rpa_msg_send(w.bot, msg, NULL, 0, &ours) < 0)
        bail(&ours);
    rpa_msg_free(&msg);
    struct pollfd fds[3] = { { .fd = w.supervisor, .events = POLLIN },
                             { .fd = w.word, .events = POLLIN },
                             { .fd = w.bot, .events = POLLIN } };
    for (;;) { /* what the supervisor is told comes before the answer */
        int n = poll(fds, 3, 60000);
        if (n > 0 && fds[0].revents & POLLIN)
            supervise();
        else if (n > 0 && fds[1].revents & POLLIN)
            w.on_word();
        else if (n > 0 && fds[2].revents & POLLIN)
            break;
        else
            rpa_fail(&ours, RPA_EGONE, "the driver is gone"), bail(&ours);
    }
    if (rpa_msg_recv(w.bot, soon(30000), &msg, NULL, &ours) < 0)
        bail(&ours);
    int r = rpa_msg_get_err(msg, err);
    if (ret_value && r == 0)
        *ret_value = cbor_incref(rpa_msg_get(msg, "ok"));
    rpa_msg_free(&msg);
    return r;
}

static cbor_item_t *args(const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return of_json(text);
}

static int set(const char *label, const char *value, struct rpa_err *err)
{
    return call("field.set",
                args("{'window':%u,'label':'%s','value':'%s'}", w.window,
                     label, value),
                NULL, err);
}

static int key(const char *name, struct rpa_err *err)
{
    return call("key.press", args("{'window':%u,'key':'%s'}", w.window, name),
                NULL, err);
}

/* ---- the stage ---- */

static int be_driver(int supervisor, int bot, int word)
{
    struct rpa_err err;
    struct rpa_driver *d = NULL;
    cbor_item_t *setup = args(
        "{'display':'%s','keymap':'private','target':'form','echo_ms':3000,"
        "'clipboard':true,'pictures':'failure',"
        "'windows':['form'],'navigation':[{'screen':'TEST FORM','keys':['F5'],"
        "'clicks':['Code . . . :']},{'window':'form','clicks':['close']}],"
        "'secrets':{'pw':{'target':'form','screen':'TEST FORM','field':"
        "'Password'}},'map':{'repertoire':'latin1','keys':{'clear':'ctrl+u'},"
        "'screens':[{'title':'TEST FORM','fields':[{'label':'Name','width':10}"
        ",{'label':'Code','width':5},{'label':'Password','width':8,'hidden':"
        "true}]},{'title':'OTHER FORM','idle':true},"
        "{'title':'CHANGES','fields':[{'label':'Name','width':10,'upper':true},"
        "{'label':'Code','width':5,'mask':'__/__'}]},"
        "{'title':'FILED'}]}}",
        w.x.name);
    setlocale(LC_ALL, "C.UTF-8");
    rpa_log_init("driver", RPA_LOG_WARN);
    int r = rpa_driver_new(supervisor, bot, setup, &d, &err);
    if (r == 0 && word >= 0)
        r = rpa_driver_second(d, word, &err);
    if (r == 0)
        r = rpa_driver_serve(d, &err);
    if (r < 0)
        rpa_log_err(&err);
    rpa_driver_free(d);
    return r < 0;
}

/* A process of its own, as it is in life. */
static void start_driver(void)
{
    int bot[2], supervisor[2], word[2] = { -1, -1 };
    struct rpa_err err;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, bot) < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, supervisor) < 0 ||
        (w.on_word && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, word) < 0)) {
        rpa_fail_errno(&err, RPA_EIO, "a pair of sockets");
        bail(&err);
    }
    w.bot = bot[0];
    w.supervisor = supervisor[0];
    w.word = word[0];
    fflush(stdout);
    w.driver = fork();
    if (w.driver == 0) {
        close(bot[0]);
        close(supervisor[0]);
        close(word[0]);
        exit(be_driver(supervisor[1], bot[1], word[1]));
    }
    close(bot[1]);
    close(supervisor[1]);
    close(word[1]);
    is_int(call("run.info", rpa_cbor_map(), NULL, &err), 0, "the driver");
}

static pid_t start_xterm(const char *title, const char *at,
                         const char *program, const char *keys,
                         const char *pid)
{
    const char *argv[] = { "xterm", "-u8", "-fn", "9x15", "-geometry", at,
                           "-T", title, "+sb", "-e", program, keys, pid,
                           NULL };
    return xvfb_spawn(&w.x, argv);
}

static void start(const char *form)
{
    struct rpa_err err;
    size_t n;
    tmp_dir(w.dir);
    snprintf(w.keys, sizeof w.keys, "%s/keys", w.dir);
    snprintf(w.pid, sizeof w.pid, "%s/pid", w.dir);
    w.commit_left_us = 5000000;
    xvfb_start(&w.x, 1700, 500);
    start_driver();
    snprintf(w.stolen, sizeof w.stolen, "%s/stolen", w.dir);
    snprintf(w.thief_pid, sizeof w.thief_pid, "%s/thief", w.dir);
    w.thief = start_xterm("thief", "80x24+800+0", form, w.stolen, w.thief_pid);
    w.app = start_xterm("form", "80x24+0+0", form, w.keys, w.pid);
    char *pid = file_wait(w.pid, 2, 20000, &n);
    w.form = atoi(pid);
    free(pid);
    if (rpa_display_open(w.x.name, &w.d, &err) < 0 ||
        rpa_window_find(w.d, "thief", NULL, soon(20000), &w.other, &err) < 0)
        bail(&err);
    cbor_item_t *found = NULL;
    int64_t id = 0;
    is_int(call("window.find", of_json("{'title':'form'}"), &found, &err), 0,
           "its window");
    rpa_msg_int(found, "window", &id);
    rpa_msg_free(&found);
    w.window = (rpa_window)id;
    if (rpa_grid_open(w.d, w.window, NULL, &w.grid, &err) < 0)
        bail(&err);
    await_title("TEST FORM");
    is_int(call("window.find", of_json("{'title':'thief'}"), NULL, &err),
           -RPA_EPERM, "a window that is not listed");
}

static void stop(void)
{
    struct rpa_err err;
    int status = -1;
    is_int(call("run.end", of_json("{'ok':true}"), NULL, &err), 0, "run.end");
    waitpid(w.driver, &status, 0);
    is_int(status, 0, "the driver ends, and left nothing behind");
    rpa_grid_close(w.grid);
    rpa_display_close(w.d);
    xvfb_reap(w.app);
    xvfb_reap(w.thief);
    xvfb_stop(&w.x);
    tmp_remove(w.dir);
}

#endif
