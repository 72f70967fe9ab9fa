/* The commit fence: what leaves a screen files something, unless the manifest
 * or the map lists it as navigation there. Bot code cannot change that. */
#include "form.h"
#include "gate.h"
#include "http.h"
#include "page.h"
#include "screen_rule.h"
#include "rpa/base/utf8.h"

#include <string.h>
#include <strings.h>

bool fence_key_edits(const char *key)
{
    static const char *const edits[] = {
        "Tab",  "shift+Tab", "Left",   "Right",     "Up",  "Down",
        "Home", "End",       "Delete", "BackSpace", NULL,
    };
    for (size_t i = 0; edits[i]; i++)
        if (!strcasecmp(edits[i], key))
            return true;
    return false;
}

bool fence_key_deletes(const char *key)
{
    return rpa_keys_same(key, "Delete") || rpa_keys_same(key, "BackSpace");
}

static bool lists(const cbor_item_t *rule, const char *what, const char *value)
{
    size_t n, len;
    cbor_item_t **values = rpa_msg_array(rule, what, &n);
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(values[i], &len);
        if (text && len == strlen(value) && !strncasecmp(text, value, len))
            return true;
    }
    return false;
}

/* the key that the map declares to turn the pages of this screen's table */
static bool turns_page(const struct rpa_driver *d, const char *title,
                       const char *key)
{
    const struct table_rule *rule = target_tables(d->target);
    while (rule && (strcmp(rule->screen, title) || strcasecmp(rule->turn, key)))
        rule = rule->next;
    return rule != NULL;
}

/* Does the map say that it files: the key, or the menu or what opens it? */
static bool files(const struct rpa_driver *d, const char *title, const char *key)
{
    char opens[MENU_KEYS];
    form_menu_letters(key, opens);
    return target_commits(d->target, title, key) ||
           target_commits(d->target, title, opens);
}

bool fence_key_commits(const struct rpa_driver *d, const char *title,
                       const char *key)
{
    size_t n;
    cbor_item_t **rules = rpa_msg_array(d->setup, "navigation", &n);
    if (title && files(d, title, key))
        return true; /* whatever the manifest says */
    if (fence_key_edits(key) || (title && turns_page(d, title, key)))
        return false;
    if (gate_is(d))
        return !title || !target_leads(d->target, title, key);
    for (size_t i = 0; title && i < n; i++)
        if (rpa_msg_is(rules[i], "screen", title) &&
            lists(rules[i], "keys", key))
            return false;
    return true;
}

bool fence_click_commits(const struct rpa_driver *d, const char *title,
                         const char *window, const char *text)
{
    size_t n;
    cbor_item_t **rules = rpa_msg_array(d->setup, "navigation", &n);
    for (size_t i = 0; i < n; i++) {
        bool here = (title && rpa_msg_is(rules[i], "screen", title)) ||
                    rpa_msg_is(rules[i], "window", window);
        if (here && ((text[0] && lists(rules[i], "clicks", text)) ||
                     lists(rules[i], "clicks", "*")))
            return false;
    }
    return true;
}

bool fence_button_commits(const struct rpa_driver *d, const char *title,
                          const char *button)
{
    size_t n;
    cbor_item_t **rules = rpa_msg_array(d->setup, "navigation", &n);
    for (size_t i = 0; i < n; i++)
        if (rpa_msg_is(rules[i], "screen", title) &&
            lists(rules[i], "buttons", button))
            return false;
    return true;
}

bool fence_request_commits(const struct rpa_driver *d, const struct exchange *x)
{
    char address[HTTP_URL];
    size_t n;
    cbor_item_t **rules = rpa_msg_array(d->setup, "navigation", &n);
    if (!strcmp(x->method, "GET") || !strcmp(x->method, "HEAD"))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *path =
            rpa_msg_copy(rules[i], "url", address, sizeof address)
                ? service_path_at(x, address)
                : NULL;
        if (path && service_path_fits(path, x->path) &&
            lists(rules[i], "methods", x->method))
            return false;
    }
    return true;
}

bool fence_text_commits(const struct window *w, size_t chars)
{
    return chars == 1 && !w->shown && !view_is_3270(w);
}

int fence_prompt(const struct rpa_driver *d, const struct window *w,
                 struct rpa_err *err)
{
    if (!w->shown || !rpa_target_prompt(d->target, w->shown))
        return 0;
    rpa_fail(err, RPA_EPERM,
             "screen '%s' is answered by single keys, which act at once: nothing "
             "was typed",
             w->shown);
    return rpa_err_hint(err, "press it: grid:key(\"y\"), a commit act unless the "
                             "manifest has it as navigation");
}

int fence_field(const struct rpa_driver *d, const struct window *w,
                const char *label, size_t chars, struct rpa_err *err)
{
    if (!fence_text_commits(w, chars))
        return fence_prompt(d, w, err);
    rpa_fail(err, RPA_EPERM,
             "'%s' may be a prompt, where a single key acts at once, and the screen "
             "map does not name this screen: nothing was typed",
             label);
    return rpa_err_hint(err, "name the screen and its field in the map; or press "
                             "the key: grid:key(\"y\"), a commit act");
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static struct doubt *doubt_of(struct rpa_driver *d, const struct window *w,
                              const char *screen, const char *label, int line)
{
    for (size_t i = 0; i < d->ndoubts; i++) {
        struct doubt *doubt = &d->doubts[i];
        if (doubt->line == line && doubt->window == w->id &&
            (!doubt->screen || same(doubt->screen, screen)) &&
            !strcmp(doubt->label, label))
            return doubt;
    }
    return NULL;
}

bool fence_doubts(struct rpa_driver *d, const struct window *w, const char *label)
{
    return doubt_of(d, w, w->shown, label, 0) != NULL;
}

void fence_doubt(struct rpa_driver *d, const struct window *w, const char *screen,
                 const char *label, int line)
{
    screen = screen ? screen : w->shown;
    if (doubt_of(d, w, screen, label, line))
        return;
    /* the last one stands for all that find no room, and stays */
    bool full = d->ndoubts >= DOUBTS_MAX - 1;
    struct doubt *doubt = &d->doubts[full ? DOUBTS_MAX - 1 : d->ndoubts];
    *doubt = (struct doubt){ .line = full ? -1 : line,
                             .window = full ? 0 : w->id,
                             .screen = screen };
    rpa_str_copy(doubt->label, sizeof doubt->label,
                 full ? "many fields" : label);
    d->ndoubts = full ? DOUBTS_MAX : d->ndoubts + 1;
}

void fence_proved(struct rpa_driver *d, const struct window *w,
                  const char *label, int line)
{
    struct doubt *doubt;
    while (d->ndoubts < DOUBTS_MAX && (doubt = doubt_of(d, w, w->shown, label, line)))
        *doubt = d->doubts[--d->ndoubts];
}

void fence_retitled(struct rpa_driver *d, const struct window *w, const char *from,
                    const char *to, const char *label)
{
    struct doubt *doubt = doubt_of(d, w, from, label, 0);
    if (doubt)
        doubt->screen = to;
}

static struct window *window_of(struct rpa_driver *d, uint32_t id)
{
    for (size_t i = 0; i < d->nwindows; i++)
        if (d->windows[i].id == id)
            return &d->windows[i];
    return NULL;
}

void fence_seen(struct rpa_driver *d, struct window *w)
{
    size_t kept = 0;
    if (!w->shown || !rpa_target_idle(d->target, w->shown))
        return;
    for (size_t i = 0; i < d->ndoubts; i++)
        if (d->doubts[i].window != w->id || same(d->doubts[i].screen, w->shown))
            d->doubts[kept++] = d->doubts[i];
    d->ndoubts = kept;
    w->touched = false;
    w->idle_us = rpa_mono_us();
    proof_idle(d, w);
}

static bool closed(struct rpa_driver *d, uint32_t id)
{
    struct window *w = window_of(d, id);
    return !w || ((w->grid || w->form) && !rpa_window_exists(d->display, id));
}

void fence_next_item(struct rpa_driver *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->ndoubts; i++)
        if (!d->doubts[i].window || !closed(d, d->doubts[i].window))
            d->doubts[kept++] = d->doubts[i];
    d->ndoubts = kept;
}

int fence_check(struct rpa_driver *d, const struct window *w,
                const struct rpa_screen *s, const char *key,
                struct rpa_err *err)
{
    if (!d->ndoubts)
        return gate_check(d, w, s, key, err);
    rpa_fail(err, RPA_EUNPROVED,
             "a commit act was refused: nothing has read back what '%s' was set "
             "to",
             d->doubts[0].label);
    return rpa_err_hint(err, "set the field with :set(), which reads it back; or "
                             "leave the record for a screen that the map calls "
                             "idle");
}
