/* Buttons and keys of a form: commit acts, unless they are listed as
 * navigation. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

#define SETTLE_US 60000
#define SETTLES 50
#define SILENT_US 300000 /* an empty entry, that long */
#define ASKS 3
#define PRESSES 3

uint64_t form_hash(const struct form *form, const struct form_rule *rule)
{
    int w, h;
    rpa_look_size(form->look, &w, &h);
    uint64_t hash = 0xcbf29ce484222325 ^ ((uint64_t)w << 32 | (uint64_t)h);
    for (size_t i = 0; i < rule->nfields; i++) {
        const struct form_field *f = &rule->fields[i];
        if (f->kind != FORM_BUTTON && f != form->focus && f != form->left)
            hash = (hash ^ rpa_look_of(form->look, &f->at)) * 0x100000001b3;
    }
    return hash;
}

static bool never(void *ctx, const struct rpa_look *l)
{
    (void)l;
    ++*(int *)ctx;
    return *(int *)ctx > 1; /* something was drawn after the first look */
}

int form_settle(struct rpa_look *look, struct rpa_err *err)
{
    int r = 0;
    for (int i = 0; r == 0 && i < SETTLES; i++) {
        int looks = 0;
        r = rpa_look_wait(look, never, &looks, rpa_mono_us() + SETTLE_US,
                          err);
    }
    return r == -RPA_ETIMEOUT ? 0 : r;
}

static int find_button(const struct window *w, const struct form_rule *rule,
                       const char *label, const struct form_field **ret,
                       struct rpa_err *err)
{
    const struct form_field *f = form_rule_field(rule, label);
    if (!f || f->kind != FORM_BUTTON)
        return rpa_fail(err, RPA_ELABEL, "form '%s' has no button '%s'",
                        rule->title, label);
    *ret = f;
    if (rpa_look_of(w->form->look, &f->at))
        return form_check_place(w->form, rule, f, err);
    return rpa_fail(err, RPA_EUNREADABLE,
                    "button '%s' is outside of the window, or covered", label);
}

struct press {
    struct rpa_driver *d;
    struct window *w;
    const struct form_rule *rule;
    const struct form_field *button; /* or */
    const char *key;
};

static struct row make_row(const struct press *p, bool commit, uint64_t hash)
{
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, p->button ? "button" : "key",
                    p->button ? p->button->label : p->key);
    rpa_msg_put_int(body, "screen", (int64_t)hash);
    rpa_msg_put_str(body, "title", p->rule->title);
    return (struct row){
        .kind = commit ? "COMMIT" : "KEY", .window = p->w->title, .body = body,
        .pending = commit && rpa_target_pending(p->d->target, p->rule->title),
    };
}

/* A button that takes a click draws itself, if only as the pointer leaves it; one
 * that is disabled does not. */
static int click(const struct press *p, const struct scene *scene,
                 struct rpa_err *err)
{
    const struct rpa_area *at = &p->button->at;
    struct rpa_look *look = p->w->form->look;
    rpa_look_watch(look, at);
    int r = hands_click(p->d, scene, at->x + at->w / 2, at->y + at->h / 2, err);
    if (r == 0)
        r = rpa_look_await_drawn(look, rpa_mono_us() + p->d->echo_ms * 1000LL, err);
    if (r != -RPA_ETIMEOUT)
        return r;
    rpa_fail(err, RPA_ETIMEOUT, "button '%s' did not show that it was pressed",
             p->button->label);
    rpa_err_seen(err, "waited %d s for it to be drawn after a click",
                 p->d->echo_ms / 1000);
    return rpa_err_hint(err, "is it greyed out, or its place in the screen map "
                             "wrong? Look at the picture");
}

static int act(const struct press *p, const struct scene *scene,
               struct rpa_err *err)
{
    return p->button              ? click(p, scene, err)
           : form_is_menu(p->key) ? form_menu(p->d, scene, p->key, err)
                                  : hands_chord(p->d, scene, p->key, err);
}

static int changed_since(struct job *job, struct rpa_err *err)
{
    rpa_fail(err, RPA_EREADBACK,
             "field '%s' no longer holds what was set; a commit act was refused",
             job->label);
    return rpa_err_hint(err, "the target changed it when another field was set: "
                             "set it after that one, or have it looked at");
}

/* Ask it once more, with intent and outcome; and again if it says otherwise, as
 * it may give up the selection that it still had from the last time. */
static int ask_again(struct job *job, const struct rpa_buf *said,
                     struct rpa_err *err)
{
    struct rpa_buf now = { 0 };
    struct ack ack;
    int64_t until_us = said->len ? form_until(job) : rpa_mono_us() + SILENT_US;
    int r = job->reader->reach(job, err);
    if (r < 0)
        return r;
    struct row row = form_key_row(job, job->form->toolkit.keys.select_all);
    r = act_intent(job->d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    for (int i = 0; i < ASKS; i++) {
        rpa_buf_clear(&now);
        r = form_ask(job, until_us, &now, err);
        if (r == -RPA_ENOTFOUND) /* an empty entry says nothing */
            r = 0;
        if (r < 0 || rpa_buf_same(&now, said) || rpa_mono_us() >= until_us)
            break;
    }
    if (r == 0 && !rpa_buf_same(&now, said))
        r = changed_since(job, err);
    rpa_buf_clear(&now);
    return act_finish(job->d, &ack, r, false, err);
}

/* The same of a tick box or pick-list: what it shows. */
static int look_again(struct job *job, const struct rpa_buf *said,
                      struct rpa_err *err)
{
    const char *now = NULL;
    int r = form_state_now(job, &now, err);
    return r == 0 && strcmp(now, said->data) ? changed_since(job, err) : r;
}

static struct job job_of(const struct press *p, const struct form_field *f)
{
    bool text = f->kind == FORM_TEXT;
    struct job job = { .reader = text ? &form_text_reader : &form_state_reader,
                       .d = p->d, .w = p->w, .form = p->rule, .entry = f };
    rpa_str_copy(job.label, sizeof job.label, f->label);
    job.rule = rpa_target_field(p->d->target, p->rule->title, f->label);
    return job;
}

/* Back to where the keyboard was before fields were asked: into the text @focus,
 * with nothing selected, or to what comes behind the one that was left last by
 * its key. */
static int go_back(const struct press *p, const struct form_field *focus,
                   const struct form_field *left, struct rpa_err *err)
{
    bool into = focus && focus->kind == FORM_TEXT;
    if (!into && !left)
        return 0;
    struct job job = job_of(p, into ? focus : left);
    const char *key = into ? NULL : form_advance(&job);
    struct ack ack;
    int r = job.reader->reach(&job, err);
    if (r == 0) {
        struct row row = form_key_row(&job, key ? key : "End");
        r = act_intent(p->d, &row, 1, &ack, err);
    }
    if (r == 0)
        r = act_finish(p->d, &ack, (key ? form_leave : form_end)(&job, err),
                       false, err);
    return job_end(&job, r, err);
}

/* Before a button or a key that files: every field that was set must say what it
 * said then, as another may have changed it since, or keys gone astray. That
 * also leaves the focus where it is known, and nothing of what was pressed
 * before is still to be drawn. */
static int check_again(const struct press *p, struct rpa_err *err)
{
    struct form *form = p->w->form;
    const struct form_field *focus = form->focus, *left = form->left;
    bool asked = false;
    int r = 0;
    for (size_t i = 0; r == 0 && i < p->rule->nfields; i++) {
        const struct said *said = form_said_of(form, &p->rule->fields[i]);
        if (!said)
            continue;
        struct job job = job_of(p, &p->rule->fields[i]);
        bool text = job.entry->kind == FORM_TEXT;
        r = form_check_place(form, p->rule, job.entry, err);
        if (r == 0)
            r = (text ? ask_again : look_again)(&job, &said->text, err);
        r = job_end(&job, r, err);
        asked = asked || text;
    }
    if (r == 0 && asked && p->key)
        r = go_back(p, focus, left, err);
    return r;
}

/* ---- a button that clears ---- */

/* Does it say that it is as a form that was cleared has it: a text holds nothing but
 * its bare mask, a tick box is off, a pick-list shows its first choice? */
static bool says_clear(struct job *job)
{
    struct rpa_buf said = { 0 };
    struct rpa_err why;
    int r = form_locate(job, job->form, &why);
    if (r == 0)
        r = job->reader->text(job, &said, &why);
    const char *text = said.len ? said.data : "";
    bool clear = r == 0 && (job->entry->kind == FORM_TEXT
                                ? rpa_change_blank(job_change(job), text, said.len)
                                : !strcmp(text, job->entry->states[0].value));
    rpa_buf_clear(&said);
    return job_end(job, r, &why) == 0 && clear;
}

/* It was set, and the click has left it as it looked; where the keyboard was, it
 * looks otherwise for that alone. */
static bool may_hold(struct form *form, const struct form_field *f,
                     const struct form_field *focus, const struct form_field *left)
{
    const struct said *said = form_said_of(form, f);
    struct rpa_area at;
    return said && said->text.len &&
           (f == focus || f == left || !rpa_look_changed(form->look, &f->at, &at));
}

/* The map's word that a button clears is not the program's, which may have refused
 * it: what was in doubt is so until it says that it is clear, and what was set comes
 * to be unless that, or its look, says so. A dialog that came up is not disturbed.
 * After a key of editing, any field may be the one that was changed. */
static void see_cleared(const struct press *p, const struct form_field *focus,
                        const struct form_field *left)
{
    struct rpa_driver *d = p->d;
    struct window *w = p->w;
    const struct form_rule *rule = NULL;
    bool asks[FORM_FIELDS] = { false }, all = true;
    struct rpa_err why;
    if (form_settle(w->form->look, &why) < 0 || form_of(d, w, &rule, &why) < 0 || !rule)
        return;
    bool edited = fence_doubts(d, w, FENCE_EDITED);
    for (size_t i = 0; i < rule->nfields; i++) {
        const struct form_field *f = &rule->fields[i];
        asks[i] = f->kind != FORM_BUTTON && f->kind != FORM_MODE &&
                  (edited || fence_doubts(d, w, f->label) ||
                   may_hold(w->form, f, focus, left));
    }
    form_forget(w->form);
    bool here = rpa_window_has_keyboard(d->display, w->id);
    for (size_t i = 0; i < rule->nfields; i++) {
        struct job job = { .d = d, .w = w, .form = rule };
        rpa_str_copy(job.label, sizeof job.label, rule->fields[i].label);
        if (!asks[i])
            continue;
        bool clear = here && says_clear(&job);
        all = all && clear;
        if (clear)
            fence_proved(d, w, job.label, 0);
        else
            fence_doubt(d, w, NULL, job.label, 0);
    }
    if (edited && all)
        fence_proved(d, w, FENCE_EDITED, 0);
}

static int press_once(struct rpa_driver *d, struct window *w,
                      const struct form_rule *rule, const char *button,
                      const char *key, bool *ret_commit, struct rpa_err *err)
{
    struct press p = { d, w, rule, NULL, key };
    struct ack ack;
    int r = button ? find_button(w, rule, button, &p.button, err) : 0;
    bool commit = button ? fence_button_commits(d, rule->title, button)
                         : fence_key_commits(d, rule->title, key);
    *ret_commit = commit;
    if (r == 0 && commit)
        r = fence_check(d, NULL, NULL, NULL, err);
    if (commit)
        act_before(d, NULL, NULL);
    if (r == 0 && commit)
        r = check_again(&p, err);
    if (r == 0)
        r = hands_dismiss(d, w, err);
    if (r == 0)
        /* after a button all may be drawn anew */
        r = w->form->left ? rpa_look_take(w->form->look, err)
                          : form_settle(w->form->look, err);
    bool clears = p.button && p.button->clears;
    if (r == 0 && clears)
        r = rpa_look_keep(w->form->look, err);
    if (r < 0)
        return r;
    uint64_t hash = form_hash(w->form, rule);
    struct row row = make_row(&p, commit, hash);
    r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    struct scene scene = { w, hash, -1, ack.deadline_us, rule };
    if (!commit && key) /* it moves about in the form, which shows that */
        scene = (struct scene){ w, 0, -1, 0 };
    const struct form_field *focus = w->form->focus, *left = w->form->left;
    r = act(&p, &scene, err);
    w->form->focus = w->form->left = NULL;
    if (commit && r != -RPA_ESCREEN)
        form_forget(w->form);
    if (commit)
        return act_finish_commit(d, &ack, r, err);
    r = act_finish(d, &ack, r, false, err);
    if (r == 0 && clears)
        see_cleared(&p, focus, left);
    return r;
}

/* As on a grid: what a program still draws changes the form between the check and
 * the click, of which then nothing comes. All is checked anew. */
int form_press(struct rpa_driver *d, struct window *w,
               const struct form_rule *rule, const char *button,
               const char *key, bool *ret_commit, struct rpa_err *err)
{
    int r = press_once(d, w, rule, button, key, ret_commit, err);
    for (int i = 1; i < PRESSES && r == -RPA_ESCREEN; i++)
        r = press_once(d, w, rule, button, key, ret_commit, err);
    struct rpa_err why;
    if (r == -RPA_ETIMEOUT && key)
        hands_dismiss(d, w, &why); /* a menu that stays lies over fields */
    return r;
}

int do_button_press(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    const struct form_rule *rule = NULL;
    struct window *w;
    char label[TITLE_MAX];
    bool commit = false;
    int r = view_window(d, args, &w, err);
    if (r == 0 && !rpa_msg_copy(args, "label", label, sizeof label))
        r = rpa_fail(err, RPA_EINVAL, "a button wants a label");
    if (r == 0)
        r = hands_focus(d, w, err);
    if (r >= 0)
        r = form_in(d, args, &w, &rule, err);
    if (r == 0)
        r = form_press(d, w, rule, label, NULL, &commit, err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "commit", commit);
    return 0;
}
