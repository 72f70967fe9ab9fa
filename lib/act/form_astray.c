/* Whether keys went astray: a program may move its focus while a field is typed
 * into, or take it back, and tells nobody. */
#include "form.h"

#define SHOWS_US 100000 /* for a field to show that it is another than before */
#define BLINK_US 2500000 /* for a text cursor to come or go: 1.2 s there and back */

/* What was set is asked again before a commit act; the others are only seen. */
static bool only_seen(const struct job *job, const struct form_field *f)
{
    bool shows = f->kind != FORM_BUTTON && f->kind != FORM_MODE;
    return shows && f != job->entry &&
           !form_said_of(job->w->form, f);
}

/* the field that shows the focus when this one is left */
static const struct form_field *behind(const struct job *job)
{
    const struct form_field *first = job->form->fields, *f = job->entry;
    do
        f = f + 1 < first + job->form->nfields ? f + 1 : first;
    while (f->kind == FORM_MODE);
    return f;
}

void form_others(const struct job *job, bool ret[static FORM_FIELDS])
{
    struct rpa_area at;
    for (size_t i = 0; i < FORM_FIELDS; i++) {
        const struct form_field *f = &job->form->fields[i];
        ret[i] = i < job->form->nfields && only_seen(job, f) &&
                 rpa_look_changed(job->w->form->look, &f->at, &at);
    }
}

bool form_doubt_others(const struct job *job, const bool others[static FORM_FIELDS],
                       struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    for (size_t i = 0; i < job->form->nfields; i++) {
        const char *label = job->form->fields[i].label;
        if (!others[i])
            continue;
        fence_doubt(job->d, job->w, NULL, label, 0);
        rpa_buf_printf(&names, "%s'%s'", names.len ? ", " : "", label);
    }
    bool any = names.len > 0;
    if (any) {
        rpa_err_seen(err, "meanwhile these came to look otherwise: %s", names.data);
        rpa_err_hint(err, "the program may move its focus while it is typed into, "
                          "or take it back for a value it does not accept: what "
                          "was typed may stand there; look at the picture");
    }
    rpa_buf_clear(&names);
    return any;
}

static int elsewhere(struct job *job, const bool others[static FORM_FIELDS],
                     struct rpa_err *err)
{
    rpa_fail(err, RPA_EFOCUS, "another field than '%s' took what was typed, or "
                              "nothing shows that it did not",
             job->label);
    rpa_err_seen(err, "it did not come to look otherwise as keys were pressed");
    form_doubt_others(job, others, err);
    return -RPA_EFOCUS;
}

/* Only the field that has the keyboard shows its text now selected, now not. A
 * drawing that was still to come changes it once, not twice. */
static int turns(struct job *job, int (*ask)(struct job *, struct rpa_err *),
                 struct rpa_err *err)
{
    struct rpa_look *look = job->w->form->look;
    const struct rpa_area *at = &job->entry->at;
    int r = ask(job, err);
    if (r == 0)
        r = form_settle(look, err);
    uint64_t was = rpa_look_of(look, at);
    if (r == 0)
        r = form_end(job, err);
    if (r == 0)
        r = form_await_change(job, at, was, form_until(job), err);
    if (r == 0)
        r = form_settle(look, err);
    was = rpa_look_of(look, at);
    if (r == 0)
        r = ask(job, err);
    return r < 0 ? r : form_await_change(job, at, was, form_until(job), err);
}

static int prove_focus(struct job *job, struct rpa_err *err)
{
    const char *all = job->form->toolkit.keys.select_all, *on = form_advance(job);
    struct row rows[] = { form_key_row(job, all), form_key_row(job, "End"),
                          form_key_row(job, all), { 0 } };
    struct ack ack;
    if (on)
        rows[3] = form_key_row(job, on);
    int r = act_intent(job->d, rows, on ? 4 : 3, &ack, err);
    if (r < 0)
        return r;
    r = turns(job, form_holds, err);
    if (r == 0)
        r = form_leave(job, err);
    return act_finish(job->d, &ack, r, r == 0, err);
}

/* Where nothing else came to look otherwise, and this field did, it has what it
 * says it has. Else it must show that it is the one that spoke: others may be
 * filled in by the target when this one is left. */
int form_proved(struct job *job, struct rpa_err *err)
{
    bool others[FORM_FIELDS], any = false;
    struct rpa_err why;
    if (!job->folded.chars) /* one character of it was seen */
        return 0;
    int r = form_await_change(job, &job->entry->at, job->was,
                              rpa_mono_us() + SHOWS_US, &why);
    form_others(job, others);
    for (size_t i = 0; i < job->form->nfields; i++)
        any = any || (others[i] && &job->form->fields[i] != behind(job));
    if (r == 0 && job->was && !any)
        return 0;
    r = form_reach(job, err);
    if (r == 0)
        r = prove_focus(job, err);
    return r == -RPA_EREADBACK || r == -RPA_ETIMEOUT || r == -RPA_EFOCUS
               ? elsewhere(job, others, err)
               : r;
}

int form_shows(struct job *job, uint64_t was, struct rpa_err *err)
{
    static const bool none[FORM_FIELDS];
    int r = form_await_change(job, &job->entry->at, was, form_until(job), err);
    return r == -RPA_ETIMEOUT ? elsewhere(job, none, err) : r;
}

int form_unmoved(struct job *job, struct rpa_err *err)
{
    bool others[FORM_FIELDS];
    int r = form_settle(job->w->form->look, err);
    if (r < 0)
        return r;
    form_others(job, others);
    for (size_t i = 0; i < job->form->nfields; i++)
        if (others[i])
            return elsewhere(job, others, err);
    return 0;
}

static int asked(struct job *job, struct rpa_err *err)
{
    struct rpa_buf text = { 0 };
    int r = form_ask(job, form_until(job), &text, err);
    rpa_buf_clear(&text);
    return r;
}

/* Some show the same text as selected with the focus and without it. */
int form_focused(struct job *job, bool empty, struct rpa_err *err)
{
    const struct rpa_area *at = &job->entry->at;
    struct rpa_look *look = job->w->form->look;
    int r = form_settle(look, err);
    if (r < 0 || rpa_look_of(look, at) != job->was)
        return r;
    r = empty ? form_await_change(job, at, job->was, rpa_mono_us() + BLINK_US, err)
              : turns(job, asked, err);
    if (r != -RPA_ETIMEOUT && r != -RPA_ENOTFOUND)
        return r;
    rpa_fail(err, RPA_EFOCUS, "field '%s' lost the focus again", job->label);
    rpa_err_seen(err, "once nothing more was drawn it looked as it had without it");
    return rpa_err_hint(err, "the program may take the focus back for a field whose "
                             "value it does not accept; look at the picture");
}
