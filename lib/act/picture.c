/* Pictures of what went wrong and what was confirmed. What must not be seen is
 * black before the picture leaves this process; a thread encodes it and hands
 * it to the supervisor, so that the hands go on. */
#include "form.h"
#include "rpa/base/log.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAILURES_MAX 20     /* a run */
#define PNG_MAX (8 << 20)   /* bytes, as the supervisor takes */
#define FAINT 24            /* of 255: a difference nobody sees */

void picture_begin(struct rpa_driver *d)
{
    static const char *const policies[] = { "none", "failure", "screens" };
    for (size_t i = 0; i < 3; i++)
        if (rpa_msg_is(d->setup, "pictures", policies[i]))
            d->album.policy = i;
    rpa_msg_int(d->setup, "pictured", &d->album.number);
}

/* ---- what must not be seen ---- */

static bool is_named(const struct rpa_screen *s, const struct rpa_label *label,
                     const char *name)
{
    struct rpa_buf text = { 0 };
    rpa_screen_text(s, label->row * s->cols + label->col, label->len, &text);
    bool same = text.data && !strcmp(text.data, name);
    rpa_buf_clear(&text);
    return same;
}

static void mark_field(const struct rpa_screen *s,
                       const struct rpa_label *label,
                       const struct rpa_field_rule *rule, bool *black)
{
    for (int line = 0; line < rule->lines; line++)
        for (int c = 0; c < rule->width; c++) {
            int at = label->field + line * s->cols + c;
            if (at < s->rows * s->cols)
                black[at] = true;
        }
}

/* Fields the map calls hidden, by label on whichever screen. */
static bool mark_fields(const struct rpa_driver *d, const struct rpa_screen *s,
                        bool *black)
{
    const struct rpa_field_rule *rule;
    size_t n = rpa_form_labels(s, NULL, 0);
    struct rpa_label *labels = calloc(n + 1, sizeof *labels);
    if (!labels)
        return false;
    rpa_form_labels(s, labels, n);
    for (size_t k = 0; (rule = rpa_target_rule(d->target, k)); k++)
        for (size_t i = 0; rule->hidden && i < n; i++)
            if (is_named(s, &labels[i], rule->label))
                mark_field(s, &labels[i], rule, black);
    free(labels);
    return true;
}

/* Regions of this screen; of every screen when it cannot be told which. */
static void mark_regions(const struct rpa_driver *d, const struct rpa_screen *s,
                         bool *black)
{
    const char *title = view_title(d, s);
    const struct rpa_region *r;
    for (size_t n = 0; (r = rpa_target_black(d->target, n)); n++) {
        if (title && r->screen && strcmp(title, r->screen) != 0)
            continue;
        for (int row = r->row - 1; row < r->row - 1 + r->rows; row++)
            for (int col = r->col - 1; col < r->col - 1 + r->cols; col++)
                if (row < s->rows && col < s->cols)
                    black[row * s->cols + col] = true;
    }
}

static bool is_faint(uint32_t a, uint32_t b)
{
    for (int shift = 0; shift < 24; shift += 8)
        if (abs((int)(a >> shift & 255) - (int)(b >> shift & 255)) > FAINT)
            return false;
    return true;
}

/* Text drawn so that nobody sees it: some programs hide a password so. */
static void mark_faint(const struct rpa_screen *s, bool *black)
{
    for (int i = 0; i < s->rows * s->cols; i++) {
        const struct rpa_cell *c = &s->cells[i];
        if (c->cp && c->cp != ' ' && is_faint(c->fg, c->bg))
            black[i] = true;
    }
}

bool picture_must_hide(const struct rpa_driver *d)
{
    const struct rpa_field_rule *rule;
    bool any = d->nsecrets > 0 || rpa_target_black(d->target, 0);
    for (size_t n = 0; (rule = rpa_target_rule(d->target, n)); n++)
        any = any || rule->hidden;
    return any;
}

static int black_out(const struct rpa_driver *d, const struct rpa_screen *s,
                     struct rpa_picture *p, struct rpa_err *err)
{
    if (!s && picture_must_hide(d))
        return rpa_fail(err, RPA_EUNREADABLE,
                        "the window cannot be read, so nothing tells what "
                        "must be black in it");
    if (!s)
        return 0;
    bool *black = calloc((size_t)s->rows * (size_t)s->cols, sizeof *black);
    if (!black || !mark_fields(d, s, black)) {
        free(black);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    }
    mark_regions(d, s, black);
    mark_faint(s, black);
    mask_cells(d, s, black);
    rpa_picture_black(p, black);
    if (d->nsecrets) /* what is no cell was not read: it may show one */
        rpa_picture_black_around(p);
    free(black);
    return 0;
}

/* ---- the thread that encodes ---- */

struct writing {
    int supervisor;
    int64_t number;
    struct rpa_picture picture;
};

static int encode(const struct rpa_picture *p, int *ret_fd, struct rpa_err *err)
{
    struct rpa_buf png = { 0 };
    int r = rpa_picture_png(p, &png, err);
    if (r == 0 && png.len > PNG_MAX)
        r = rpa_fail(err, RPA_EINVAL, "it is larger than %d MiB",
                     PNG_MAX >> 20);
    if (r == 0)
        r = rpa_memfd_new(&png, ret_fd, err);
    rpa_buf_clear(&png);
    return r;
}

/* {"image":number} and the PNG, or why there is none */
static void *write_picture(void *data)
{
    struct writing *writing = data;
    struct rpa_err err;
    int fd = -1;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_int(msg, "image", writing->number);
    if (encode(&writing->picture, &fd, &err) < 0)
        rpa_msg_put_err(msg, &err);
    rpa_msg_send(writing->supervisor, msg, &fd, fd >= 0, &err);
    rpa_msg_free(&msg); /* a supervisor that is gone shows at the next act */
    if (fd >= 0)
        close(fd);
    rpa_picture_clear(&writing->picture);
    free(writing);
    return NULL;
}

void picture_wait(struct rpa_driver *d)
{
    if (d->album.writing)
        pthread_join(d->album.writer, NULL);
    d->album.writing = false;
}

/* ---- taking them ---- */

static int take(struct rpa_driver *d, struct window *w, struct rpa_picture *p,
                const struct rpa_screen **ret_screen, struct rpa_err *err)
{
    *ret_screen = NULL;
    if (w->form) /* its text is no grid, whatever it looks like */
        return form_picture(d, w, p, err);
    if (!w->grid) /* never read: nothing was shown, nothing typed */
        return rpa_fail(err, RPA_EWINDOW, "the window was not looked at");
    int r = rpa_picture_take(w->grid, p, ret_screen, err);
    if (r == 0 && (r = black_out(d, *ret_screen, p, err)) < 0)
        rpa_picture_clear(p);
    return r;
}

/* Tell the supervisor what comes, while the subject is still the one it shows;
 * then let it be encoded. Takes @p. */
static int64_t keep(struct rpa_driver *d, const struct window *w,
                    const struct rpa_screen *s, struct rpa_picture *p,
                    const char *reason)
{
    struct rpa_err err;
    cbor_item_t *about = rpa_cbor_map();
    const char *title = s ? view_title(d, s) : NULL;
    struct writing *writing = malloc(sizeof *writing);
    picture_wait(d);
    rpa_msg_put_int(about, "number", d->album.number + 1);
    rpa_msg_put_str(about, "reason", reason);
    rpa_msg_put_str(about, "window", w->title);
    rpa_msg_put_int(about, "width", p->w);
    rpa_msg_put_int(about, "height", p->h);
    if (s)
        rpa_msg_put_int(about, "screen", (int64_t)s->hash);
    if (title)
        rpa_msg_put_str(about, "title", title);
    if (!writing || act_tell(d, "picture", about, &err) < 0) {
        if (!writing)
            rpa_msg_free(&about);
        free(writing);
        rpa_picture_clear(p);
        return 0;
    }
    *writing = (struct writing){ d->supervisor, ++d->album.number, *p };
    if (pthread_create(&d->album.writer, NULL, write_picture, writing) == 0)
        d->album.writing = true;
    else
        write_picture(writing);
    return d->album.number;
}

static void say(int r, const struct rpa_err *err)
{
    if (r < 0 && r != -RPA_EWINDOW && r != -RPA_EDISPLAY)
        rpa_log(RPA_LOG_WARN, "no picture: %s", err->msg);
}

static struct window *last_window(struct rpa_driver *d, const cbor_item_t *args)
{
    int64_t id = d->album.window;
    if (args)
        rpa_msg_int(args, "window", &id);
    for (size_t i = 0; i < d->nwindows; i++)
        if (d->windows[i].id == id && id)
            return &d->windows[i];
    return NULL;
}

int64_t picture_failure(struct rpa_driver *d, const cbor_item_t *args)
{
    struct album *a = &d->album;
    struct window *w = last_window(d, args);
    const struct rpa_screen *s;
    struct rpa_picture p;
    struct rpa_err err;
    if (a->policy == PICTURES_NONE || !w || d->betrayed)
        return 0;
    int r = take(d, w, &p, &s, &err);
    say(r, &err);
    if (r < 0)
        return 0;
    uint64_t hash = s ? s->hash : 0;
    bool same = a->failure && hash && a->failed == hash;
    if (a->unread && s &&
        rpa_picture_crop(&p, (a->unread - 1) / s->cols,
                         (a->unread - 1) % s->cols)) {
        same = false;
        hash = 0; /* it is no picture of the screen */
    }
    if (same || a->failures == FAILURES_MAX) {
        rpa_picture_clear(&p);
        return same ? a->failure : 0;
    }
    a->failure = keep(d, w, s, &p, "failure");
    a->failed = hash;
    a->failures++;
    return a->failure;
}

int64_t picture_evidence(struct rpa_driver *d, const cbor_item_t *args)
{
    struct window *w = last_window(d, args);
    const struct rpa_screen *s;
    struct rpa_picture p;
    struct rpa_err err;
    if (d->album.policy == PICTURES_NONE || !w)
        return 0;
    int r = take(d, w, &p, &s, &err);
    int64_t number = r == 0 ? keep(d, w, s, &p, "evidence") : 0;
    say(r, &err);
    picture_wait(d);
    return number;
}

static bool kept_lately(struct album *a, uint64_t hash)
{
    const size_t most = sizeof a->lately / sizeof *a->lately;
    for (size_t i = 0; i < a->nlately && i < most; i++)
        if (a->lately[i] == hash)
            return true;
    a->lately[a->nlately++ % most] = hash;
    return false;
}

void picture_screen(struct rpa_driver *d, struct window *w, uint64_t hash)
{
    const struct rpa_screen *s;
    struct rpa_picture p;
    struct rpa_err err;
    if (d->album.policy != PICTURES_SCREENS || kept_lately(&d->album, hash))
        return;
    int r = take(d, w, &p, &s, &err);
    if (r == 0)
        keep(d, w, s, &p, "screen");
    say(r, &err);
}

static bool shows(const struct rpa_screen *s, const char *text, size_t len)
{
    struct rpa_buf all = { 0 };
    rpa_screen_text(s, 0, s->rows * s->cols, &all);
    bool hit = all.data && memmem(all.data, all.len, text, len);
    rpa_buf_clear(&all);
    return hit;
}

void picture_confirmation(struct rpa_driver *d, const char *reference,
                          size_t len)
{
    struct window *w = last_window(d, NULL);
    const struct rpa_screen *s;
    struct rpa_picture p;
    struct rpa_err err;
    if (d->album.policy == PICTURES_NONE || !w || !len || w->form)
        return; /* a form's text is not seen: nothing tells that it stands there */
    int r = take(d, w, &p, &s, &err);
    if (r == 0 && s && shows(s, reference, len))
        keep(d, w, s, &p, "confirmation");
    else if (r == 0)
        rpa_picture_clear(&p);
    say(r, &err);
}
