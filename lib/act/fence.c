/* The commit fence: what leaves a screen files something, unless the manifest
 * or the map lists it as navigation there. Bot code cannot change that. */
#include "priv.h"
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

bool fence_key_commits(const struct rpa_driver *d, const char *title,
                       const char *key)
{
    size_t n;
    cbor_item_t **rules = rpa_msg_array(d->setup, "navigation", &n);
    if (fence_key_edits(key))
        return false;
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

bool fence_request_commits(const struct rpa_driver *d, const char *method,
                           const char *path)
{
    size_t n;
    cbor_item_t **rules = rpa_msg_array(d->setup, "navigation", &n);
    if (!strcmp(method, "GET") || !strcmp(method, "HEAD"))
        return false;
    for (size_t i = 0; i < n; i++)
        if (rpa_msg_is(rules[i], "path", path) &&
            lists(rules[i], "methods", method))
            return false;
    return true;
}

static struct doubt *doubt_of(struct rpa_driver *d, const char *label,
                              int line)
{
    for (size_t i = 0; i < d->ndoubts; i++)
        if (d->doubts[i].line == line && !strcmp(d->doubts[i].label, label))
            return &d->doubts[i];
    return NULL;
}

void fence_doubt(struct rpa_driver *d, const char *label, int line)
{
    if (doubt_of(d, label, line))
        return;
    /* the last one stands for all that find no room, and stays */
    bool full = d->ndoubts >= DOUBTS_MAX - 1;
    struct doubt *doubt = &d->doubts[full ? DOUBTS_MAX - 1 : d->ndoubts];
    rpa_str_copy(doubt->label, sizeof doubt->label,
                 full ? "many fields" : label);
    doubt->line = full ? -1 : line;
    d->ndoubts = full ? DOUBTS_MAX : d->ndoubts + 1;
}

static void drop(struct rpa_driver *d, const char *label, int line)
{
    struct doubt *doubt = doubt_of(d, label, line);
    if (doubt && d->ndoubts < DOUBTS_MAX)
        *doubt = d->doubts[--d->ndoubts];
}

void fence_proved(struct rpa_driver *d, const char *label, int line)
{
    drop(d, label, line);
}

void fence_forget(struct rpa_driver *d)
{
    d->ndoubts = 0;
}

int fence_check(const struct rpa_driver *d, struct rpa_err *err)
{
    if (!d->ndoubts)
        return 0;
    rpa_fail(err, RPA_EUNPROVED,
             "a commit act was refused: nothing has read back what was typed "
             "into '%s'",
             d->doubts[0].label);
    return rpa_err_hint(err, "set the field with :set(), which reads it back");
}
