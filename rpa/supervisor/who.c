#include "rpa/supervisor/who.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/supervisor/aside.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SUPERVISOR 3

/* ---- the process ---- */

/* {"id", "uid", "own", "confs": what rpa.conf says of roles} → {"id", "person"},
 * the struct as it is, since both ends are this program */
static void answer(const cbor_item_t *question)
{
    size_t n = 0;
    int64_t id = 0, uid = -1;
    bool own = false;
    struct person person;
    struct rpa_err ignored;
    cbor_item_t *msg = rpa_msg_new();
    cbor_item_t **confs = rpa_msg_array(question, "confs", &n);
    rpa_msg_int(question, "id", &id);
    rpa_msg_int(question, "uid", &uid);
    rpa_msg_bool(question, "own", &own);
    people_find(confs, n, (uid_t)uid, own, &person);
    rpa_msg_put_int(msg, "id", id);
    rpa_msg_put_bytes(msg, "person", &person, sizeof person);
    rpa_msg_send(SUPERVISOR, msg, NULL, 0, &ignored);
    rpa_msg_free(&msg);
}

static void answer_apart(const cbor_item_t *question)
{
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        rpa_log(RPA_LOG_ERROR, "nobody can be looked up: %s", strerror(errno));
    if (pid)
        return;
    alarm(WHO_S);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent)
        answer(question);
    _exit(0);
}

int rpa_role_who(void)
{
    struct rpa_err err;
    int r = 0;
    rpa_log_init("who", RPA_LOG_INFO);
    signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
    while (r == 0) {
        cbor_item_t *msg = NULL;
        r = rpa_msg_recv(SUPERVISOR, RPA_MSG_FOREVER, &msg, NULL, &err);
        if (r == 0)
            answer_apart(msg);
        rpa_msg_free(&msg);
    }
    return r != -RPA_EGONE;
}

/* ---- its supervisor ---- */

struct asked {
    struct asked *next;
    int64_t id;
    who_told *told;
    void *data;
};

struct who {
    struct supervisor *sup;
    struct aside process; /* started with a question */
    struct asked *asked;
    int64_t last; /* id */
};

static struct asked **find(struct who *who, int64_t id, const void *data)
{
    struct asked **at = &who->asked;
    while (*at && (*at)->id != id && (*at)->data != data)
        at = &(*at)->next;
    return at;
}

static void drop(struct asked **at)
{
    struct asked *gone = *at;
    *at = gone->next;
    free(gone);
}

/* nobody answers those who asked the process that was there */
static void tell_loss(struct who *who, const struct rpa_err *why)
{
    rpa_log(RPA_LOG_WARN, "who looks people up has ended: %s", why->msg);
    while (who->asked) {
        struct asked one = *who->asked;
        drop(&who->asked);
        one.told(one.data, NULL, why);
    }
}

static void on_answer(void *data, const cbor_item_t *msg,
                      const struct rpa_err *why)
{
    struct who *who = data;
    int64_t id = 0;
    size_t len = 0;
    struct person person;
    if (why) {
        tell_loss(who, why);
        return;
    }
    rpa_msg_int(msg, "id", &id);
    const char *bytes = rpa_msg_bytes(msg, "person", &len);
    struct asked **at = find(who, id, NULL);
    if (*at && len == sizeof person) {
        struct asked one = **at;
        drop(at);
        memcpy(&person, bytes, sizeof person);
        one.told(one.data, &person, NULL);
    }
}

static int start(struct who *who, struct rpa_err *err)
{
    struct rpa_spawn spawn = { .role = "who", .envp = environ,
                               .output = STDERR_FILENO, .confine = true,
                               .state_dir = who->sup->state_dir };
    return aside_start(&who->process, who->sup, &spawn, 0, on_answer, who, err);
}

/* one that hung up, and whose end nobody told of yet, is followed by another */
static int restart(struct who *who, struct rpa_err *err)
{
    struct rpa_err why;
    rpa_fail(&why, RPA_EBOT, "it hung up");
    if (who->asked)
        tell_loss(who, &why);
    return start(who, err);
}

static int ask(struct who *who, uid_t uid, bool own, struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new(), *confs = rpa_cbor_array();
    for (size_t i = 0; who->sup->confs && i < RPA_CONFS; i++) {
        cbor_item_t *roles = rpa_msg_get(who->sup->confs[i], "roles");
        cbor_item_t *one = roles ? rpa_cbor_map() : NULL;
        if (one) {
            rpa_msg_put_item(one, "roles", rpa_cbor_ref(roles));
            rpa_cbor_push(confs, one);
        }
    }
    rpa_msg_put_int(msg, "id", who->last);
    rpa_msg_put_int(msg, "uid", uid);
    rpa_msg_put_bool(msg, "own", own);
    rpa_msg_put_item(msg, "confs", confs);
    int r = aside_say(&who->process, msg, -1, err);
    rpa_msg_free(&msg);
    return r;
}

int who_ask(struct who *who, uid_t uid, bool own, who_told *told, void *data,
            struct rpa_err *err)
{
    struct asked *one = calloc(1, sizeof *one);
    if (!one)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a question");
    int r = aside_runs(&who->process) ? 0 : restart(who, err);
    *one = (struct asked){ who->asked, ++who->last, told, data };
    who->asked = one;
    if (r == 0)
        r = ask(who, uid, own, err);
    if (r < 0) {
        drop(&who->asked);
        aside_end(&who->process);
        tell_loss(who, err);
    }
    return r;
}

void who_forget(struct who *who, const void *data)
{
    struct asked **at = find(who, 0, data);
    if (*at)
        drop(at);
}

int who_open(struct supervisor *sup, struct who **ret, struct rpa_err *err)
{
    struct who *who = calloc(1, sizeof *who);
    if (!who)
        return rpa_fail(err, RPA_ENOMEM, "no memory to look people up");
    *who = (struct who){ .sup = sup };
    *ret = who;
    return 0;
}

void who_close(struct who *who)
{
    if (!who)
        return;
    while (who->asked)
        drop(&who->asked);
    aside_end(&who->process);
    free(who);
}
