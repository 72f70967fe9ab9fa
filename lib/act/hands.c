/* Keys, once the supervisor has their intent on disk. What the intent was
 * given for must still be true under the server grab, or nothing is pressed. */
#include "form.h"
#include "gate.h"
#include "rpa/base/utf8.h"

struct guard_ctx {
    struct rpa_driver *d;
    const struct scene *scene;
};

static int form_still(const struct scene *scene, struct rpa_err *err)
{
    struct form *form = scene->window->form;
    int r = rpa_look_take(form->look, err);
    if (r < 0 || form_hash(form, scene->form) == scene->hash)
        return r;
    return rpa_fail(err, RPA_ESCREEN,
                    "the form changed between the check and the key or click; "
                    "nothing was pressed");
}

static int still_true(void *ctx, struct rpa_err *err)
{
    struct guard_ctx *g = ctx;
    const struct scene *scene = g->scene;
    const struct rpa_screen *s;
    bool look = !scene->form && (scene->hash || scene->cursor >= 0);
    int r = scene->form ? form_still(scene, err)
            : look      ? rpa_grid_read(scene->window->grid, &s, err) : 0;
    if (r < 0)
        return r;
    /* last, as reading the screen takes time too */
    if (scene->deadline_us && rpa_mono_us() > scene->deadline_us)
        return rpa_fail(err, RPA_EEXPIRED,
                        "the permission to press a commit key ran out; it was "
                        "not pressed");
    if (look && scene->hash && s->hash != scene->hash)
        return rpa_fail(err, RPA_ESCREEN,
                        "the screen changed between the check and the key; "
                        "nothing was pressed");
    if (scene->cursor >= 0 && view_cursor(s) != scene->cursor)
        return rpa_fail(err, RPA_ESCREEN,
                        "the cursor moved between the check and the key; "
                        "nothing was pressed");
    return scene->menu && !rpa_pointer_grabbed(g->d->display)
               ? rpa_fail(err, RPA_EFOCUS, "the menu went away; no letter was pressed")
               : 0;
}

int hands_can_type(struct rpa_driver *d, const char *text, size_t len,
                   struct rpa_err *err)
{
    uint32_t cp;
    if (rpa_keys_held(d->display)) {
        rpa_fail(err, RPA_EINVAL, "text while a key is held down");
        return rpa_err_hint(err, "release it first: grid:release()");
    }
    for (size_t i = 0, n; i < len; i += n) {
        n = rpa_utf8_decode(text + i, len - i, &cp);
        if (!n)
            return rpa_fail(err, RPA_EINVAL, "the text is not UTF-8");
        if (cp == '\n' || rpa_keymap_has(d->display, cp)) /* Enter */
            continue;
        int r = rpa_keymap_mode(d->display) == RPA_KEYMAP_PRIVATE
                    ? rpa_keymap_add(d->display, &cp, 1, err)
                    : rpa_fail(err, RPA_EREPERTOIRE,
                               "this keyboard layout has no key for U+%04X",
                               cp);
        if (r < 0)
            return r;
    }
    return 0;
}

int hands_focus(struct rpa_driver *d, struct window *w, struct rpa_err *err)
{
    if (rpa_window_has_keyboard(d->display, w->id))
        return 0;
    int r = rpa_window_focus(d->display, w->id, rpa_mono_us() + 5000000, err);
    if (r == -RPA_EWINDOW && !rpa_window_exists(d->display, w->id))
        return view_closed(w, err);
    return r < 0 ? r : 1;
}

#define FOCUS_US 10000000 /* for all losses of one act: each may be followed by the
                           * next where somebody else wants the focus, too */
#define LOCK_WAITS 3
#define REDRAW_US 50000
#define BLINK_US 1000000 /* a text cursor that went comes again */
#define DISMISS_US 2000000 /* for a list of choices to go away */
#define DISMISS_TRIES 3

static bool as_checked(void *ctx, const struct rpa_screen *s)
{
    const struct scene *scene = ctx;
    return (!scene->hash || s->hash == scene->hash) &&
           (scene->cursor < 0 || view_cursor(s) == scene->cursor);
}

static bool full_cursor(void *ctx, const struct rpa_screen *s)
{
    (void)ctx;
    return !view_hollow(s);
}

static bool form_as_checked(void *ctx, const struct rpa_look *l)
{
    const struct scene *scene = ctx;
    (void)l;
    return form_hash(scene->window->form, scene->form) == scene->hash;
}

/* Is all that differed from the check perhaps the outline of a cursor without
 * focus, under which nothing can be read, and which may be gone by now? The
 * guard will say. */
static bool outlined(const struct scene *scene)
{
    const struct rpa_screen *s;
    return !scene->form && scene->window->grid &&
           rpa_grid_read(scene->window->grid, &s, NULL) == 0 &&
           (view_hollow(s) || as_checked((void *)scene, s));
}

static bool in_time(int64_t *until_us)
{
    int64_t now_us = rpa_mono_us();
    if (!*until_us)
        *until_us = now_us + FOCUS_US;
    return now_us < *until_us;
}

int hands_see(struct rpa_driver *d, struct window *w,
              const struct rpa_screen **ret, struct rpa_err *err)
{
    bool locked = true;
    int r = 0;
    /* what no wait unlocks wants a Reset: second_takes() */
    for (int waits = 0; r == 0 && locked && waits < LOCK_WAITS; waits++) {
        r = view_read(d, w, ret, err);
        if (r == 0)
            r = second_unlocked(d, &locked, err);
    }
    for (int64_t until_us = 0; r == 0 && view_hollow(*ret) && in_time(&until_us);) {
        if (rpa_keymap_mode(d->display) == RPA_KEYMAP_PRIVATE)
            r = hands_focus(d, w, err);
        if (r >= 0)
            rpa_grid_wait(w->grid, full_cursor, NULL,
                          rpa_mono_us() + REDRAW_US, ret, NULL);
        if (r >= 0)
            r = view_read(d, w, ret, err);
    }
    return r;
}

bool hands_refocus(struct rpa_driver *d, struct window *w, int r, int64_t *us)
{
    return r == -RPA_EFOCUS && in_time(us) &&
           rpa_keymap_mode(d->display) == RPA_KEYMAP_PRIVATE &&
           hands_focus(d, w, NULL) >= 0;
}

/* Refused, nothing was pressed: once it has the focus again, give the
 * application the time to draw its cursor full: hollow, it changes the screen. */
static bool refocus(struct rpa_driver *d, const struct scene *scene, int r,
                    int64_t *until_us)
{
    const struct rpa_screen *s;
    if (r == -RPA_ESCREEN && scene->form && in_time(until_us))
        return rpa_look_wait(scene->window->form->look, form_as_checked,
                             (void *)scene, rpa_mono_us() + BLINK_US,
                             NULL) == 0;
    if (r == -RPA_ESCREEN && outlined(scene))
        r = -RPA_EFOCUS; /* it was away for a moment */
    if (r == -RPA_ESCREEN && scene->window->grid && in_time(until_us))
        return rpa_grid_wait(scene->window->grid, as_checked, (void *)scene,
                             rpa_mono_us() + REDRAW_US, &s, NULL) == 0;
    if (!hands_refocus(d, scene->window, r, until_us))
        return false;
    if (scene->window->grid) /* the guard says whether it is as it was */
        rpa_grid_wait(scene->window->grid, as_checked, (void *)scene,
                      rpa_mono_us() + REDRAW_US, &s, NULL);
    return true;
}

int hands_text(struct rpa_driver *d, const struct scene *scene,
               const char *text, size_t len, struct rpa_err *err)
{
    struct guard_ctx ctx = { d, scene };
    struct rpa_key_guard guard = { still_true, &ctx };
    int64_t until_us = 0;
    int r;
    scene->window->rest.hash = 0;
    if ((r = gate_touch(d, scene->window, NULL, err)) < 0)
        return r;
    do
        r = rpa_keys_text(d->display, scene->window->id, text, len, &guard,
                          err);
    while (refocus(d, scene, r, &until_us));
    return r;
}

int hands_hold(struct rpa_driver *d, const struct scene *scene,
               const char *chord, struct rpa_err *err)
{
    struct guard_ctx ctx = { d, scene };
    struct rpa_key_guard guard = { still_true, &ctx };
    scene->window->rest.hash = 0;
    int r = gate_touch(d, scene->window, NULL, err);
    return r < 0 ? r
                 : rpa_keys_hold(d->display, scene->window->id, chord, &guard, err);
}

int hands_pointer(struct rpa_driver *d, const struct scene *scene,
                  uint32_t part, const struct rpa_gesture *gesture,
                  struct rpa_err *err)
{
    struct guard_ctx ctx = { d, scene };
    struct rpa_key_guard guard = { still_true, &ctx };
    scene->window->rest.hash = 0;
    int r = gate_touch(d, scene->window, NULL, err);
    return r < 0 ? r : rpa_pointer_do(d->display, part, gesture, &guard, err);
}

/* a click on a part of a form goes where its keys will go, and its places are
 * those of a window of this size */
static int still_focused(void *ctx, struct rpa_err *err)
{
    struct guard_ctx *g = ctx;
    int r = rpa_window_check_focus(g->d->display, g->scene->window->id, err);
    if (r == 0)
        r = form_check_stays(g->d, g->scene->window, err);
    return r < 0 ? r : still_true(ctx, err);
}

int hands_dismiss(struct rpa_driver *d, struct window *w, struct rpa_err *err)
{
    struct ack ack;
    if (rpa_keymap_mode(d->display) != RPA_KEYMAP_PRIVATE ||
        !rpa_pointer_grabbed(d->display))
        return 0;
    struct row row = { .kind = "POINTER", .window = w->title,
                       .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "click", "beside all windows");
    int r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    r = rpa_pointer_dismiss(d->display, rpa_mono_us() + DISMISS_US, err);
    return act_finish(d, &ack, r, false, err);
}

/* Refused for a list of choices that an entry shows by itself? It goes away. */
static bool dismissed(struct rpa_driver *d, const struct scene *scene, int r,
                      int *tries)
{
    return r == -RPA_EFOCUS && !scene->deadline_us &&
           (*tries)++ < DISMISS_TRIES && rpa_pointer_grabbed(d->display) &&
           hands_dismiss(d, scene->window, NULL) == 0;
}

int hands_click(struct rpa_driver *d, const struct scene *scene, int x, int y,
                struct rpa_err *err)
{
    struct guard_ctx ctx = { d, scene };
    struct rpa_key_guard guard = { still_focused, &ctx };
    struct rpa_gesture click = { .kind = RPA_GESTURE_CLICK, .at = { x, y },
                                 .button = 1, .times = 1,
                                 .opens = scene->list, .leave = true };
    int64_t until_us = 0;
    int r, lists = 0;
    if ((r = gate_touch(d, scene->window, NULL, err)) < 0)
        return r;
    do
        r = rpa_pointer_do(d->display, scene->window->id, &click, &guard,
                           err);
    while (dismissed(d, scene, r, &lists) || refocus(d, scene, r, &until_us));
    return r;
}

int hands_chords(struct rpa_driver *d, const struct scene *scene,
                 const char *const *chords, struct rpa_err *err)
{
    struct guard_ctx ctx = { d, scene };
    struct rpa_key_guard guard = { still_true, &ctx, scene->list };
    int64_t until_us = 0;
    int r = 0;
    scene->window->rest.hash = 0;
    for (size_t i = 0; r == 0 && chords[i]; i++)
        r = gate_touch(d, scene->window, chords[i], err);
    if (r < 0)
        return r;
    do
        r = rpa_keys_chords(d->display, scene->window->id, chords, &guard, err);
    while (!scene->list && refocus(d, scene, r, &until_us));
    return r;
}

int hands_chord(struct rpa_driver *d, const struct scene *scene,
                const char *chord, struct rpa_err *err)
{
    return hands_chords(d, scene, (const char *[]){ chord, NULL }, err);
}
