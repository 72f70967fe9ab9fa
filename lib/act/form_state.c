/* Tick boxes and pick-lists: what state they show, by their look. A look that
 * the screen map does not have is no state. */
#include "form.h"

#include <stdio.h>
#include <string.h>

/* of the Tab key from one field to the next: a list may have a button */
#define STOPS 3

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

/* from the text field before it: a click would open the list */
static int reach_by_key(struct job *job, struct rpa_err *err)
{
    struct job before = *job;
    struct ack ack;
    if (job->w->form->focus == job->entry)
        return 0;
    before.entry = job->entry - 1;
    if (job->entry == job->form->fields || before.entry->kind != FORM_TEXT ||
        !form_advance(&before))
        return rpa_fail(err, RPA_ELABEL,
                        "pick-list '%s' can only be reached from a text field "
                        "before it in the screen map",
                        job->label);
    int r = form_text_reader.reach(&before, err);
    job->kept = before.kept;
    for (int i = 0; r == 0 && i < STOPS && job->w->form->focus != job->entry;
         i++) {
        struct row row = form_key_row(job, form_advance(&before));
        r = act_intent(job->d, &row, 1, &ack, err);
        if (r == 0)
            r = act_finish(job->d, &ack, form_leave(&before, err), true, err);
    }
    if (r == 0 && job->w->form->focus != job->entry)
        r = rpa_fail(err, RPA_EFOCUS, "pick-list '%s' did not get the focus",
                     job->label);
    return r;
}

/* the first choice, then down to the one that is wanted */
static int pick(struct job *job, const struct form_state *want,
                struct rpa_err *err)
{
    size_t down = (size_t)(want - job->entry->states);
    struct row row = form_key_row(job, "Home");
    struct ack ack;
    rpa_msg_put_int(row.body, "down", (int64_t)down);
    rpa_msg_put_str(row.body, "value", want->value);
    int r = act_intent(job->d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    r = form_chord(job, "Home", err);
    for (size_t i = 0; r == 0 && i < down; i++)
        r = form_chord(job, "Down", err);
    if (r == 0)
        r = await_state(job, want, err);
    return act_finish(job->d, &ack, r, false, err);
}

static int set_state(struct job *job, struct rpa_err *err)
{
    const struct form_state *want = state_named(job->entry, job->want), *now;
    int r = await_state(job, NULL, err);
    now = state_now(job);
    if (r < 0 || now == want)
        return r;
    if (job->entry->kind == FORM_PICK) {
        r = reach_by_key(job, err);
        return r == 0 ? pick(job, want, err) : r;
    }
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

static int still_so(struct job *job, struct rpa_err *err)
{
    return await_state(job, state_named(job->entry, job->want), err);
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

const struct reader form_state_reader = { check_choice, nothing, set_state, still_so,
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
        r = form_settle(job.w->form, err);
    if (r < 0)
        return r;
    uint64_t look = rpa_look_of(job.w->form->look, &job.entry->at);
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)look);
    *ret = rpa_cbor_strn(digits, 16);
    return 0;
}
