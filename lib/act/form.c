/* A form: a window of the screen map, and its fields. */
#include "form.h"

#include <stdlib.h>
#include <string.h>

/* ---- the window ---- */

int form_check_size(const struct form *form, const struct form_rule *rule,
                    struct rpa_err *err)
{
    int w, h;
    rpa_look_size(form->look, &w, &h);
    if (!rule->w || (w == rule->w && h == rule->h))
        return 0;
    rpa_fail(err, RPA_ESCREEN, "form '%s' is %d x %d pixels, not %d x %d",
             rule->title, w, h, rule->w, rule->h);
    return rpa_err_hint(err, "its fields may stand elsewhere: have the screen "
                             "map checked");
}

int form_check_place(const struct form *form, const struct form_rule *rule,
                     const struct form_field *f, struct rpa_err *err)
{
    if (rule->w || f->by[0] || (form->w == form->first_w && form->h == form->first_h))
        return 0;
    rpa_fail(err, RPA_ESCREEN,
             "form '%s' is %d x %d pixels, and was %d x %d at first: '%s' may stand "
             "elsewhere now",
             rule->title, form->w, form->h, form->first_w, form->first_h, f->label);
    return rpa_err_hint(err, "let the screen map have a screen for each size, size "
                             "= { w = …, h = … }, or name an entry by the label "
                             "beside it: at = { right_of = … }");
}

int form_check_stays(struct rpa_driver *d, const struct window *w,
                     struct rpa_err *err)
{
    const struct form *form = w->form;
    struct rpa_window_info now;
    int r = rpa_window_info(d->display, w->id, &now, err);
    if (r < 0 || (now.width == form->w && now.height == form->h))
        return r;
    rpa_fail(err, RPA_ESCREEN,
             "form '%s' became %d x %d pixels, from %d x %d, since its fields were "
             "found",
             form->rule->title, now.width, now.height, form->w, form->h);
    return rpa_err_hint(err, "they may stand elsewhere now: do it again, once the "
                             "window is as large as it will be");
}

/* @f, or the field of @rule that is the same under another title */
static const struct form_field *same_field(const struct form_rule *rule,
                                           const struct form_field *f)
{
    const struct form_field *same = form_rule_field(rule, f->label);
    if (!same || same->kind != f->kind || strcmp(same->by, f->by))
        return f;
    bool there = same->at.x == f->at.x && same->at.y == f->at.y &&
                 same->at.w == f->at.w && same->at.h == f->at.h;
    return f->by[0] || there ? same : f;
}

/* What is in doubt of a field is so under its other title. Are they one form? */
static bool same_form(struct rpa_driver *d, const struct window *w,
                      const struct form_rule *from, const struct form_rule *to)
{
    bool any = false;
    for (size_t i = 0; i < from->nfields; i++) {
        const struct form_field *f = &from->fields[i];
        if (same_field(to, f) == f)
            continue;
        fence_retitled(d, w, from->title, to->title, f->label);
        any = any || f->kind == FORM_TEXT;
    }
    return any;
}

/* Many windows take another title once something in them is changed. What was
 * left under the old one is still drawn anew; where the focus is now is to be
 * seen again. */
static void retitled(struct rpa_driver *d, const struct window *w,
                     const struct form_rule *rule)
{
    struct form *form = w->form;
    const struct form_field *left = form->left ? form->left : form->focus;
    if (rule == form->rule)
        return;
    if (!form->rule || !same_form(d, w, form->rule, rule) || rule->w)
        form->first_w = form->first_h = 0;
    for (size_t i = 0; i < FORM_FIELDS; i++)
        if (form->said[i].field)
            form->said[i].field = same_field(rule, form->said[i].field);
    form->rule = rule;
    form->focus = NULL;
    form->left = left ? form_rule_field(rule, left->label) : NULL;
}

/* rpa_look_test: a mode of the map is shown */
static bool shows_mode(void *ctx, const struct rpa_look *l)
{
    return form_state_of(l, ctx) != NULL;
}

static int no_mode(const struct form *form, const struct form_rule *rule,
                   const struct form_field *f, struct rpa_err *err)
{
    rpa_fail(err, RPA_EPERM, "'%s' of form '%s' shows no mode of the screen map",
             f->label, rule->title);
    rpa_err_seen(err, "look %016llx",
                 (unsigned long long)rpa_look_of(form->look, &f->at));
    return rpa_err_hint(err, "if it is a mode you know, add this look to it in "
                             "the map");
}

/* Every sign of it must show that the form is of the system of this run. */
static int check_signs(struct rpa_driver *d, struct form *form,
                       const struct form_rule *rule, struct rpa_err *err)
{
    for (size_t i = 0; i < rule->nfields; i++) {
        struct form_field *f = &rule->fields[i];
        if (f->kind != FORM_MODE)
            continue;
        int r = rpa_look_wait(form->look, shows_mode, f,
                              rpa_mono_us() + (int64_t)d->echo_ms * 1000, err);
        const struct form_state *now = form_state_of(form->look, f);
        if (r == 0)
            r = view_check_mode(d, now->value, err);
        else if (r == -RPA_ETIMEOUT)
            r = no_mode(form, rule, f, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int open_face(struct rpa_driver *d, const struct form_rule *rule,
                     struct rpa_err *err)
{
    size_t len = 0;
    const char *file = rpa_msg_str(d->setup, "font_file", &len);
    if (d->face)
        return 0;
    if (file && rpa_face_is(file, len))
        return rpa_face_parse(file, len, &d->face, err);
    rpa_fail(err, RPA_EINVAL,
             "the texts of form '%s' are to be read, but the map names no "
             "proportional font",
             rule->title);
    return rpa_err_hint(err, "rpa font learn NAME --entry X,Y -- PROGRAM, and "
                             "font = \"NAME\" in the screen map");
}

int form_page(struct rpa_driver *d, const struct form *form,
              const struct form_rule *rule, struct rpa_page **ret,
              struct rpa_err *err)
{
    int r = open_face(d, rule, err);
    return r == 0 ? rpa_page_read(d->face, form->look, ret, err) : r;
}

/* Where fields stand that the map knows by the text beside them: found anew at
 * each look, as what is above them may have moved them. */
static int find_labelled(struct rpa_driver *d, const struct form *form,
                         const struct form_rule *rule, struct rpa_err *err)
{
    struct rpa_page *page = NULL;
    int r = form_page(d, form, rule, &page, err);
    for (size_t i = 0; r == 0 && i < rule->nfields; i++) {
        struct form_field *f = &rule->fields[i];
        if (f->by[0])
            r = rpa_page_beside(page, d->face, f->by, &f->where, &f->at, err);
    }
    rpa_page_free(page);
    return r;
}

static int no_form(const struct rpa_driver *d, const struct rpa_window_info *info,
                   struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    form_rules_say(target_forms(d->target), &names);
    rpa_fail(err, RPA_ESCREEN, "the window is no form of the screen map");
    rpa_err_seen(err, "its title is '%s', %d x %d pixels; forms of the map are: "
                      "%s",
                 info->title, info->width, info->height,
                 names.len ? names.data : "none");
    rpa_buf_clear(&names);
    return rpa_err_hint(err, "a screen of the map with this title, or with "
                             "window = this title, and a toolkit makes it one");
}

int form_open(struct rpa_driver *d, struct window *w, struct rpa_err *err)
{
    int r = 0;
    if (!w->form) {
        w->form = calloc(1, sizeof *w->form);
        if (!w->form)
            return rpa_fail(err, RPA_ENOMEM, "no memory for a form");
        r = rpa_look_open(d->display, w->id, &w->form->look, err);
        if (r == 0) /* what it draws as it starts is no answer to a click */
            r = form_settle(w->form->look, err);
    }
    return r == 0 ? rpa_look_take(w->form->look, err) : r;
}

static void measured(struct form *form)
{
    rpa_look_size(form->look, &form->w, &form->h);
    if (form->first_w)
        return;
    form->first_w = form->w;
    form->first_h = form->h;
}

int form_of(struct rpa_driver *d, struct window *w,
            const struct form_rule **ret, struct rpa_err *err)
{
    struct rpa_window_info info;
    char mode[8];
    *ret = NULL;
    int r = rpa_window_info(d->display, w->id, &info, err);
    const struct form_rule *rule = NULL;
    if (r == 0)
        rule = form_rule_in(target_forms(d->target), &info, mode, sizeof mode);
    if (!rule && r == 0 && w->as_form)
        return no_form(d, &info, err);
    if (!rule)
        return r == -RPA_EWINDOW ? view_closed(w, err) : r;
    if (mode[0] && (r = view_check_mode(d, mode, err)) < 0)
        return r;
    w->shown = rule->title;
    r = form_open(d, w, err);
    if (r == 0)
        r = form_check_size(w->form, rule, err);
    if (r == 0)
        r = check_signs(d, w->form, rule, err);
    if (r == 0 && rule->labelled)
        r = find_labelled(d, w->form, rule, err);
    if (r < 0)
        return r;
    retitled(d, w, rule);
    measured(w->form);
    fence_seen(d, w);
    *ret = rule;
    return 0;
}

int form_in(struct rpa_driver *d, const cbor_item_t *args, struct window **ret_w,
            const struct form_rule **ret, struct rpa_err *err)
{
    struct rpa_window_info info;
    int r = view_window(d, args, ret_w, err);
    if (r == 0)
        r = form_of(d, *ret_w, ret, err);
    if (r == 0 && !*ret)
        r = rpa_window_info(d->display, (*ret_w)->id, &info, err);
    return r < 0 || *ret ? r : no_form(d, &info, err);
}

int do_form_find(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_window_info info;
    struct window *w;
    char mode[8];
    int r = view_window(d, args, &w, err);
    if (r == 0 && rpa_window_info(d->display, w->id, &info, err) < 0)
        r = view_closed(w, err);
    if (r < 0)
        return r;
    const struct form_rule *rule =
        form_rule_in(target_forms(d->target), &info, mode, sizeof mode);
    if (!rule)
        return no_form(d, &info, err);
    w->as_form = true;
    *ret = rpa_cbor_map();
    rpa_msg_put_str(*ret, "screen", rule->title);
    return 0;
}

struct said *form_said_of(struct form *form, const struct form_field *f)
{
    for (size_t i = 0; i < FORM_FIELDS; i++)
        if (form->said[i].field == f)
            return &form->said[i];
    return NULL;
}

int form_said(struct job *job, const struct rpa_buf *text, struct rpa_err *err)
{
    struct said *said = form_said_of(job->w->form, job->entry);
    said = said ? said : form_said_of(job->w->form, NULL);
    if (!said)
        return rpa_fail(err, RPA_EINVAL,
                        "more than %d fields were set before a commit act",
                        FORM_FIELDS);
    rpa_buf_clear(&said->text);
    rpa_buf_add(&said->text, text ? text->data : "", text ? text->len : 0);
    said->field = job->entry;
    form_told(job, &said->text);
    return 0;
}

void form_forget(struct form *form)
{
    for (size_t i = 0; i < FORM_FIELDS; i++) {
        rpa_buf_clear(&form->said[i].text);
        form->said[i].field = NULL;
    }
}

void form_close(struct window *w)
{
    if (w->form) {
        rpa_look_close(w->form->look);
        form_forget(w->form);
        for (size_t i = 0; i < FORM_FIELDS; i++)
            rpa_buf_clear(&w->form->heard[i].text);
    }
    free(w->form);
    w->form = NULL;
}

int form_locate(struct job *job, const struct form_rule *rule,
                struct rpa_err *err)
{
    job->form = rule;
    job->entry = form_rule_field(rule, job->label);
    if (!job->entry || job->entry->kind == FORM_BUTTON) {
        rpa_fail(err, RPA_ELABEL, "form '%s' has no field '%s'", rule->title,
                 job->label);
        return rpa_err_hint(err, "add it to the screen map; buttons are "
                                 "pressed: form:press(\"OK\")");
    }
    bool text = job->entry->kind == FORM_TEXT;
    job->reader = text ? &form_text_reader : &form_state_reader;
    job->rule = rpa_target_field(job->d->target, rule->title, job->label);
    job->width = job->rule ? job->rule->width : TITLE_MAX;
    job->look = rpa_look_of(job->w->form->look, &job->entry->at);
    if (job->look)
        return form_check_place(job->w->form, rule, job->entry, err);
    rpa_fail(err, RPA_EUNREADABLE,
             "field '%s' is outside of the window, or covered", job->label);
    return rpa_err_hint(err, "another window may lie over it");
}
