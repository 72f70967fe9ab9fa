/* Menus with a bar: which row it stands on, and the item that is wanted. */
#include "priv.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

/** How the bar is told from other rows. */
struct bar {
    bool coloured;
    uint32_t fg, bg; /* else: reversed */
};

struct menu {
    struct rpa_driver *d;
    char item[256];
    struct bar bar;
    int from, to;   /* rows of the menu, from 0 */
    int64_t after;  /* the row of the bar, from 1, that it must have left; 0 */
    int row, col;   /* of the item */
    int at;         /* row of the bar; -1: the item has it */
    struct rpa_err err;
};

static bool has_bar(const struct menu *m, const struct rpa_cell *c)
{
    if (!m->bar.coloured)
        return c->flags & RPA_CELL_REVERSE;
    return c->bg == m->bar.bg && (c->cp == ' ' || c->fg == m->bar.fg);
}

static bool is_edge(const struct rpa_screen *s, int row, int col)
{
    if (col < 0 || col >= s->cols)
        return true;
    uint32_t cp = s->cells[row * s->cols + col].cp;
    return cp == ' ' || cp == '|' || (cp >= 0x2500 && cp <= 0x257f);
}

/* A text by itself: two blanks, a wall or the edge on either side. */
static bool is_alone(const struct rpa_screen *s, int row, int col, int n)
{
    uint32_t left = col ? s->cells[row * s->cols + col - 1].cp : '|';
    uint32_t right = col + n < s->cols ? s->cells[row * s->cols + col + n].cp
                                       : '|';
    return is_edge(s, row, col - 1) && is_edge(s, row, col + n) &&
           (left != ' ' || is_edge(s, row, col - 2)) &&
           (right != ' ' || is_edge(s, row, col + n + 1));
}

static int find_item(struct menu *m, const struct rpa_screen *s,
                     struct rpa_err *err)
{
    int n = (int)rpa_utf8_count(m->item, strlen(m->item)), found = 0;
    struct rpa_buf places = { 0 };
    for (int row = m->from; row < m->to && row < s->rows; row++)
        for (int col = 0; col + n <= s->cols; col++) {
            if (!view_equals(s, row * s->cols + col, n, m->item) ||
                !is_alone(s, row, col, n))
                continue;
            rpa_buf_printf(&places, "%srow %d, column %d", found ? "; " : "",
                           row + 1, col + 1);
            m->row = row;
            m->col = col;
            found++;
        }
    int r = found == 1 ? 0
            : found    ? rpa_fail(err, RPA_ELABEL,
                                  "the item '%s' stands %d times: %s", m->item,
                                  found, places.data)
                       : rpa_fail(err, RPA_ELABEL,
                                  "the item '%s' is not on the screen by itself",
                                  m->item);
    rpa_buf_clear(&places);
    return r;
}

/* one row has the bar where the item's text begins */
static int find_bar(struct menu *m, const struct rpa_screen *s,
                    struct rpa_err *err)
{
    int found = 0, at = -1;
    struct rpa_buf rows = { 0 };
    for (int row = m->from; row < m->to && row < s->rows; row++)
        if (has_bar(m, &s->cells[row * s->cols + m->col])) {
            rpa_buf_printf(&rows, "%s%d", found ? ", " : "", row + 1);
            at = row;
            found++;
        }
    if (found != 1) {
        rpa_fail(err, RPA_ESCREEN, "the bar of the menu is in %s%s",
                 found ? "rows " : "no row", found ? rows.data : "");
        rpa_err_hint(err, "say how it looks, colour = { fg, bg }, and which rows "
                          "the menu has");
    }
    rpa_buf_clear(&rows);
    m->at = at == m->row ? -1 : at;
    return found == 1 ? 0 : -RPA_ESCREEN;
}

static int read_menu(struct menu *m, const struct rpa_screen *s,
                     struct rpa_err *err)
{
    int r = mask_screen(m->d, &s, err);
    if (r == 0)
        r = find_item(m, s, err);
    if (r == 0)
        r = find_bar(m, s, err);
    if (r == 0 && m->after && m->after == (m->at < 0 ? m->row : m->at) + 1)
        r = rpa_fail(err, RPA_ESCREEN, "the bar of the menu did not move");
    return r;
}

static bool menu_shown(void *ctx, const struct rpa_screen *s)
{
    struct menu *m = ctx;
    m->err.code = RPA_OK;
    return read_menu(m, s, &m->err) == 0;
}

static int take_colour(const cbor_item_t *item, const char *name, uint32_t *ret)
{
    char text[8], *end = text;
    if (rpa_msg_copy(item, name, text, sizeof text) && text[0] == '#')
        *ret = (uint32_t)strtoul(text + 1, &end, 16);
    return end == text + 7;
}

static int take_menu(const cbor_item_t *args, struct menu *m,
                     struct rpa_err *err)
{
    int64_t row = 1, rows = 500;
    const cbor_item_t *colour = rpa_msg_get(args, "colour");
    rpa_msg_int(args, "row", &row);
    rpa_msg_int(args, "rows", &rows);
    rpa_msg_int(args, "after", &m->after);
    m->from = row > 0 ? (int)row - 1 : 0;
    m->to = m->from + (int)rows;
    if (!rpa_msg_copy(args, "item", m->item, sizeof m->item) || !m->item[0])
        return rpa_fail(err, RPA_EINVAL, "which item? Its text");
    m->bar.coloured = colour != NULL;
    if (colour && (!take_colour(colour, "fg", &m->bar.fg) ||
                   !take_colour(colour, "bg", &m->bar.bg)))
        return rpa_fail(err, RPA_EINVAL, "colour wants fg and bg, as \"#00bfff\"");
    return 0;
}

int do_screen_menu(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    const struct rpa_screen *s;
    struct menu m = { .d = d };
    int64_t timeout_ms = 10000;
    rpa_msg_int(args, "timeout_ms", &timeout_ms);
    int r = view_window(d, args, &w, err);
    if (r == 0)
        r = take_menu(args, &m, err);
    if (r == 0)
        r = hands_see(d, w, &s, err);
    if (r == 0)
        r = view_wait(d, w, menu_shown, &m, (int)timeout_ms,
                      "the item of the menu", &s, err);
    if (r == -RPA_ETIMEOUT && m.err.code) {
        *err = m.err;
        r = -(int)err->code;
    }
    if (r == 0)
        r = mask_screen(d, &s, err);
    if (r == 0)
        r = screen_given(d, w, s->hash, screen_lines(s), err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_map();
    rpa_msg_put_int(*ret, "row", m.row + 1);
    rpa_msg_put_int(*ret, "col", m.col + 1);
    rpa_msg_put_int(*ret, "bar", (m.at < 0 ? m.row : m.at) + 1);
    return 0;
}
