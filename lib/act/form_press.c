/* Buttons and keys of a form: commit acts, unless they are listed as
 * navigation. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

#define SETTLE_US 60000
#define SETTLES 50

uint64_t form_hash(const struct form *form, const struct form_rule *rule)
{
    uint64_t hash = 0xcbf29ce484222325;
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

int form_settle(struct form *form, struct rpa_err *err)
{
    int r = 0;
    for (int i = 0; r == 0 && i < SETTLES; i++) {
        int looks = 0;
        r = rpa_look_wait(form->look, never, &looks, rpa_mono_us() + SETTLE_US,
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
        return 0;
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

static int act(const struct press *p, const struct scene *scene,
               struct rpa_err *err)
{
    if (!p->button)
        return hands_chord(p->d, scene, p->key, err);
    const struct rpa_area *at = &p->button->at;
    return hands_click(p->d, scene, at->x + at->w / 2, at->y + at->h / 2, err);
}

/* Wherever the last key took the focus, each field may look otherwise with it:
 * have it in the one that was left last. When that has said what it holds, what
 * the target drew for the keys and clicks before is on the screen. */
static int know_focus(struct rpa_driver *d, struct window *w,
                      const struct form_rule *rule, struct rpa_err *err)
{
    const struct form_field *left = w->form->left;
    struct job job = { .d = d, .w = w, .form = rule, .entry = left };
    if (w->form->focus || !left)
        return 0;
    rpa_str_copy(job.label, sizeof job.label, left->label);
    job.rule = rpa_target_field(d->target, rule->title, left->label);
    if (left->hidden) {
        int r = form_reach(&job, err);
        return r == 0 ? form_settle(w->form, err) : r;
    }
    struct rpa_buf told = { 0 };
    int r = job_end(&job, form_text_reader.text(&job, &told, err), err);
    rpa_buf_clear(&told);
    return r;
}

int form_press(struct rpa_driver *d, struct window *w,
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
        r = fence_check(d, err);
    if (r == 0 && commit && button)
        r = know_focus(d, w, rule, err);
    if (r == 0)
        /* after a button all may be drawn anew */
        r = w->form->left ? rpa_look_take(w->form->look, err)
                          : form_settle(w->form, err);
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
    r = act(&p, &scene, err);
    w->form->focus = w->form->left = NULL;
    return commit ? act_finish_commit(d, &ack, r, err)
                  : act_finish(d, &ack, r, false, err);
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
    if (r == 0 && (r = hands_focus(d, w, err)) > 0)
        r = 0;
    if (r == 0)
        r = form_of(d, w, &rule, err);
    if (r == 0 && !rule) {
        rpa_fail(err, RPA_EINVAL, "window '%s' is no form of the screen map",
                 w->title);
        return rpa_err_hint(err, "a screen of the map with its title and a "
                                 "toolkit makes it one");
    }
    if (r == 0)
        r = form_press(d, w, rule, label, NULL, &commit, err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "commit", commit);
    return 0;
}
