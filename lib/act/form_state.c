/* Tick boxes and pick-lists: what state they show, by their look. A look that
 * the screen map does not have is no state. */
#include "form.h"
#include "rpa/screen/manage.h"

#include <stdio.h>
#include <string.h>

/* of the Tab key from one field to the next: a list may have a button, and there
 * may be more than the map has */
#define STOPS 3
#define STEP_US 200000 /* for the bar of a list to move */

const struct form_state *form_state_of(const struct rpa_look *l,
                                       const struct form_field *f)
{
    uint64_t look = rpa_look_of(l, &f->at);
    for (size_t i = 0; i < f->nstates; i++)
        for (size_t k = 0; k < f->states[i].nlooks; k++)
            if (f->states[i].looks[k] == look)
                return &f->states[i];
    return NULL;
}

static const struct form_state *state_named(const struct form_field *f,
                                            const char *value)
{
    for (size_t i = 0; i < f->nstates; i++)
        if (!strcmp(f->states[i].value, value))
            return &f->states[i];
    return NULL;
}

static const struct form_state *state_now(struct job *job)
{
    return form_state_of(job->w->form->look, job->entry);
}

static int no_state(struct job *job, struct rpa_err *err)
{
    uint64_t look = rpa_look_of(job->w->form->look, &job->entry->at);
    rpa_fail(err, RPA_EUNREADABLE,
             "field '%s' looks like none of its states in the screen map",
             job->label);
    rpa_err_seen(err, "look %016llx", (unsigned long long)look);
    return rpa_err_hint(err, "if it is a state you know, add this look to it in "
                             "the map");
}

struct wish {
    struct job *job;
    const struct form_state *state; /* NULL: any */
};

static bool shows(void *ctx, const struct rpa_look *l)
{
    const struct wish *wish = ctx;
    const struct form_state *now = form_state_of(l, wish->job->entry);
    return now && (!wish->state || now == wish->state);
}

static int await_state(struct job *job, const struct form_state *state,
                       struct rpa_err *err)
{
    struct wish wish = { job, state };
    int r = rpa_look_wait(job->w->form->look, shows, &wish, form_until(job), err);
    if (r != -RPA_ETIMEOUT)
        return r;
    if (!state_now(job))
        return no_state(job, err);
    rpa_fail(err, RPA_EREADBACK, "field '%s' does not show '%s'", job->label,
             state ? state->value : "a state");
    rpa_err_seen(err, "it shows '%s'", state_now(job)->value);
    return rpa_err_hint(err, "the target may refuse it, or its screen map be "
                             "wrong");
}

/* the nearest text before it that a key leaves; NULL: there is none */
static const struct form_field *text_before(const struct job *job)
{
    struct job before = *job;
    while (before.entry-- > job->form->fields)
        if (before.entry->kind == FORM_TEXT && form_advance(&before))
            return before.entry;
    return NULL;
}

static int not_reached(struct job *job, const struct form_field *from,
                       struct rpa_err *err)
{
    rpa_fail(err, RPA_EFOCUS, "pick-list '%s' did not show that it has the focus",
             job->label);
    rpa_err_seen(err, "its place never looked otherwise after a key that left '%s', "
                      "or the next ones", from->label);
    return rpa_err_hint(err, "let its place in the screen map include the frame that "
                             "shows the focus, and the map name the fields in the "
                             "order of that key");
}

/* from there: a click would choose something */
static int reach_by_key(struct job *job, struct rpa_err *err)
{
    const struct form *form = job->w->form;
    struct job before = *job;
    struct ack ack;
    if (form->focus == job->entry)
        return 0;
    before.entry = text_before(job);
    if (!before.entry)
        return rpa_fail(err, RPA_ELABEL,
                        "pick-list '%s' can only be reached from a text field "
                        "before it in the screen map",
                        job->label);
    int r = form_text_reader.reach(&before, err);
    job->kept = before.kept;
    for (long i = STOPS + (job->entry - before.entry) - 1;
         r == 0 && i > 0 && form->focus != job->entry; i--) {
        struct row row = form_key_row(job, form_advance(&before));
        r = act_intent(job->d, &row, 1, &ack, err);
        if (r == 0)
            r = act_finish(job->d, &ack, form_tab(&before, job->entry, err), true,
                           err);
    }
    return r == 0 && form->focus != job->entry ? not_reached(job, before.entry, err)
                                               : r;
}

/* rpa_look_test: another choice than the one in the wish */
static bool shows_other(void *ctx, const struct rpa_look *l)
{
    const struct wish *wish = ctx;
    const struct form_state *now = form_state_of(l, wish->job->entry);
    return now && now != wish->state;
}

/* Home, if @home, then down (or up) in a list that has the focus: what it shows
 * moves along. */
static int go_on(struct job *job, bool home, int steps, struct rpa_err *err)
{
    struct wish was = { job, state_now(job) };
    int r = home ? form_chord(job, "Home", err) : 0;
    for (; r == 0 && steps; steps -= steps > 0 ? 1 : -1)
        r = form_chord(job, steps > 0 ? "Down" : "Up", err);
    if (r == 0)
        r = rpa_look_wait(job->w->form->look, shows_other, &was, form_until(job),
                          err);
    return r == -RPA_ETIMEOUT ? 0 : r;
}

static uint64_t look_of_all(const struct rpa_look *l)
{
    struct rpa_area all = { 0 };
    rpa_look_size(l, &all.w, &all.h);
    return rpa_look_of(l, &all);
}

/* rpa_look_test */
static bool is_other(void *ctx, const struct rpa_look *l)
{
    return look_of_all(l) != *(const uint64_t *)ctx;
}

/* One step in the list: the bar that moves is waited for. At an end of it, and
 * where it stands at none yet, nothing may move. */
static int step_in(struct job *job, struct rpa_look *list, const char *key,
                   struct rpa_err *err)
{
    struct scene scene = { job->w, .cursor = -1, .list = true };
    uint64_t was = look_of_all(list);
    int r = hands_chord(job->d, &scene, key, err);
    if (r == 0)
        r = rpa_look_wait(list, is_other, &was, rpa_mono_us() + STEP_US, err);
    return r == -RPA_ETIMEOUT ? 0 : r;
}

/* A click opened it, and it has grabbed pointer and keyboard. Go @steps down (or
 * up) in it and take that. */
static int take_from_list(struct job *job, int steps, struct rpa_err *err)
{
    struct rpa_display *d = job->d->display;
    struct scene scene = { job->w, .cursor = -1, .list = true };
    struct rpa_look *list = NULL;
    int r = rpa_pointer_await_grab(d, true, form_until(job), err);
    if (r == 0) /* some grab before they show it */
        r = rpa_pointer_await_menu(d, job->w->id, 0, form_until(job), err);
    if (r == 0)
        r = rpa_look_open(d, rpa_window_popup(d, job->w->id), &list, err);
    if (r == 0)
        r = form_settle(list, err);
    for (; r == 0 && steps; steps -= steps > 0 ? 1 : -1)
        r = step_in(job, list, steps > 0 ? "Down" : "Up", err);
    rpa_look_close(list);
    if (r == 0)
        r = hands_chord(job->d, &scene, "Enter", err);
    if (r == 0)
        r = rpa_pointer_await_grab(d, false, form_until(job), err);
    return r;
}

static int another(struct job *job, struct rpa_err *err)
{
    rpa_fail(err, RPA_EREADBACK, "pick-list '%s' shows another choice",
             job->label);
    rpa_err_seen(err, "it shows '%s'", state_now(job)->value);
    return rpa_err_hint(err, "are the map's choices those of the list, in its "
                             "order?");
}

/* Toolkits differ in where Up and Down begin: at the choice that is shown, or at
 * the first one, where Home leads to in a list that is not opened; one that opens
 * may have none marked yet. What is shown then tells. */
enum { FROM_SHOWN, FROM_FIRST, FROM_NONE, WAYS };

static int choose(struct job *job, const struct form_state *want,
                  const struct form_state *shown, int way, struct rpa_err *err)
{
    const struct form_field *f = job->entry;
    int steps = (int)(want - (way == FROM_SHOWN ? shown : f->states));
    bool home = way == FROM_FIRST && !f->opens;
    struct row row = form_key_row(job, f->opens ? "Enter" : home ? "Home" : "Down");
    struct ack ack;
    steps += way == FROM_NONE;
    rpa_msg_put_int(row.body, "steps", steps);
    rpa_msg_put_str(row.body, "value", want->value);
    int r = act_intent(job->d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    r = f->opens ? take_from_list(job, steps, err)
                 : go_on(job, home, steps, err);
    if (r == 0)
        r = form_settle(job->w->form->look, err);
    if (r == 0 && state_now(job) && state_now(job) != want)
        r = another(job, err);
    if (r == 0)
        r = await_state(job, want, err);
    return act_finish(job->d, &ack, r, false, err);
}

static int open_list(struct job *job, struct rpa_err *err)
{
    job->w->form->focus = NULL;
    return form_click(job, err);
}

static int pick(struct job *job, const struct form_state *want,
                struct rpa_err *err)
{
    bool opens = job->entry->opens;
    int r = -RPA_EREADBACK;
    for (int way = 0; r == -RPA_EREADBACK && way < (opens ? WAYS : FROM_NONE);
         way++) {
        const struct form_state *shown = state_now(job); /* a list may cover it */
        r = opens ? open_list(job, err) : reach_by_key(job, err);
        if (r == 0)
            r = choose(job, want, shown, way, err);
    }
    if (r < 0 && opens) /* it is not left open */
        hands_dismiss(job->d, job->w, NULL);
    return r;
}

static int set_state(struct job *job, struct rpa_err *err)
{
    const struct form_state *want = state_named(job->entry, job->want), *now;
    int r = await_state(job, NULL, err);
    now = state_now(job);
    if (r < 0 || now == want)
        return r;
    if (job->entry->kind == FORM_PICK)
        return pick(job, want, err);
    job->w->form->focus = NULL;
    r = form_click(job, err);
    return r == 0 ? await_state(job, want, err) : r;
}

/* before anything is pressed */
static int check_choice(struct job *job, struct rpa_err *err)
{
    if (job->entry->kind == FORM_MODE)
        return rpa_fail(err, RPA_EINVAL, "'%s' shows the mode: it is not set",
                        job->label);
    if (state_named(job->entry, job->want))
        return 0;
    rpa_fail(err, RPA_EINVAL, "field '%s' has no choice '%s'", job->label,
             job->want);
    return rpa_err_hint(err, "the screen map lists its choices");
}

static int nothing(struct job *job, struct rpa_err *err)
{
    (void)job;
    (void)err;
    return 0;
}

int form_state_now(struct job *job, const char **ret, struct rpa_err *err)
{
    int r = form_settle(job->w->form->look, err);
    if (r == 0)
        r = await_state(job, NULL, err);
    if (r == 0)
        *ret = state_now(job)->value;
    return r;
}

static int prove(struct job *job, struct rpa_err *err)
{
    struct rpa_buf want = { .data = (char *)job->want, .len = strlen(job->want) };
    int r = await_state(job, state_named(job->entry, job->want), err);
    if (r == 0)
        r = form_said(job, &want, err);
    return r;
}

static int get_state(struct job *job, struct rpa_buf *ret, struct rpa_err *err)
{
    int r = job_focus(job, err); /* without it windows look greyed */
    if (r == 0)
        r = await_state(job, NULL, err);
    if (r == 0)
        rpa_buf_puts(ret, state_now(job)->value);
    return r;
}

const struct reader form_state_reader = { check_choice, nothing, set_state, prove,
                                          get_state };

/* a person who writes the map asks for it */
int do_form_look(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    char digits[17];
    const struct form_rule *rule;
    int r = form_in(d, args, &job.w, &rule, err);
    if (r == 0)
        r = job_start(&job, d, args, err);
    if (r == 0 && (r = hands_focus(d, job.w, err)) > 0)
        r = 0;
    if (r == 0)
        r = form_settle(job.w->form->look, err);
    if (r < 0)
        return r;
    uint64_t look = rpa_look_of(job.w->form->look, &job.entry->at);
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)look);
    *ret = rpa_cbor_strn(digits, 16);
    return 0;
}
