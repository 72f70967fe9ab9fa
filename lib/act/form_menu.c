/* A menu of a form: the first key opens it, the others choose in it. */
#include "form.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/manage.h"

#include <string.h>

enum { KEYS_MAX = 65 };

/* The first chord of @keys; what goes on behind it, or NULL. */
static const char *next_chord(const char *keys, char out[KEYS_MAX])
{
    size_t len = strcspn(keys, " ");
    rpa_str_copy(out, len < KEYS_MAX ? len + 1 : KEYS_MAX, keys);
    return keys[len] ? keys + len + 1 : NULL;
}

bool form_is_menu(const char *keys)
{
    return strchr(keys, ' ') != NULL;
}

int form_check_keys(const char *keys, struct rpa_err *err)
{
    char chord[KEYS_MAX];
    int r = 0;
    while (r == 0 && keys) {
        keys = next_chord(keys, chord);
        r = rpa_keys_check_chord(chord, err);
    }
    return r;
}

/* A menu that is drawn whole has the keyboard, or its bar has, once nothing of the
 * form is drawn any more. */
static int await_menu(struct rpa_driver *d, const struct window *w,
                      int64_t deadline_us, struct rpa_err *err)
{
    struct rpa_look *menu = NULL;
    int r = rpa_pointer_await_grab(d->display, true, deadline_us, err);
    if (r == 0)
        r = form_settle(w->form->look, err);
    rpa_window popup = r == 0 ? rpa_window_popup(d->display, w->id) : 0;
    if (!popup)
        return r;
    r = rpa_look_open(d->display, popup, &menu, err);
    if (r == 0)
        r = form_settle(menu, err);
    rpa_look_close(menu);
    return r;
}

int form_menu(struct rpa_driver *d, const struct scene *scene, const char *keys,
              struct rpa_err *err)
{
    struct scene inside = { scene->window, .cursor = -1, .list = true,
                            .deadline_us = scene->deadline_us };
    int64_t deadline_us = rpa_mono_us() + d->echo_ms * 1000LL;
    char chord[KEYS_MAX];
    keys = next_chord(keys, chord);
    int r = hands_chord(d, scene, chord, err);
    while (r == 0 && keys) {
        keys = next_chord(keys, chord);
        r = await_menu(d, scene->window, deadline_us, err);
        if (r == 0)
            r = hands_chord(d, &inside, chord, err);
    }
    if (r == 0)
        r = rpa_pointer_await_grab(d->display, false, deadline_us, err);
    if (r == -RPA_ETIMEOUT)
        rpa_err_hint(err, "are the letters those that are underlined, in Motif as they "
                          "stand there (\"alt+F S\")? or go by Down and Enter");
    return r;
}
