/* A menu of a form: one key opens it, and a letter chooses in it, or in the menu that
 * the letter before has opened. */
#include "form.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/manage.h"

#include <string.h>

bool form_is_menu(const char *keys)
{
    return strchr(keys, ' ') != NULL;
}

const char *form_menu_letters(const char *keys, char ret_opens[MENU_KEYS])
{
    size_t len = strcspn(keys, " ");
    rpa_str_copy(ret_opens, len < MENU_KEYS ? len + 1 : MENU_KEYS, keys);
    return keys[len] ? keys + len + 1 : NULL;
}

int form_check_keys(const char *keys, struct rpa_err *err)
{
    char opens[MENU_KEYS], letter[MENU_KEYS];
    const char *rest = form_menu_letters(keys, opens);
    int r = rpa_keys_check_chord(opens, err);
    bool menu = !fence_key_edits(opens) && rpa_utf8_count(opens, strlen(opens)) > 1;
    while (r == 0 && rest) {
        rest = form_menu_letters(rest, letter);
        if (!menu || rpa_utf8_count(letter, strlen(letter)) != 1) {
            rpa_fail(err, RPA_EINVAL, "'%s' is neither a key nor a menu", keys);
            return rpa_err_hint(err, "of a menu it is the key that opens it and one "
                                     "letter (\"alt+f s\"), or one for each menu "
                                     "within it (\"alt+e c u\")");
        }
        r = rpa_keys_check_chord(letter, err);
    }
    return r;
}

/* A menu that is drawn whole has the keyboard, or its bar has, once nothing of the
 * form is drawn any more. */
static int await_menu(struct rpa_driver *d, const struct window *w,
                      rpa_window *ret_popup, struct rpa_err *err)
{
    struct rpa_look *menu = NULL;
    int r = form_settle(w->form->look, err);
    *ret_popup = r == 0 ? rpa_window_popup(d->display, w->id) : 0;
    if (!*ret_popup)
        return r;
    r = rpa_look_open(d->display, *ret_popup, &menu, err);
    if (r == 0)
        r = form_settle(menu, err);
    rpa_look_close(menu);
    return r;
}

/* Each letter once its menu is there: the first opened by a key, others by the letter
 * before. */
static int press_letters(struct rpa_driver *d, const struct scene *scene,
                         const char *letters, int64_t deadline_us,
                         struct rpa_err *err)
{
    struct scene inside = { scene->window, .cursor = -1, .list = true, .menu = true,
                            .deadline_us = scene->deadline_us };
    char letter[MENU_KEYS];
    rpa_window menu, id = scene->window->id;
    int r = rpa_pointer_await_grab(d->display, true, deadline_us, err);
    while (r == 0 && letters) {
        letters = form_menu_letters(letters, letter);
        r = await_menu(d, scene->window, &menu, err);
        if (r == 0)
            r = hands_chord(d, &inside, letter, err);
        if (r == 0 && letters)
            r = rpa_pointer_await_menu(d->display, id, menu, deadline_us, err);
    }
    return r;
}

static int choose(struct rpa_driver *d, const struct scene *scene, const char *letters,
                  struct rpa_err *err)
{
    int64_t deadline_us = rpa_mono_us() + d->echo_ms * 1000LL;
    int r = press_letters(d, scene, letters, deadline_us, err);
    if (r == 0)
        r = rpa_pointer_await_grab(d->display, false, deadline_us, err);
    if (r == 0 || r == -RPA_EDISPLAY)
        return r;
    if (r == -RPA_ETIMEOUT)
        rpa_err_hint(err, "is the letter the one that is underlined, in Motif as it "
                          "stands there (\"alt+F S\")?");
    err->code = RPA_ETIMEOUT; /* what the first key did is not known any more */
    return -RPA_ETIMEOUT;
}

int form_menu(struct rpa_driver *d, const struct scene *scene, const char *keys,
              struct rpa_err *err)
{
    char opens[MENU_KEYS];
    const char *letters = form_menu_letters(keys, opens);
    int r = hands_chord(d, scene, opens, err);
    return r == 0 ? choose(d, scene, letters, err) : r;
}
