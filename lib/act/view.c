/* What windows show: reading, and waiting for it. */
#include "form.h"
#include "page.h"
#include "screen_rule.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/oia.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_US 20000 /* nothing drawn for so long: a repaint is over */
#define SETTLES 50
#define NUDGE_US 2000 /* without what is waited for; then after twice as long */
#define AGREE_US 5000000 /* for two readers to see the same */
#define NUDGE_MOST_US 50000 /* at most */

void view_forget(struct window *w)
{
    rpa_grid_close(w->grid);
    form_close(w);
    rpa_msg_free(&w->before);
}

int view_closed(const struct window *w, struct rpa_err *err)
{
    rpa_fail(err, RPA_EWINDOW, "the window '%s' has closed", w->title);
    return rpa_err_hint(err, "the application ended, or its host dropped the "
                             "session; start again");
}

int view_window(struct rpa_driver *d, const cbor_item_t *args,
                struct window **ret, struct rpa_err *err)
{
    int64_t id = 0;
    rpa_msg_int(args, "window", &id);
    for (size_t i = 0; i < d->nwindows; i++) {
        if (d->windows[i].id != id)
            continue;
        *ret = &d->windows[i];
        d->album.window = (uint32_t)id;
        return 0;
    }
    return rpa_fail(err, RPA_EWINDOW, "no such window; rpa.window() finds one");
}

const char *view_title(const struct rpa_driver *d, const struct rpa_screen *s)
{
    const struct screen_rule *rule, *found = NULL;
    for (size_t n = 0; (rule = target_screen(d->target, n)); n++) {
        if (rule->form || !screen_rule_shown(rule, s))
            continue;
        if (found)
            return NULL; /* two of them: this is neither */
        found = rule;
    }
    return found ? found->name : NULL;
}

bool view_equals_padded(const struct rpa_screen *s, int start, int count,
                        const char *text, uint32_t pad)
{
    size_t len = strlen(text), used = 0;
    if (start < 0 || start + count > s->rows * s->cols)
        return false;
    for (int i = start; i < start + count; i++) {
        uint32_t cp = pad;
        if (used < len)
            used += rpa_utf8_decode(text + used, len - used, &cp);
        if (s->cells[i].cp != cp)
            return false;
    }
    return used == len;
}

bool view_equals(const struct rpa_screen *s, int start, int count,
                 const char *text)
{
    return view_equals_padded(s, start, count, text, ' ');
}

int view_cursor(const struct rpa_screen *s)
{
    return s->cursor_row < 0 ? -1 : s->cursor_row * s->cols + s->cursor_col;
}

bool view_hollow(const struct rpa_screen *s)
{
    return view_cursor(s) >= 0 && !s->cells[view_cursor(s)].cp;
}

bool view_is_3270(const struct window *w)
{
    struct rpa_oia oia;
    return rpa_grid_oia(w->grid, &oia, NULL) == 0;
}

/* the cells of the map's fields on this screen, which hold people's data */
static void mark_variable(const struct rpa_driver *d,
                          const struct rpa_screen *s, const char *title,
                          bool *variable)
{
    const struct rpa_field_rule *rule;
    for (size_t n = 0; (rule = rpa_target_rule(d->target, n)); n++) {
        struct rpa_field_pos pos;
        if (strcmp(rule->screen, title) != 0)
            continue;
        for (int line = 0; line < rule->lines; line++) {
            if (rpa_form_field(s, &rule->at, line, &pos, NULL) < 0)
                continue;
            for (int i = pos.start; i < pos.start + rule->width; i++)
                if (i < s->rows * s->cols)
                    variable[i] = true;
        }
    }
}

/* the rows of the map's tables; all but the title's where one is not found */
static void mark_tables(const struct rpa_driver *d, const struct rpa_screen *s,
                        const char *title, bool *variable)
{
    const struct table_rule *rule = target_tables(d->target);
    for (; rule; rule = rule->next) {
        struct rpa_table t;
        int first = 1, last = s->rows;
        if (strcmp(rule->screen, title) != 0)
            continue;
        if (rpa_table_find(s, &rule->spec, &t, NULL) == 0) {
            first = t.top + 1;
            last = t.bottom;
        }
        for (int i = first * s->cols; i < last * s->cols; i++)
            variable[i] = true;
    }
}

static void summarise(const struct rpa_screen *s, const bool *variable,
                      struct rpa_buf *out)
{
    for (int row = 0; row < s->rows && out->len < 400; row++) {
        int last = -1;
        for (int col = 0; col < s->cols; col++)
            if (s->cells[row * s->cols + col].cp != ' ')
                last = col;
        for (int col = 0, blanks = 1; col <= last; col++) {
            int i = row * s->cols + col;
            bool blank = s->cells[i].cp == ' ';
            blanks = blank ? blanks + 1 : 0;
            if (blank && blanks > 1)
                continue;
            if (!blank && variable[i])
                rpa_buf_puts(out, "▒");
            else
                rpa_screen_text(s, i, 1, out);
        }
        if (last >= 0)
            rpa_buf_puts(out, " | ");
    }
}

void view_summary(const struct rpa_driver *d, const struct rpa_screen *s,
                  char *out, size_t size)
{
    struct rpa_buf text = { 0 };
    const char *title = view_title(d, s);
    size_t cells = (size_t)s->rows * (size_t)s->cols;
    bool *variable = calloc(cells, sizeof *variable);
    if (variable && title) {
        mark_variable(d, s, title, variable);
        mark_tables(d, s, title, variable);
    } else if (variable) /* an unknown screen: any cell may be personal */
        memset(variable, true, cells);
    if (variable)
        summarise(s, variable, &text);
    if (text.len > 3)
        rpa_str_copy(out, size, text.data);
    else
        rpa_str_copy(out, size, "an empty screen");
    rpa_buf_clear(&text);
    free(variable);
}

int view_check_mode(const struct rpa_driver *d, const char *shown,
                    struct rpa_err *err)
{
    char want[8];
    if (!rpa_msg_copy(d->setup, "mode", want, sizeof want) ||
        !strcmp(want, shown))
        return 0;
    rpa_fail(err, RPA_EPERM,
             "this bot runs in mode %s, but the screen says '%s'", want, shown);
    return rpa_err_hint(err, "run it against the %s system, or have the "
                             "manifest's mode reviewed",
                        want);
}

/* which screen it is, and whether of the right system */
static int take_in(struct rpa_driver *d, struct window *w,
                   const struct rpa_screen *s, struct rpa_err *err)
{
    int row, col;
    w->shown = view_title(d, s);
    fence_seen(d, w);
    if (!rpa_target_mode_at(d->target, &row, &col) || !w->shown)
        return 0;
    struct rpa_buf shown = { 0 };
    rpa_screen_text(s, (row - 1) * s->cols + col - 1, 4, &shown);
    int r = view_check_mode(d, shown.data ? shown.data : "", err);
    rpa_buf_clear(&shown);
    return r;
}

static int open_grid(struct rpa_driver *d, struct window *w,
                     struct rpa_err *err)
{
    struct rpa_grid_spec spec = { 0 };
    char font[128];
    if (w->grid)
        return 0;
    spec.repertoire = rpa_target_repertoire(d->target, &spec.nrepertoire);
    spec.file = rpa_msg_str(d->setup, "font_file", &spec.nfile);
    cbor_item_t *map = rpa_msg_get(d->setup, "map");
    if (spec.file && rpa_face_is(spec.file, spec.nfile))
        spec.file = NULL; /* a font of forms */
    else if (map && rpa_msg_copy(map, "font", font, sizeof font))
        spec.font = font;
    return rpa_grid_open(d->display, w->id, &spec, &w->grid, err);
}

/* wait, and nudge an application that went to sleep over its keys */
static int nudge_until(struct rpa_driver *d, struct window *w,
                       rpa_screen_test test, void *ctx, int64_t deadline_us,
                       const struct rpa_screen **ret, struct rpa_err *err)
{
    for (int64_t each_us = NUDGE_US;; each_us *= 2) {
        if (each_us > NUDGE_MOST_US)
            each_us = NUDGE_MOST_US;
        int64_t next_us = rpa_mono_us() + each_us;
        bool last = next_us >= deadline_us;
        int r = rpa_grid_wait(w->grid, test, ctx,
                              last ? deadline_us : next_us, ret, err);
        if (r != -RPA_ETIMEOUT || last)
            return r;
        rpa_window_nudge(d->display, w->id);
    }
}

/* the same, and where there are two readers both must say so */
static int wait_awake(struct rpa_driver *d, struct window *w,
                      rpa_screen_test test, void *ctx, int64_t deadline_us,
                      const struct rpa_screen **ret, struct rpa_err *err)
{
    struct second two = { .d = d, .test = test, .ctx = ctx };
    if (!d->word)
        return nudge_until(d, w, test, ctx, deadline_us, ret, err);
    int r = nudge_until(d, w, second_test, &two, deadline_us, ret, err);
    return second_result(&two, r, err);
}

static int read_both(struct rpa_driver *d, struct window *w,
                     const struct rpa_screen **ret, struct rpa_err *err)
{
    int r = wait_awake(d, w, NULL, NULL, rpa_mono_us() + AGREE_US, ret, err);
    /* nothing readable: let the grid say why */
    return r == -RPA_ETIMEOUT ? rpa_grid_read(w->grid, ret, err) : r;
}

int view_can_read(const struct window *w, const char *text, size_t len,
                  struct rpa_err *err)
{
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n) {
        n = rpa_utf8_decode(text + i, len - i, &cp); /* it is UTF-8: folded */
        if (cp == '\n' || !w->grid || rpa_grid_can_read(w->grid, cp))
            continue;
        rpa_fail(err, RPA_EREPERTOIRE,
                 "window '%s' has no U+%04X that can be told from others, in "
                 "font '%s': nothing was typed",
                 w->title, cp, rpa_grid_font(w->grid));
        return rpa_err_hint(err, "have a fold for it put into the screen map; or "
                                 "start the terminal with a font that draws it "
                                 "apart, and learn that: rpa font learn --also");
    }
    return 0;
}

int view_read(struct rpa_driver *d, struct window *w,
              const struct rpa_screen **ret, struct rpa_err *err)
{
    int r = open_grid(d, w, err);
    if (r == 0)
        r = d->word ? read_both(d, w, ret, err)
                    : rpa_grid_read(w->grid, ret, err);
    if (r == -RPA_EWINDOW)
        return view_closed(w, err);
    return r < 0 ? r : take_in(d, w, *ret, err);
}

enum unread { UNREAD_COVERED, UNREAD_OUTLINE, UNREAD_FONT };

static const struct {
    const char *name, *text, *hint;
} unread[] = {
    [UNREAD_COVERED] = { "covered", "another window lies over it",
                         "move that window, or let the bot close it" },
    [UNREAD_OUTLINE] = { "focus",
                         "the window has not the focus, and the outline of its "
                         "cursor hides what stands there",
                         "give it the focus, or move the cursor away" },
    [UNREAD_FONT] = { "font",
                      "no one character that is known of the font looks so",
                      "look at its picture; if it is a line, a symbol or a "
                      "look-alike, start the program with another font; if it is "
                      "slanted or struck out, without that" },
};

/* Is @cell under the outline of a cursor, or beside it? Some draw it around the
 * cell, over the edges of those that are next to it. */
static bool is_outlined(const struct rpa_screen *s, int cell)
{
    return view_hollow(s) && abs(cell / s->cols - s->cursor_row) <= 1 &&
           abs(cell % s->cols - s->cursor_col) <= 1;
}

static enum unread view_why(const struct rpa_screen *s, int cell)
{
    return !s->cells[cell].look   ? UNREAD_COVERED
           : is_outlined(s, cell) ? UNREAD_OUTLINE
                                  : UNREAD_FONT;
}

int view_unread(struct rpa_driver *d, const struct rpa_screen *s, int cell,
                const char *act, struct rpa_err *err)
{
    enum unread why = view_why(s, cell);
    d->album.unread = cell + 1;
    rpa_fail(err, RPA_EUNREADABLE,
             "%s: the cell at row %d, column %d cannot be read exactly (%zu on "
             "this screen): %s",
             act, cell / s->cols + 1, cell % s->cols + 1, s->nunknown,
             unread[why].text);
    return rpa_err_hint(err, "%s", unread[why].hint);
}

void view_tell_unread(const struct rpa_screen *s, int cell, cbor_item_t *map)
{
    rpa_msg_put_str(map, "why", unread[view_why(s, cell)].name);
}

/* rpa_screen_test: it was drawn on since the first look */
static bool drawn_on(void *ctx, const struct rpa_screen *s)
{
    int *looks = ctx;
    (void)s;
    return (*looks)++ > 0;
}

bool view_at_rest(const struct window *w, const struct rpa_screen *s)
{
    const struct rest *rest = &w->rest;
    return rest->hash && s->hash == rest->hash &&
           view_cursor(s) == rest->cursor &&
           (!rest->over || rest->over == w->stays);
}

int view_settle(struct rpa_driver *d, struct window *w, struct rpa_err *err)
{
    const struct rpa_screen *s;
    int r = open_grid(d, w, err);
    for (int i = 0; r == 0 && i < SETTLES; i++) {
        int looks = 0;
        r = rpa_grid_wait(w->grid, drawn_on, &looks, rpa_mono_us() + SETTLE_US,
                          &s, err);
    }
    return r == -RPA_ETIMEOUT ? 0 : r;
}

/* The first cell that is covered, or has the outline of a cursor: nobody can
 * see what stands there. -1: none. */
static int unseen(const struct rpa_screen *s)
{
    for (int i = 0; i < s->rows * s->cols; i++)
        if (!s->cells[i].cp &&
            (!s->cells[i].look || s->cells[i].flags & RPA_CELL_CURSOR))
            return i;
    return -1;
}

static bool all_seen(void *ctx, const struct rpa_screen *s)
{
    (void)ctx;
    return unseen(s) < 0;
}

int view_read_whole(struct rpa_driver *d, struct window *w,
                    const struct rpa_screen **ret, struct rpa_err *err)
{
    int r = view_wait(d, w, all_seen, NULL, d->echo_ms, "every cell", ret, err);
    if (r != -RPA_ETIMEOUT || !*ret)
        return r;
    return view_unread(d, *ret, unseen(*ret), "a commit act was refused", err);
}

int view_wait(struct rpa_driver *d, struct window *w, rpa_screen_test test,
              void *ctx, int timeout_ms, const char *for_what,
              const struct rpa_screen **ret, struct rpa_err *err)
{
    char seen[400] = "nothing readable";
    struct rpa_err why = { 0 }; /* nothing is */
    int r = open_grid(d, w, err);
    if (r == 0)
        r = wait_awake(d, w, test, ctx,
                       rpa_mono_us() + (int64_t)timeout_ms * 1000, ret, err);
    if (r == 0)
        return take_in(d, w, *ret, err);
    if (r == -RPA_EWINDOW) {
        view_closed(w, err);
        return rpa_err_seen(err, "waited for %s", for_what);
    }
    if (r != -RPA_ETIMEOUT)
        return r;
    if (!*ret && rpa_grid_read(w->grid, ret, &why) < 0)
        snprintf(seen, sizeof seen, "%s", why.msg);
    if (*ret && mask_screen(d, ret, err) == 0)
        view_summary(d, *ret, seen, sizeof seen);
    rpa_fail(err, RPA_ETIMEOUT, "'%s' did not show %s", w->title, for_what);
    if (*why.hint)
        rpa_err_hint(err, "%s", why.hint);
    return rpa_err_seen(err, "waited %.1f s for %s; seen: %s",
                        timeout_ms / 1000.0, for_what, seen);
}
