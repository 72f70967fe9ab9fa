#include "rpa/watch/watchman.h"
#include "rpa/alert/outbox.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/watch/deliver.h"
#include "rpa/watch/look.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUPERVISOR 3
#define ANSWER_US 10000000

struct watchman {
    char state[4096], file[4096];
    cbor_item_t *setup;
    struct alert_conf conf;
    struct rpa_outbox *outbox;
    struct schedules schedules;
    char holidays[4096];
    struct stat file_was, holidays_were; /* the files, as they were read */
    bool readable;                       /* whole; or there is none */
};

static int64_t now_s(void)
{
    return rpa_now_us() / 1000000;
}

/* ---- looking ---- */

static void tell(const char *fault)
{
    (void)fault; /* the daemon has told them */
}

/* Is it as it was? @st gets how it is. */
static bool same_file(const char *path, struct stat *st)
{
    struct stat was = *st;
    memset(st, 0, sizeof *st);
    if (stat(path, st) < 0) /* then it is of no length, and of no time */
        memset(st, 0, sizeof *st);
    return st->st_ino == was.st_ino && st->st_size == was.st_size &&
           !memcmp(&st->st_mtim, &was.st_mtim, sizeof was.st_mtim);
}

static void read_schedules(struct watchman *w)
{
    struct rpa_err err;
    bool same = same_file(w->file, &w->file_was);
    if (!same_file(w->holidays, &w->holidays_were) || !same || !w->readable) {
        schedules_clear(&w->schedules);
        w->readable = !w->file_was.st_ino ||
                      schedules_read(w->file, now_s(), tell, &w->schedules,
                                     &err) == 0;
    }
}

/* What the supervisor says: an answer, or what rpa.conf says now, which is taken
 * and leaves NULL in *@ret. */
static int hear(struct watchman *w, int64_t until_us, cbor_item_t **ret,
                struct rpa_err *err)
{
    *ret = NULL;
    int r = rpa_msg_recv(SUPERVISOR, until_us, ret, NULL, err);
    if (r < 0 || !rpa_msg_get(*ret, "alerts"))
        return r;
    rpa_msg_free(&w->setup);
    w->setup = *ret;
    *ret = NULL;
    alert_conf_read(rpa_msg_get(w->setup, "alerts"), &w->conf);
    return 0;
}

/* NULL in *@ret: it is busy */
static int ask(struct watchman *w, cbor_item_t **ret, struct rpa_err *err)
{
    int64_t until_us = rpa_mono_us() + ANSWER_US;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "queues");
    int r = rpa_msg_send(SUPERVISOR, msg, NULL, 0, err);
    rpa_msg_free(&msg);
    *ret = NULL;
    while (r == 0 && !*ret)
        r = hear(w, until_us, ret, err);
    return r == -RPA_ETIMEOUT ? 0 : r;
}

static int look_around(struct watchman *w, struct rpa_err *err)
{
    cbor_item_t *answer;
    struct looked looked;
    int r = ask(w, &answer, err);
    if (r < 0)
        return r;
    read_schedules(w);
    const struct look at = {
        .state_dir = w->state, .conf = &w->conf,
        .schedules = w->readable ? &w->schedules : NULL,
        .queues = rpa_msg_get(answer, "queues"), .now = now_s(),
    };
    const struct rpa_outbox_rules rules = { w->conf.channels, w->conf.nchannels,
                                            w->conf.calm_s };
    look(&at, &looked);
    r = rpa_outbox_tell(w->outbox, (const void *)looked.list.data,
                        looked.list.len / sizeof(struct rpa_alert), looked.seen,
                        &rules, at.now, err);
    rpa_buf_clear(&looked.list);
    rpa_msg_free(&answer);
    return r;
}

/* ---- telling ---- */

static int take_to(struct watchman *w, const struct rpa_letter *letter,
                   struct rpa_err *err)
{
    struct rpa_buf words = { 0 };
    struct rpa_err why;
    bool given_up = false;
    int sent = deliver(&w->conf, w->state, letter, &why);
    deliver_words(letter, &words);
    int r = sent == 0 ? rpa_outbox_sent(w->outbox, letter->id, now_s(), err)
                      : rpa_outbox_failed(w->outbox, letter->id, why.msg,
                                          now_s(), &given_up, err);
    if (sent == 0)
        rpa_log(RPA_LOG_INFO, "told by %s: %s", letter->channel, words.data);
    else
        rpa_log(RPA_LOG_WARN, "not told by %s%s: %s: %s", letter->channel,
                given_up ? ", and given up" : " yet", words.data, why.msg);
    rpa_buf_clear(&words);
    return r;
}

/* what is due, until it is time to look again */
static int take_letters(struct watchman *w, int64_t until_us,
                        struct rpa_err *err)
{
    struct rpa_letter letter;
    int r = 1;
    while (r > 0 && rpa_mono_us() < until_us) {
        r = rpa_outbox_next(w->outbox, now_s(), &letter, err);
        if (r > 0)
            r = take_to(w, &letter, err) < 0 ? -(int)err->code : 1;
    }
    return r < 0 ? r : 0;
}

/* ---- for ever ---- */

/* until it is time to look, or a letter is due, or the supervisor speaks: what
 * rpa.conf says now, or its end */
static int rest(struct watchman *w, int64_t *until_us, struct rpa_err *err)
{
    struct pollfd p = { .fd = SUPERVISOR, .events = POLLIN };
    cbor_item_t *msg = NULL;
    int64_t due = 0, left_s, wake_us = *until_us;
    int r = rpa_outbox_due(w->outbox, &due, err);
    if (r < 0)
        return r;
    left_s = due - now_s();
    if (left_s < w->conf.every_s && rpa_mono_us() + left_s * 1000000 < wake_us)
        wake_us = rpa_mono_us() + (left_s > 0 ? left_s : 0) * 1000000;
    if (poll(&p, 1, rpa_left_ms(wake_us)) <= 0)
        return 0;
    *until_us = 0; /* look at once */
    r = hear(w, rpa_mono_us() + ANSWER_US, &msg, err);
    rpa_msg_free(&msg); /* an answer that came too late */
    return r;
}

static int watch(struct watchman *w, struct rpa_err *err)
{
    int r = 0;
    while (r == 0) {
        int64_t next_us = rpa_mono_us() + w->conf.every_s * 1000000;
        r = look_around(w, err);
        while (r == 0 && rpa_mono_us() < next_us) {
            r = take_letters(w, next_us, err);
            if (r == 0)
                r = rest(w, &next_us, err);
        }
    }
    return r;
}

static int prepare(struct watchman *w, struct rpa_err *err)
{
    cbor_item_t *msg;
    int r = hear(w, RPA_MSG_FOREVER, &msg, err);
    if (r < 0)
        return r;
    rpa_msg_free(&msg);
    if (!rpa_msg_copy(w->setup, "state", w->state, sizeof w->state) ||
        !rpa_msg_copy(w->setup, "schedules", w->file, sizeof w->file))
        return rpa_fail(err, RPA_EPROTO, "the supervisor is out of turn");
    schedules_holidays_path(w->file, w->holidays, sizeof w->holidays);
    return rpa_outbox_open(w->state, &w->outbox, err);
}

int rpa_role_watch(void)
{
    struct watchman w = { .readable = false };
    struct rpa_err err;
    signal(SIGPIPE, SIG_IGN);
    rpa_log_init("watch", RPA_LOG_INFO);
    int r = prepare(&w, &err);
    if (r == 0)
        r = watch(&w, &err);
    if (r != -RPA_EGONE)
        rpa_log_err(&err);
    rpa_outbox_close(w.outbox);
    schedules_clear(&w.schedules);
    rpa_msg_free(&w.setup);
    return r == -RPA_EGONE ? 0 : 1;
}
