/* Pictures the driver sends: announced by a message, then the PNG in a sealed
 * memfd. A process beside the loop seals each and writes its file (album.c); then it
 * has its row. What cannot be kept is said, and the run goes on. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/audit/picture.h"
#include "rpa/ipc/msg.h"
#include "rpa/supervisor/aside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEEP_US 60000000 /* a disk's, for one: then it does not answer */
#define PENDING_MAX 8    /* of a run: then its driver waits, and nobody else */

/** The process, and what it has yet to seal, in order; or to drop, of what a lost one
 * had: that is about nothing any more. */
struct album {
    struct aside process;
    struct announced *first;
    size_t n; /* of them */
    sd_event_source *late;
    void (*left)(void *run); /* told when all are sealed, as it is to */
};

static bool known(const char *reason)
{
    return !strcmp(reason, "failure") || !strcmp(reason, "confirmation") ||
           !strcmp(reason, "screen") || !strcmp(reason, "evidence");
}

/* what comes is about who the run is about now */
int pictures_announce(struct run *run, const cbor_item_t *item,
                      struct rpa_err *err)
{
    struct announced *a = &run->announced;
    int64_t number = 0;
    rpa_msg_free(&a->about);
    rpa_msg_int(item, "number", &number);
    if (number <= run->pictures.last || !strcmp(run->options->pictures, "none") ||
        !rpa_msg_copy(item, "reason", a->reason, sizeof a->reason) ||
        !known(a->reason))
        return rpa_fail(err, RPA_EPROTO, "the driver sent an odd picture");
    rpa_msg_copy(item, "window", a->window, sizeof a->window);
    a->grp = run->grp;
    a->number = run->pictures.last = number;
    a->about = rpa_cbor_map();
    static const char *const keys[] = { "title", "screen", "width", "height" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        cbor_item_t *value = rpa_msg_get(item, keys[i]);
        if (value)
            rpa_msg_put_item(a->about, keys[i], cbor_incref(value));
    }
    return 0;
}

/* the first is said at once; how many they were, at the end */
static void lose(struct run *run, const struct rpa_err *err)
{
    if (run->pictures.lost++ == 0)
        run_log(run, RPA_LOG_WARN, "a picture was not kept: %s", err->msg);
}

/* ---- the process ---- */

static void forget_first(struct album *a)
{
    struct announced *first = a->first;
    a->first = first->next;
    a->n--;
    rpa_msg_free(&first->about);
    free(first);
}

static void forget(struct run *run)
{
    struct album *a = run->album;
    while (a->first)
        forget_first(a);
    sd_event_source_disable_unref(a->late);
    aside_end(&a->process);
    free(a);
    run->album = NULL;
}

/* its file is on disk: now it has its row */
static int put_row(struct run *run, const struct announced *shot,
                   const cbor_item_t *msg, struct rpa_err *err)
{
    char target[64];
    int64_t seq, number = 0;
    size_t len = 0;
    struct rpa_audit_pictured file;
    struct rpa_audit_picture picture = {
        .run = run->id, .grp = shot->grp, .number = shot->number,
        .reason = shot->reason, .window = shot->window, .about = shot->about,
    };
    const char *bytes = rpa_msg_bytes(msg, "file", &len);
    if (!rpa_msg_int(msg, "number", &number) || number != shot->number ||
        len != sizeof file)
        return rpa_fail(err, RPA_EBOT, "who seals pictures answered otherwise");
    memcpy(&file, bytes, sizeof file);
    if (rpa_msg_copy(run->options->bundle->manifest, "target", target,
                     sizeof target))
        picture.target = target;
    int r = rpa_audit_picture(run->audit, &picture, &file, &seq, err);
    if (r == 0)
        r = rpa_audit_commit(run->audit, err);
    if (r < 0)
        return r;
    run->pictures.kept++;
    if (!strcmp(shot->reason, "failure") || !strcmp(shot->reason, "evidence"))
        run->pictures.row[run->pictures.rows++ % PICTURE_ROWS] =
            (struct picture_row){ number, seq };
    return 0;
}

static cbor_item_t *name_it(const struct run *run, const struct announced *shot)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_int(msg, "run", run->id);
    rpa_msg_put_int(msg, "grp", shot->grp);
    rpa_msg_put_int(msg, "number", shot->number);
    return msg;
}

static void say_stays(const struct run *run, const struct rpa_err *why)
{
    run_log(run, RPA_LOG_WARN, "the file of a picture without a row may stay in "
                               "pictures/: %s", why->msg);
}

/* so long it may take for the first */
static void set_late(struct run *run)
{
    struct album *a = run->album;
    uint64_t now_us = 0;
    sd_event_now(run->loop, CLOCK_BOOTTIME, &now_us);
    sd_event_source_set_time(a->late, now_us + KEEP_US);
    sd_event_source_set_enabled(a->late, a->first ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static void hold_back(struct run *run)
{
    if (pictures_full(run))
        run->filed_us = 0; /* nor is the target's answer heard meanwhile */
    if (run->client)
        client_wait(run->client, pictures_full(run));
}

/* one is done with: who waits for it is told, and who waits for the last of them */
static void go_on(struct run *run)
{
    struct album *a = run->album;
    void (*left)(void *data) = a->left;
    set_late(run);
    hold_back(run);
    if (run->held_until)
        sd_event_source_set_time(run->held_until, 0);
    if (!left || a->first)
        return;
    forget(run);
    left(run);
}

static int start(struct run *run, struct rpa_err *err);

static int ask_to_drop(struct run *run, const struct announced *shot,
                       struct rpa_err *err)
{
    cbor_item_t *msg = name_it(run, shot);
    int r = aside_say(&run->album->process, msg, -1, err);
    rpa_msg_free(&msg);
    return r;
}

/* what was written of those that are lost is to go: another process is asked */
static int ask_to_drop_all(struct run *run, struct rpa_err *err)
{
    int r = start(run, err);
    for (const struct announced *shot = run->album->first; r == 0 && shot;
         shot = shot->next)
        r = ask_to_drop(run, shot, err);
    return r;
}

/* the process was lost, or given up, with all that it had */
static void lose_all(struct run *run, const struct rpa_err *why)
{
    struct album *a = run->album;
    struct rpa_err err = *why;
    bool fresh = false;
    for (struct announced *shot = a->first; shot; shot = shot->next) {
        if (!shot->about)
            continue;
        lose(run, why);
        rpa_msg_free(&shot->about);
        fresh = true;
    }
    if (a->first && (!fresh || ask_to_drop_all(run, &err) < 0)) {
        say_stays(run, &err);
        while (a->first)
            forget_first(a);
    }
    go_on(run);
}

/* it got no row: its file is to go, in its turn */
static void drop_first(struct run *run)
{
    struct album *a = run->album;
    struct announced *shot = a->first, **last = &a->first;
    struct rpa_err err;
    if (ask_to_drop(run, shot, &err) < 0) {
        say_stays(run, &err);
        forget_first(a);
        return;
    }
    rpa_msg_free(&shot->about);
    a->first = shot->next;
    shot->next = NULL;
    while (*last)
        last = &(*last)->next;
    *last = shot;
}

static void on_word(void *data, const cbor_item_t *msg, const struct rpa_err *why)
{
    struct run *run = data;
    struct album *a = run->album;
    struct rpa_err err;
    if (why || !a->first) {
        if (why)
            lose_all(run, why);
        return;
    }
    bool lost = !a->first->about;
    int r = rpa_msg_get_err(msg, &err);
    bool kept = r == 0 && !lost;
    if (kept)
        r = put_row(run, a->first, msg, &err);
    if (r == -RPA_EAUDIT)
        run_fail_stop(run, &err);
    else if (r < 0 && lost)
        say_stays(run, &err);
    else if (r < 0)
        lose(run, &err);
    if (r < 0 && r != -RPA_EAUDIT && kept)
        drop_first(run);
    else
        forget_first(a);
    go_on(run);
}

static int on_late(sd_event_source *source, uint64_t usec, void *data)
{
    struct run *run = data;
    struct rpa_err why;
    (void)source;
    (void)usec;
    rpa_fail(&why, RPA_ETIMEOUT, "the disk did not take it in %d s",
             KEEP_US / 1000000);
    aside_end(&run->album->process);
    lose_all(run, &why);
    return 0;
}

static int start(struct run *run, struct rpa_err *err)
{
    struct rpa_spawn spawn = { .role = "pictures", .envp = environ,
                               .cwd = run->sup->state_dir,
                               .output = STDERR_FILENO };
    return aside_start(&run->album->process, run->sup, &spawn, 0, on_word, run, err);
}

static int fail_gone(struct rpa_err *err)
{
    return rpa_fail(err, RPA_EBOT, "who seals pictures ended");
}

static int have_album(struct run *run, struct rpa_err *err)
{
    if (!run->album)
        run->album = calloc(1, sizeof *run->album);
    struct album *a = run->album;
    if (!a)
        return rpa_fail(err, RPA_ENOMEM, "no memory for pictures");
    if (!a->late &&
        (sd_event_add_time_relative(run->loop, &a->late, CLOCK_BOOTTIME, KEEP_US, 1000,
                                    on_late, run) < 0 ||
         sd_event_source_set_enabled(a->late, SD_EVENT_OFF) < 0))
        return rpa_fail(err, RPA_EIO, "starting a timer");
    if (!aside_runs(&a->process) && a->first) {
        struct rpa_err why; /* it hung up, and what it had nobody else answers for */
        fail_gone(&why);
        lose_all(run, &why);
    }
    return aside_runs(&a->process) ? 0 : start(run, err);
}

/* ---- what comes ---- */

/* it is sealed in its turn */
static int seal(struct run *run, int fd, struct rpa_err *err)
{
    struct announced *shot = malloc(sizeof *shot);
    if (!shot)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    cbor_item_t *msg = name_it(run, &run->announced);
    int r = have_album(run, err);
    if (r == 0)
        r = aside_say(&run->album->process, msg, fd, err);
    if (r == -RPA_EGONE) /* nobody has told of its end yet */
        r = fail_gone(err);
    rpa_msg_free(&msg);
    if (r < 0) {
        free(shot);
        return r;
    }
    struct announced **last = &run->album->first;
    while (*last)
        last = &(*last)->next;
    *last = shot;
    *shot = run->announced;
    shot->next = NULL;
    run->announced.about = NULL;
    run->album->n++;
    hold_back(run);
    if (run->album->first == shot)
        set_late(run);
    return 0;
}

/* Only a memfd that nobody changes any more is looked into. */
static int check(int fd, struct rpa_err *err)
{
    void *png;
    size_t len;
    int r = rpa_memfd_map(fd, RPA_AUDIT_PICTURE_MAX, &png, &len, err);
    if (r == 0)
        munmap(png, len);
    return r;
}

int pictures_take(struct run *run, const cbor_item_t *msg, int fd,
                  struct rpa_err *err)
{
    struct announced *a = &run->announced;
    int64_t number = 0;
    rpa_msg_int(msg, "image", &number);
    if (!a->about || number != a->number)
        return rpa_fail(err, RPA_EPROTO, "a picture nobody announced");
    int r = rpa_msg_get_err(msg, err);
    if (r == 0)
        r = check(fd, err);
    if (r == 0)
        r = seal(run, fd, err);
    rpa_msg_free(&a->about);
    if (r == -RPA_EPROTO)
        return r;
    if (r < 0)
        lose(run, err);
    return 0;
}

bool pictures_pending(const struct run *run, int64_t number)
{
    const struct announced *shot = run->album ? run->album->first : NULL;
    while (shot && (shot->number != number || !shot->about))
        shot = shot->next;
    return shot || (run->announced.about && run->announced.number == number);
}

bool pictures_full(const struct run *run)
{
    return run->album && run->album->n >= PENDING_MAX;
}

bool pictures_leave(struct run *run, void (*left)(void *run))
{
    if (run->album && run->album->first)
        run->album->left = left;
    else if (run->album)
        forget(run);
    return run->album;
}

int64_t pictures_row(const struct run *run, int64_t number)
{
    for (size_t i = 0; i < run->pictures.rows && i < PICTURE_ROWS; i++)
        if (run->pictures.row[i].number == number)
            return run->pictures.row[i].seq;
    return 0;
}
