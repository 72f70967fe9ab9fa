/* Where the focus is in a form: brought into a field, and out of it. */
#include "form.h"

#define SHOWS_US 100000 /* for a field to show that it has the focus */
#define LEFT_US 300000  /* or that it is left */
#define BLINK_US 1500000 /* a text cursor goes and comes in that */
#define NEAR 24 /* pixels round a field, where its frame or text cursor may be */

struct change {
    const struct rpa_area *at;
    uint64_t was;
};

static bool changed(void *ctx, const struct rpa_look *l)
{
    const struct change *c = ctx;
    uint64_t now = rpa_look_of(l, c->at);
    return now && now != c->was;
}

int form_await_change(struct job *job, const struct rpa_area *at, uint64_t was,
                      int64_t deadline_us, struct rpa_err *err)
{
    struct change c = { at, was };
    return rpa_look_wait(job->w->form->look, changed, &c, deadline_us, err);
}

int64_t form_until(const struct job *job)
{
    return rpa_mono_us() + (int64_t)job->d->echo_ms * 1000;
}

/* the key that moves the focus on, wherever that is; NULL if none does */
static const char *onward(const struct job *job)
{
    if (job->entry->stays)
        return NULL;
    return job->entry->multi ? job->form->toolkit.leave
                             : rpa_target_key(job->d->target, "advance", "Tab");
}

/* A form of one field has nothing to go to, and an editor may take the key for
 * text. */
const char *form_advance(const struct job *job)
{
    return job->form->nfields > 1 ? onward(job) : NULL;
}

int form_chords(struct job *job, const char *const *chords, struct rpa_err *err)
{
    struct scene scene = { job->w, 0, -1, 0 };
    return hands_chords(job->d, &scene, chords, err);
}

int form_chord(struct job *job, const char *chord, struct rpa_err *err)
{
    return form_chords(job, (const char *[]){ chord, NULL }, err);
}

struct row form_key_row(struct job *job, const char *key)
{
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, "key", key);
    rpa_msg_put_str(body, "label", job->label);
    return (struct row){ .kind = "KEY", .window = job->w->title,
                         .field = job_label(job), .body = body };
}

static int step(struct job *job, const char *chord, struct rpa_err *err)
{
    struct row row = form_key_row(job, chord);
    struct ack ack;
    int r = act_intent(job->d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    r = form_chord(job, chord, err);
    return act_finish(job->d, &ack, r, false, err);
}

static struct row click_row(struct job *job, int x, int y)
{
    struct row row = form_key_row(job, "click");
    rpa_msg_put_int(row.body, "x", x);
    rpa_msg_put_int(row.body, "y", y);
    return row;
}

int form_click(struct job *job, struct rpa_err *err)
{
    const struct rpa_area *at = &job->entry->at;
    int x = at->x + at->w / 2, y = at->y + at->h / 2;
    bool opens = job->entry->opens;
    struct scene scene = { job->w, .cursor = -1,
                           .list = opens && job->form->toolkit.held };
    if (job->entry->kind == FORM_TEXT) { /* a second click at a place selects a word */
        bool *beside = &job->w->form->beside;
        x += *beside ? at->w / 6 : 0;
        *beside = !*beside;
    }
    if (opens) /* where the arrow is that opens it, if only that does */
        x = at->x + at->w - (at->h < at->w ? at->h : at->w) / 2;
    struct row row = click_row(job, x, y);
    struct ack ack;
    int r = act_intent(job->d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    r = hands_click(job->d, &scene, x, y, err);
    return act_finish(job->d, &ack, r, false, err);
}

/* ---- left, and come back to ---- */

/* Where to click in @f to come back: aside of where it was clicked before, as
 * two clicks at one place mean something else. */
static struct rpa_point aside(const struct form_field *f)
{
    return (struct rpa_point){ f->at.x + f->at.w / 3, f->at.y + f->at.h / 2 };
}

/* another entry, for one that no key leaves; NULL if there is none */
static const struct form_field *other_entry(const struct job *job)
{
    const struct form_field *f = job->form->fields;
    for (size_t i = 0; i < job->form->nfields; i++)
        if (&f[i] != job->entry && f[i].kind == FORM_TEXT && !f[i].hidden)
            return &f[i];
    return NULL;
}

size_t form_revisit_rows(struct job *job, struct row *rows)
{
    const struct form_field *other = other_entry(job);
    size_t n = 0;
    if (job->entry->stays)
        return 0;
    if (form_advance(job))
        rows[n++] = form_key_row(job, form_advance(job));
    else if (other)
        rows[n++] = click_row(job, aside(other).x, aside(other).y);
    if (n)
        rows[n++] = click_row(job, aside(job->entry).x, aside(job->entry).y);
    return n;
}

static int click_aside(struct job *job, const struct form_field *f,
                       struct rpa_err *err)
{
    struct scene scene = { job->w, 0, -1, 0 };
    return hands_click(job->d, &scene, aside(f).x, aside(f).y, err);
}

int form_revisit(struct job *job, struct rpa_err *err)
{
    const struct form_field *other = other_entry(job);
    const char *key = form_advance(job);
    if (job->entry->stays || (!key && !other))
        return 0;
    int r = key ? form_chord(job, key, err) : click_aside(job, other, err);
    return r == 0 ? click_aside(job, job->entry, err) : r;
}

static int no_focus(struct job *job, const struct rpa_area *beside,
                    struct rpa_err *err)
{
    int seconds = job->d->echo_ms / 1000;
    rpa_fail(err, RPA_EFOCUS, "field '%s' did not show that it has the focus",
             job->label);
    if (!beside || !beside->w) {
        rpa_err_seen(err, "waited %d s for its place to look otherwise after a "
                          "click", seconds);
        return rpa_err_hint(err, "is it greyed out, or its place in the screen "
                                 "map wrong?");
    }
    rpa_err_seen(err, "waited %d s for its place to look otherwise after a "
                      "click; beside it x = %d, y = %d, w = %d, h = %d did",
                 seconds, beside->x, beside->y, beside->w, beside->h);
    return rpa_err_hint(err, "if that is its text cursor or its frame, let its "
                             "place in the screen map include it");
}

/* into a field that was left just now */
static int come_back(struct job *job, uint64_t *ret_was, struct rpa_err *err)
{
    int r = form_settle(job->w->form->look, err);
    *ret_was = rpa_look_of(job->w->form->look, &job->entry->at);
    if (r == 0)
        r = form_click(job, err);
    return r < 0 ? r
                 : form_await_change(job, &job->entry->at, *ret_was,
                                     rpa_mono_us() + LEFT_US, err);
}

/* One click, and if nothing shows of it, the key that selects all, and then the
 * one that leaves: the focus may have been there, and that its text is marked,
 * or that it leaves, shows. Some entries are left by no key, and one that is
 * empty has nothing to mark. In a form of one field that key may be text to it:
 * there the text cursor must blink. After it was left comes the click again, and
 * that must show: a click that missed it is no way back. 0, and in *@was how it
 * looked before it had the focus; or RPA_ETIMEOUT when nothing showed; then
 * *@ret_beside is what changed round the field, if anything did. */
static int try_reach(struct job *job, uint64_t *was, struct rpa_area *ret_beside,
                     struct rpa_err *err)
{
    const struct rpa_area *at = &job->entry->at;
    struct rpa_area near = { at->x - NEAR, at->y - NEAR, at->w + 2 * NEAR,
                             at->h + 2 * NEAR };
    const char *keys[] = { job->form->toolkit.keys.select_all, form_advance(job) };
    int64_t shows_us = keys[1] || job->entry->stays ? LEFT_US : BLINK_US;
    int r = form_click(job, err);
    if (r == 0)
        r = form_await_change(job, at, *was, rpa_mono_us() + SHOWS_US, err);
    for (size_t i = 0; i < 2 && r == -RPA_ETIMEOUT && keys[i]; i++) {
        rpa_look_changed(job->w->form->look, &near, ret_beside);
        r = step(job, keys[i], err);
        if (r == 0)
            r = form_await_change(job, at, *was, rpa_mono_us() + shows_us, err);
        if (r == 0 && i == 1)
            r = come_back(job, was, err);
    }
    if (r == -RPA_ETIMEOUT)
        rpa_look_changed(job->w->form->look, &near, ret_beside);
    return r;
}

/* A target that is slow may take click and key at once, and show neither. */
int form_reach(struct job *job, struct rpa_err *err)
{
    struct form *form = job->w->form;
    int64_t deadline_us = form_until(job);
    if (form->focus == job->entry) {
        job->was = form->was;
        return 0;
    }
    form->focus = NULL;
    uint64_t was = rpa_look_of(form->look, &job->entry->at);
    struct rpa_area beside = { 0 };
    int r = rpa_look_keep(form->look, err);
    if (r < 0)
        return r;
    do
        r = try_reach(job, &was, &beside, err);
    while (r == -RPA_ETIMEOUT && rpa_mono_us() < deadline_us);
    if (r == 0) {
        form->focus = job->entry;
        form->was = job->was = was;
    }
    return r == -RPA_ETIMEOUT ? no_focus(job, &beside, err) : r;
}

/* The map's next field where the key leads to; NULL if the map has none where it
 * would show. */
static const struct form_field *following(const struct job *job)
{
    const struct form_rule *rule = job->form;
    const struct form_field *next = job->entry;
    do
        next = next + 1 < rule->fields + rule->nfields ? next + 1 : rule->fields;
    while (next->kind == FORM_MODE); /* no key comes there */
    bool keyed = next->kind == FORM_TEXT || next->kind == FORM_PICK;
    return keyed && next != job->entry ? next : NULL; /* others are clicked */
}

/* Some widget shows that it has lost or got the focus: not always this one, as
 * a selected text may look the same without it. Is it @next that got it? That is
 * waited for @shows_us. */
static int leave_for(struct job *job, const struct form_field *next,
                     int64_t shows_us, struct rpa_err *err)
{
    struct form *form = job->w->form;
    int r = rpa_look_take(form->look, err);
    if (r < 0)
        return r;
    struct rpa_area all = { .w = 1, .h = 1 };
    rpa_look_size(form->look, &all.w, &all.h);
    if (!rpa_look_of(form->look, &all)) /* something lies over the window */
        all = job->entry->at;
    uint64_t was = rpa_look_of(form->look, &all),
             next_was = next ? rpa_look_of(form->look, &next->at) : 0;
    form->focus = NULL;
    form->left = job->entry;
    r = form_chord(job, form_advance(job), err);
    if (r == 0 && job->form->nfields > 1)
        r = form_await_change(job, &all, was, form_until(job), err);
    if (r == 0 && next &&
        form_await_change(job, &next->at, next_was, rpa_mono_us() + shows_us, NULL) == 0) {
        form->focus = next;
        form->was = next_was;
    }
    return r == -RPA_ETIMEOUT ? no_focus(job, NULL, err) : r;
}

/* Where the next one did not get the focus the last time it is not waited for. */
int form_leave(struct job *job, struct rpa_err *err)
{
    const struct form_field *next = following(job);
    bool *strays = &job->w->form->strays[job->entry - job->form->fields];
    if (!form_advance(job))
        return 0;
    int r = leave_for(job, next, *strays ? 0 : SHOWS_US, err);
    *strays = r == 0 && next && job->w->form->focus != next;
    return r;
}

int form_tab(struct job *job, const struct form_field *to, struct rpa_err *err)
{
    return leave_for(job, to, SHOWS_US, err);
}
