/* The windows a bot may use, and what is done to them as a whole. */
#include "form.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/manage.h"

#include <stdlib.h>
#include <string.h>

/* The entry of the manifest that allows this title: it labels the window in
 * the audit, where a live title may name a person. NULL: none. */
static const char *allowed(const struct rpa_driver *d, const char *title,
                           size_t *ret_len)
{
    size_t n, len;
    cbor_item_t **windows = rpa_msg_array(d->setup, "windows", &n);
    for (size_t i = 0; i < n; i++) {
        const char *part = rpa_cbor_text(windows[i], &len);
        if (part && (len ? memmem(title, strlen(title), part, len) != NULL ||
                               (len == 1 && *part == '*')
                         : !title[0]))
            return *ret_len = len, part;
    }
    return NULL;
}

static void keep_text(char *to, size_t size, const char *text, size_t len)
{
    if (len >= size)
        len = rpa_utf8_cut(text, size - 1);
    if (len)
        memcpy(to, text, len);
    to[len] = '\0';
}

/* An entry for all windows tells none from another: the program and a count of the
 * run's windows do. The audit keeps each name once, for good, so no number of the
 * display's or the kernel's is in it. */
static void call_it(struct window *w, const char *class)
{
    struct rpa_buf name = { 0 };
    if (!strcmp(w->entry, "*")) {
        rpa_buf_escape(&name, class, strlen(class));
        rpa_buf_printf(&name, ", window %u", w->number);
    } else {
        rpa_buf_puts(&name, w->entry);
    }
    keep_text(w->title, sizeof w->title, name.data ? name.data : "", name.len);
    rpa_buf_clear(&name);
}

/* its own place, or that of one that is gone; NULL: neither is there */
static struct window *place_of(struct rpa_driver *d, uint32_t id)
{
    for (size_t i = 0; i < d->nwindows; i++)
        if (d->windows[i].id == id)
            return &d->windows[i];
    for (size_t i = 0; i < d->nwindows; i++)
        if (!rpa_window_exists(d->display, d->windows[i].id))
            return &d->windows[i];
    return NULL;
}

static int remember(struct rpa_driver *d, const struct rpa_window_info *info,
                    const char *label, size_t label_len, struct rpa_err *err)
{
    uint32_t id = info->id;
    struct window *w = place_of(d, id);
    if (!w && d->nwindows == WINDOWS_MAX)
        return rpa_fail(err, RPA_EWINDOW, "more than %d windows", WINDOWS_MAX);
    if (!w)
        w = &d->windows[d->nwindows++];
    if (w->id != id) {
        view_forget(w);
        *w = (struct window){ .id = id, .number = ++d->found };
    }
    keep_text(w->entry, sizeof w->entry, label, label_len);
    call_it(w, info->class);
    return 0;
}

/* an application may put anything into its title */
static void put_title(const struct rpa_driver *d, cbor_item_t *map,
                      const char *title)
{
    struct rpa_buf text = { 0 };
    rpa_buf_puts(&text, title);
    mask_text(d, &text);
    rpa_msg_put_strn(map, "title", text.len ? text.data : "", text.len);
    rpa_buf_clear(&text);
}

/* a live title may name a person */
static void describe(const struct rpa_window_info *info, struct rpa_buf *out)
{
    rpa_buf_escape(out, info->class, strlen(info->class));
    if (info->pid)
        rpa_buf_printf(out, " (process %d, window 0x%x)", (int)info->pid,
                       (unsigned)info->id);
    else
        rpa_buf_printf(out, " (window 0x%x)", (unsigned)info->id);
}

/* what there is, as far as the bot may know: other titles may name people */
static void say_windows(const struct rpa_driver *d, struct rpa_err *err)
{
    struct rpa_window_info *list = NULL;
    struct rpa_buf text = { 0 };
    struct rpa_err ignored;
    size_t n = 0, others = 0, len;
    if (rpa_window_list(d->display, &list, &n, &ignored) < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        const char *label = list[i].viewable
                                ? allowed(d, list[i].title, &len)
                                : NULL;
        others += !label && list[i].viewable;
        if (!label)
            continue;
        rpa_buf_printf(&text, "%s'%.*s' ", text.len ? ", " : "", (int)len,
                       label);
        describe(&list[i], &text);
    }
    rpa_err_seen(err, "windows of this bot: %s; others: %zu",
                 text.len ? text.data : "none", others);
    rpa_buf_clear(&text);
    free(list);
}

static int need_display(const struct rpa_driver *d, struct rpa_err *err)
{
    if (d->display)
        return 0;
    rpa_fail(err, RPA_EDISPLAY, "this run has no display");
    return rpa_err_hint(err, "give the manifest an app, or the command "
                             "--display :N");
}

static bool may(const void *ctx, const char *title)
{
    size_t len;
    return allowed(ctx, title, &len) != NULL;
}

#define ENDING_US 5000000 /* for a program without a window to end by itself */

static int64_t deadline_of(const cbor_item_t *args)
{
    int64_t timeout_ms = 10000;
    rpa_msg_int(args, "timeout_ms", &timeout_ms);
    return rpa_mono_us() + timeout_ms * 1000;
}

/* rpa_display_heard: on a display of its own nobody else shows a window */
static int app_over(void *ctx, struct rpa_err *err)
{
    struct rpa_driver *d = ctx;
    int r = act_hear(d, err);
    if (r < 0 || !d->app_ended[0] || !rpa_msg_get(d->setup, "private"))
        return r;
    return rpa_fail(err, RPA_EWINDOW, "no such window can come: the application "
                                      "has ended");
}

static int search(struct rpa_driver *d, const cbor_item_t *args,
                  struct rpa_window_info *ret, struct rpa_err *err)
{
    char title[256] = "", class[128] = "", pattern[256] = "";
    int64_t pid = 0;
    bool titled = rpa_msg_copy(args, "title", title, sizeof title);
    rpa_msg_copy(args, "class", class, sizeof class);
    rpa_msg_copy(args, "pattern", pattern, sizeof pattern);
    rpa_msg_int(args, "pid", &pid);
    struct rpa_window_want want = {
        .title = titled ? title : NULL, .class = class[0] ? class : NULL,
        .pattern = pattern[0] ? pattern : NULL, .pid = (int32_t)pid, .ctx = d,
        /* a pattern could ask about a title letter by letter */
        .may = pattern[0] ? may : NULL,
    };
    rpa_display_listen(d->display, d->supervisor, app_over, d);
    int r = rpa_window_search(d->display, &want, deadline_of(args), ret, err);
    rpa_display_listen(d->display, -1, NULL, NULL);
    if (r == -RPA_ETIMEOUT || r == -RPA_EWINDOW)
        say_windows(d, err);
    if (r == -RPA_EWINDOW && !d->app_ended[0])
        rpa_err_hint(err, "say which: by class, pid or pattern");
    return r;
}

/* one of a program's own: a window manager's have no class */
static bool any_shown(const struct rpa_driver *d)
{
    struct rpa_window_info *list = NULL;
    struct rpa_err ignored;
    size_t n = 0, i = 0;
    if (rpa_window_list(d->display, &list, &n, &ignored) < 0)
        return true;
    while (i < n && !(list[i].viewable && list[i].class[0]))
        i++;
    free(list);
    return i < n;
}

void windows_await_end(struct rpa_driver *d)
{
    struct rpa_window_want none = { .class = "\n" };
    struct rpa_window_info one;
    struct rpa_err ignored;
    if (!d->display || d->app_ended[0] || !rpa_msg_get(d->setup, "private") ||
        any_shown(d))
        return;
    rpa_display_listen(d->display, d->supervisor, app_over, d);
    rpa_window_search(d->display, &none, rpa_mono_us() + ENDING_US, &one, &ignored);
    rpa_display_listen(d->display, -1, NULL, NULL);
}

int do_window_find(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_window_info info;
    int r = need_display(d, err);
    if (r == 0)
        r = search(d, args, &info, err);
    if (r < 0)
        return r;
    size_t len = 0;
    const char *label = allowed(d, info.title, &len);
    if (!label) {
        rpa_fail(err, RPA_EPERM, "that window is not this bot's to use");
        return rpa_err_hint(err, "list it in the manifest's windows, or give "
                                 "--allow window=TITLE");
    }
    r = remember(d, &info, label, len, err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_map();
    rpa_msg_put_int(*ret, "window", info.id);
    put_title(d, *ret, info.title);
    return 0;
}

int do_window_list(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    (void)args;
    struct rpa_window_info *list = NULL;
    size_t n = 0;
    int r = need_display(d, err);
    if (r == 0)
        r = rpa_window_list(d->display, &list, &n, err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_array();
    for (size_t i = 0; i < n && r == 0; i++) {
        size_t len = 0;
        const char *label = allowed(d, list[i].title, &len);
        if (!label || !list[i].viewable)
            continue;
        r = remember(d, &list[i], label, len, err);
        cbor_item_t *one = rpa_cbor_map();
        rpa_msg_put_int(one, "window", list[i].id);
        put_title(d, one, list[i].title);
        rpa_msg_put_str(one, "class", list[i].class);
        rpa_msg_put_int(one, "pid", list[i].pid);
        rpa_cbor_push(*ret, one);
    }
    free(list);
    return r;
}


/* ---- windows nobody asked for ---- */

static bool is_known(const struct rpa_driver *d, uint32_t id)
{
    for (size_t i = 0; i < d->nwindows; i++)
        if (d->windows[i].id == id)
            return true;
    for (size_t i = 0; i < TOLD_MAX; i++)
        if (d->told[i] == id)
            return true;
    return false;
}

static bool is_news(const struct rpa_driver *d, const struct rpa_window_info *w)
{
    return w->viewable && w->class[0] && !is_known(d, w->id);
}

int windows_came(void *ctx, struct rpa_err *err)
{
    struct rpa_driver *d = ctx;
    struct rpa_window_info *list = NULL;
    size_t n = 0, i = 0;
    int r = rpa_window_list(d->display, &list, &n, err);
    while (r == 0 && i < n && !is_news(d, &list[i]))
        i++;
    free(list);
    return r == 0 && i < n ? rpa_fail(err, RPA_EDIALOG,
                                      "a window came while another was waited for")
                           : r;
}

void windows_tell(struct rpa_driver *d, struct rpa_err *err)
{
    struct rpa_window_info *list = NULL;
    struct rpa_err ignored;
    size_t n = 0, len;
    char was[sizeof err->hint];
    bool may_be_why =
        err->code == RPA_ETIMEOUT || err->code == RPA_EFOCUS ||
        err->code == RPA_ESCREEN || err->code == RPA_EWINDOW ||
        err->code == RPA_EREADBACK || err->code == RPA_EUNREADABLE ||
        err->code == RPA_EDIALOG;
    if (!may_be_why || !d->display)
        return;
    if (act_hear(d, &ignored) == 0 && d->app_ended[0]) {
        rpa_str_copy(was, sizeof was, err->hint);
        rpa_err_hint(err, "the application ended with %s: start it by hand to see "
                          "why%s%s",
                     d->app_ended, was[0] ? "; " : "", was);
    }
    if (rpa_window_list(d->display, &list, &n, &ignored) < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        if (!is_news(d, &list[i]))
            continue;
        const char *label = allowed(d, list[i].title, &len);
        rpa_str_copy(was, sizeof was, err->hint);
        rpa_err_hint(err, "a window nobody asked for is there: '%.*s' (%s)%s%s",
                     label ? (int)len : (int)strlen("▒"), label ? label : "▒",
                     list[i].class, was[0] ? "; " : "", was);
        break;
    }
    free(list);
}

int do_window_news(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    (void)args;
    struct rpa_window_info *list = NULL;
    size_t n = 0, len;
    int r = need_display(d, err);
    if (r == 0)
        r = rpa_window_list(d->display, &list, &n, err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_array();
    for (size_t i = 0; i < n; i++) {
        if (!is_news(d, &list[i]))
            continue;
        d->told[d->ntold++ % TOLD_MAX] = list[i].id;
        cbor_item_t *one = rpa_cbor_map();
        rpa_msg_put_str(one, "class", list[i].class);
        if (allowed(d, list[i].title, &len))
            put_title(d, one, list[i].title);
        rpa_cbor_push(*ret, one);
    }
    free(list);
    return 0;
}

/* ---- as a whole ---- */

int do_window_wait(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    char title[256] = "";
    *ret = rpa_cbor_map();
    int r = view_window(d, args, &w, err);
    if (r < 0)
        return r;
    if (rpa_msg_copy(args, "title", title, sizeof title) && title[0])
        return rpa_window_await_title(d->display, w->id, title,
                                      deadline_of(args), err);
    return rpa_window_await_gone(d->display, w->id, deadline_of(args), err);
}

/* An act on a window, with its row: @verb is what is done. */
struct deed {
    struct window *w;
    const char *verb;
    const cbor_item_t *args;
    bool commit;
};

static int intend(struct rpa_driver *d, const struct deed *deed,
                  struct ack *ack, struct rpa_err *err)
{
    struct row row = { .kind = deed->commit ? "COMMIT" : "POINTER",
                       .window = deed->w->title, .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "window", deed->verb);
    rpa_msg_put_item(row.body, "args", cbor_incref((cbor_item_t *)deed->args));
    return act_intent(d, &row, 1, ack, err);
}

/* half a place or size would have to be guessed from a frame that may be there */
static int check_place(const cbor_item_t *args, struct rpa_err *err)
{
    if (!rpa_msg_get(args, "x") == !rpa_msg_get(args, "y") &&
        !rpa_msg_get(args, "width") == !rpa_msg_get(args, "height"))
        return 0;
    return rpa_fail(err, RPA_EINVAL, "window.place: x and y go together, and so "
                                     "do width and height");
}

static int place(struct rpa_driver *d, const struct deed *deed,
                 struct rpa_err *err)
{
    int64_t x = -1, y = -1, w = 0, h = 0;
    int r = 0;
    if (rpa_msg_int(deed->args, "width", &w) &&
        rpa_msg_int(deed->args, "height", &h))
        r = rpa_window_resize(d->display, deed->w->id, (int)w, (int)h,
                              deadline_of(deed->args), err);
    if (r == 0 && rpa_msg_int(deed->args, "x", &x) &&
        rpa_msg_int(deed->args, "y", &y))
        r = rpa_window_move(d->display, deed->w->id, (int)x, (int)y,
                            deadline_of(deed->args), err);
    return r;
}

int do_window_place(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct deed deed = { .verb = "place", .args = args };
    struct ack ack;
    *ret = rpa_cbor_map();
    int r = check_place(args, err);
    if (r == 0)
        r = view_window(d, args, &deed.w, err);
    if (r == 0)
        r = intend(d, &deed, &ack, err);
    return r < 0 ? r : act_finish(d, &ack, place(d, &deed, err), false, err);
}

int do_window_raise(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct deed deed = { .verb = "raise", .args = args };
    struct ack ack;
    *ret = rpa_cbor_map();
    int r = view_window(d, args, &deed.w, err);
    if (r == 0)
        r = intend(d, &deed, &ack, err);
    if (r < 0)
        return r;
    r = rpa_window_raise(d->display, deed.w->id, deadline_of(args), err);
    return act_finish(d, &ack, r, false, err);
}

/* Closing may file what was typed, or throw it away: a commit act, unless the
 * manifest says that closing this window does neither. */
int do_window_close(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct deed deed = { .verb = "close", .args = args };
    struct ack ack;
    bool firmly = false;
    rpa_msg_bool(args, "firmly", &firmly);
    int r = view_window(d, args, &deed.w, err);
    if (r < 0)
        return r;
    deed.commit = fence_click_commits(d, NULL, deed.w->entry, "close");
    if (deed.commit)
        r = fence_check(d, NULL, NULL, NULL, err);
    if (deed.commit)
        act_before(d, NULL, NULL);
    if (r == 0)
        r = intend(d, &deed, &ack, err);
    if (r < 0)
        return r;
    if (ack.deadline_us && rpa_mono_us() > ack.deadline_us)
        r = rpa_fail(err, RPA_EEXPIRED, "the permission to close ran out");
    else
        r = rpa_window_close(d->display, deed.w->id, deadline_of(args), err);
    if (firmly && (r == -RPA_ETIMEOUT || r == -RPA_ENOTFOUND))
        r = rpa_window_kill(d->display, deed.w->id, deadline_of(args), err);
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "commit", deed.commit);
    return deed.commit ? act_finish_commit(d, &ack, r, err)
                       : act_finish(d, &ack, r, false, err);
}
