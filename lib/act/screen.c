/* What a bot is shown: every screen delivered is a READ row. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cbor_item_t *cell_at(int i, int cols)
{
    cbor_item_t *at = rpa_cbor_map();
    rpa_msg_put_int(at, "row", i / cols + 1);
    rpa_msg_put_int(at, "col", i % cols + 1);
    return at;
}

/* the fields by label, for people who write bots */
static cbor_item_t *describe_fields(const struct rpa_screen *s)
{
    struct rpa_label labels[128];
    cbor_item_t *list = rpa_cbor_array();
    size_t n = rpa_form_labels(s, labels, 128);
    for (size_t i = 0; i < n && i < 128; i++) {
        struct rpa_field_pos pos;
        struct rpa_buf name = { 0 };
        rpa_screen_text(s, labels[i].row * s->cols + labels[i].col,
                        labels[i].len, &name);
        cbor_item_t *one = cell_at(labels[i].field, s->cols);
        rpa_msg_put_strn(one, "label", name.len ? name.data : "", name.len);
        struct rpa_field_at at = { .label = name.data };
        bool found = name.len && rpa_form_field(s, &at, 0, &pos, NULL) == 0;
        rpa_msg_put_int(one, "room", found ? pos.room : 0);
        rpa_cbor_push(list, one);
        rpa_buf_clear(&name);
    }
    return list;
}

cbor_item_t *screen_lines(const struct rpa_screen *s)
{
    cbor_item_t *lines = rpa_cbor_array();
    for (int row = 0; row < s->rows; row++) {
        struct rpa_buf line = { 0 };
        rpa_screen_text(s, row * s->cols, s->cols, &line);
        rpa_cbor_push(lines, line.failed
                                 ? NULL
                                 : rpa_cbor_strn(line.data, line.len));
        rpa_buf_clear(&line);
    }
    return lines;
}

/* the screen as the bot gets it */
static cbor_item_t *describe(const struct rpa_screen *s)
{
    cbor_item_t *map = rpa_cbor_map(), *unknown = rpa_cbor_array();
    for (int i = 0, n = 0; i < s->rows * s->cols && n < 100; i++)
        if (!s->cells[i].cp && ++n) {
            cbor_item_t *cell = cell_at(i, s->cols);
            view_tell_unread(s, i, cell);
            rpa_cbor_push(unknown, cell);
        }
    rpa_msg_put_int(map, "rows", s->rows);
    rpa_msg_put_int(map, "cols", s->cols);
    rpa_msg_put_item(map, "lines", screen_lines(s));
    rpa_msg_put_item(map, "unknown", unknown);
    rpa_msg_put_item(map, "fields", describe_fields(s));
    if (view_cursor(s) >= 0 && !s->cursor_near)
        rpa_msg_put_item(map, "cursor", cell_at(view_cursor(s), s->cols));
    char hash[17];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)s->hash);
    rpa_msg_put_str(map, "hash", hash);
    return map;
}

int screen_given(struct rpa_driver *d, struct window *w, uint64_t hash,
                 cbor_item_t *lines, struct rpa_err *err)
{
    struct row row = { .kind = "READ", .verb = "consultation",
                       .window = w->title, .body = rpa_cbor_map() };
    rpa_msg_put_int(row.body, "screen", (int64_t)hash);
    if (w->shown)
        rpa_msg_put_str(row.body, "title", w->shown);
    act_shown_rows(d, w, lines);
    rpa_msg_put_item(row.body, "lines", lines);
    int r = act_note(d, &row, err);
    if (r == 0)
        picture_screen(d, w, hash);
    return r;
}

static int deliver(struct rpa_driver *d, struct window *w,
                   const struct rpa_screen *s, cbor_item_t **ret,
                   struct rpa_err *err)
{
    if (mask_screen(d, &s, err) < 0)
        return -(int)err->code;
    cbor_item_t *map = describe(s);
    if (w->shown)
        rpa_msg_put_str(map, "title", w->shown);
    int r = screen_given(d, w, s->hash, rpa_cbor_ref(rpa_msg_get(map, "lines")),
                         err);
    if (r == 0)
        *ret = map;
    else
        rpa_msg_free(&map);
    return r;
}

int do_screen_read(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    const struct rpa_screen *s;
    int r = view_window(d, args, &w, err);
    if (r == 0 && w->as_form)
        return form_read(d, w, ret, err);
    if (r == 0)
        r = view_read(d, w, &s, err);
    return r < 0 ? r : deliver(d, w, s, ret, err);
}

/* ---- waiting for a text ---- */

struct wanted {
    struct rpa_driver *d;
    cbor_item_t **any;
    size_t n;
    size_t hit; /* from 1; 0: none yet */
};

static bool on_row(const struct rpa_screen *s, const char *text, int64_t row)
{
    struct rpa_buf line = { 0 };
    if (row > s->rows)
        return false;
    rpa_screen_text(s, ((int)row - 1) * s->cols, s->cols, &line);
    bool hit = line.data && strstr(line.data, text);
    rpa_buf_clear(&line);
    return hit;
}

static bool any_shown(void *ctx, const struct rpa_screen *s)
{
    struct wanted *wanted = ctx;
    const char *title = view_title(wanted->d, s);
    if (mask_screen(wanted->d, &s, NULL) < 0) /* a wait would tell as well */
        return false;
    for (size_t i = 0; i < wanted->n; i++) {
        char text[256];
        int64_t row = 0;
        rpa_msg_int(wanted->any[i], "row", &row);
        bool hit = !rpa_msg_copy(wanted->any[i], "text", text, sizeof text)
                       ? title && rpa_msg_is(wanted->any[i], "screen", title)
                   : row > 0 ? on_row(s, text, row)
                             : rpa_screen_find(s, text, NULL, NULL);
        if (hit) {
            wanted->hit = i + 1;
            return true;
        }
    }
    return false;
}

static int check_wanted(const struct wanted *wanted, char *what, size_t size,
                        struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    char text[256];
    for (size_t i = 0; i < wanted->n; i++) {
        bool screen = rpa_msg_get(wanted->any[i], "screen") != NULL;
        if (!rpa_msg_copy(wanted->any[i], screen ? "screen" : "text", text,
                          sizeof text) ||
            !text[0] || (screen && rpa_msg_get(wanted->any[i], "text"))) {
            rpa_buf_clear(&names);
            return rpa_fail(err, RPA_EINVAL,
                            "wait: entry %zu wants a text, or else a screen, of "
                            "at most 255 bytes",
                            i + 1);
        }
        rpa_buf_printf(&names, "%s%s'%s'", i ? " or " : "",
                       screen ? "the screen " : "", text);
    }
    if (!wanted->n)
        return rpa_fail(err, RPA_EINVAL, "wait: nothing to wait for");
    rpa_str_copy(what, size, names.data ? names.data : "");
    rpa_buf_clear(&names);
    return 0;
}

int do_screen_wait(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    struct wanted wanted = { .d = d };
    const struct rpa_screen *s;
    char what[200];
    int64_t timeout_ms = 10000;
    rpa_msg_int(args, "timeout_ms", &timeout_ms);
    wanted.any = rpa_msg_array(args, "any", &wanted.n);
    int r = view_window(d, args, &w, err);
    if (r == 0)
        r = check_wanted(&wanted, what, sizeof what, err);
    if (r == 0 && w->as_form)
        return form_wait(d, w, wanted.any, wanted.n, what, (int)timeout_ms, ret,
                         err);
    if (r == 0)
        r = view_wait(d, w, any_shown, &wanted, (int)timeout_ms, what, &s,
                      err);
    if (r == 0)
        r = deliver(d, w, s, ret, err);
    if (r == 0)
        rpa_msg_put_int(*ret, "index", (int64_t)wanted.hit);
    return r;
}
