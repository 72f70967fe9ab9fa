/* Pictures of forms: black where the map says that a field is hidden, by where it
 * stands on the very pixels of the picture. */
#include "form.h"

#include <string.h>

/* the form that the window's title says it is now; NULL: none of the map */
static int rule_now(struct rpa_driver *d, const struct window *w,
                    const struct form_rule **ret, struct rpa_err *err)
{
    struct rpa_window_info info;
    char mode[8];
    int r = rpa_window_info(d->display, w->id, &info, err);
    if (r == 0)
        *ret = form_rule_in(target_forms(d->target), &info, mode, sizeof mode);
    return r;
}

static int black_labelled(struct rpa_driver *d, const struct form *form,
                          const struct form_rule *rule, struct rpa_picture *p,
                          struct rpa_err *err)
{
    struct rpa_page *page = NULL;
    int r = form_page(d, form, rule, &page, err);
    for (size_t i = 0; r == 0 && i < rule->nfields; i++) {
        const struct form_field *f = &rule->fields[i];
        struct rpa_area at;
        if (!f->hidden || !f->by[0])
            continue;
        r = rpa_page_beside(page, d->face, f->by, &f->where, &at, err);
        if (r == 0)
            rpa_picture_black_area(p, &at);
    }
    rpa_page_free(page);
    return r;
}

/* @placed: something is black by its pixels already */
static int black_fields(struct rpa_driver *d, const struct form *form,
                        const struct form_rule *rule, bool placed,
                        struct rpa_picture *p, struct rpa_err *err)
{
    bool labelled = false;
    for (size_t i = 0; i < rule->nfields; i++) {
        const struct form_field *f = &rule->fields[i];
        labelled |= f->hidden && f->by[0];
        placed |= f->hidden && !f->by[0];
        if (f->hidden && !f->by[0])
            rpa_picture_black_area(p, &f->at);
    }
    if (placed && !rule->w)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "form '%s' has no size in the screen map, so nothing tells "
                        "whether what must be black is in its place",
                        rule->title);
    return labelled ? black_labelled(d, form, rule, p, err) : 0;
}

static int black_out(struct rpa_driver *d, const struct form *form,
                     const struct form_rule *rule, struct rpa_picture *p,
                     struct rpa_err *err)
{
    const struct rpa_region *region;
    bool placed = false;
    if (!rule && picture_must_hide(d))
        return rpa_fail(err, RPA_EUNREADABLE,
                        "the window is no form of the screen map now, so nothing "
                        "tells what must be black in it");
    if (!rule)
        return 0;
    int r = form_check_size(form, rule, err);
    for (size_t n = 0; (region = rpa_target_black(d->target, n)); n++) {
        if (!region->at.w ||
            (region->screen && strcmp(region->screen, rule->title) != 0))
            continue;
        placed = true;
        rpa_picture_black_area(p, &region->at);
    }
    return r < 0 ? r : black_fields(d, form, rule, placed, p, err);
}

int form_picture(struct rpa_driver *d, struct window *w, struct rpa_picture *ret,
                 struct rpa_err *err)
{
    const struct form_rule *rule, *after;
    int r = rule_now(d, w, &rule, err);
    if (r == 0)
        r = rpa_look_take(w->form->look, err);
    if (r == 0)
        r = rule_now(d, w, &after, err);
    if (r == 0 && after != rule)
        r = rpa_fail(err, RPA_EUNREADABLE, "the window becomes another form");
    if (r == 0)
        r = rpa_picture_look(w->form->look, ret, err);
    if (r == 0 && (r = black_out(d, w->form, rule, ret, err)) < 0)
        rpa_picture_clear(ret);
    return r;
}
