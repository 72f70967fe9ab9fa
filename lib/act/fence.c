/* The commit fence: what leaves a screen files something, unless the manifest
 * or the map lists it as navigation there. Bot code cannot change that. */
#include "priv.h"

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

int fence_check(const struct rpa_driver *d, struct rpa_err *err)
{
    if (!d->unproved[0])
        return 0;
    rpa_fail(err, RPA_EUNPROVED,
             "a commit act was refused: nothing has read back what was typed "
             "into '%s'",
             d->unproved);
    return rpa_err_hint(err, "set the field with :set(), which reads it back");
}
