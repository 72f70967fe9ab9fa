/* Pictures the driver sends: announced by a message, then the PNG in a sealed
 * memfd. What cannot be kept is said, and the run goes on. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/audit/picture.h"
#include "rpa/ipc/msg.h"

#include <string.h>
#include <sys/mman.h>

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

static int keep(struct run *run, int fd, int64_t *ret_seq, struct rpa_err *err)
{
    const struct announced *a = &run->announced;
    char target[64];
    struct rpa_audit_picture picture = {
        .run = run->id, .grp = a->grp, .number = a->number,
        .reason = a->reason, .window = a->window, .about = a->about,
    };
    if (rpa_msg_copy(run->options->bundle->manifest, "target", target,
                     sizeof target))
        picture.target = target;
    void *png;
    int r = rpa_memfd_map(fd, RPA_AUDIT_PICTURE_MAX, &png, &picture.len, err);
    if (r < 0)
        return r;
    picture.png = png;
    r = rpa_audit_picture_keep(run->audit, run->sup->state_dir, &picture,
                               ret_seq, err);
    munmap(png, picture.len);
    return r;
}

/* the first is said at once; how many they were, at the end */
static void lose(struct run *run, const struct rpa_err *err)
{
    if (run->pictures.lost++ == 0)
        run_log(run, RPA_LOG_WARN, "a picture was not kept: %s", err->msg);
}

int pictures_take(struct run *run, const cbor_item_t *msg, int fd,
                  struct rpa_err *err)
{
    struct announced *a = &run->announced;
    int64_t number = 0, seq = 0;
    rpa_msg_int(msg, "image", &number);
    if (!a->about || number != a->number)
        return rpa_fail(err, RPA_EPROTO, "a picture nobody announced");
    int r = rpa_msg_get_err(msg, err);
    if (r == 0)
        r = keep(run, fd, &seq, err);
    if (r == 0) {
        run->pictures.kept++;
        if (!strcmp(a->reason, "failure") || !strcmp(a->reason, "evidence"))
            run->pictures.row[run->pictures.rows++ % PICTURE_ROWS] =
                (struct picture_row){ number, seq };
    }
    rpa_msg_free(&a->about);
    if (r == -RPA_EAUDIT || r == -RPA_EPROTO)
        return r;
    if (r < 0)
        lose(run, err);
    return 0;
}

int64_t pictures_row(const struct run *run, int64_t number)
{
    for (size_t i = 0; i < run->pictures.rows && i < PICTURE_ROWS; i++)
        if (run->pictures.row[i].number == number)
            return run->pictures.row[i].seq;
    return 0;
}
