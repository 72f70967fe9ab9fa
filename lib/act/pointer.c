/* The pointer, on a text, a cell or a point of a window. A click may file
 * something as a key may, so it is a commit act unless it is listed. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

/* Where to: what a bot says, and the pixel it comes to. */
struct spot {
    char text[256];      /* the text it stands on; "" */
    int row, col;        /* its cell, from 0; -1: a point */
    uint32_t window;     /* that has the pixel */
    struct rpa_point at;
};

/* a gesture that is being made */
struct move {
    struct window *w;
    const struct rpa_screen *seen; /* NULL: this window cannot be read */
    const char *title;             /* of the screen; NULL */
    struct rpa_gesture gesture;
    struct spot from, to;
    bool commit;
};

/* how often @text stands on the screen; the last place */
static int occurrences(const struct rpa_screen *s, const char *text,
                       int *ret_row, int *ret_col)
{
    int n = 0;
    for (int row = 0; row < s->rows; row++)
        for (int col = 0, hit; col < s->cols; col += hit + 1) {
            struct rpa_screen rest = *s;
            rest.cells += row * s->cols + col;
            rest.rows = 1;
            rest.cols = s->cols - col;
            if (!rpa_screen_find(&rest, text, NULL, &hit))
                break;
            *ret_row = row;
            *ret_col = col + hit;
            n++;
        }
    return n;
}

static int on_text(const struct move *m, struct spot *spot, struct rpa_err *err)
{
    int n = occurrences(m->seen, spot->text, &spot->row, &spot->col);
    if (n == 1) {
        spot->col += ((int)rpa_utf8_count(spot->text, strlen(spot->text)) - 1) /
                     2;
        return 0;
    }
    rpa_fail(err, RPA_ESCREEN, "'%s' stands %d times on the screen",
             spot->text, n);
    return rpa_err_hint(err, n ? "say more of it, or a row and a column"
                               : "wait for it first");
}

static int find_spot(const struct move *m, const cbor_item_t *at,
                     struct spot *ret, struct rpa_err *err)
{
    int64_t row = 0, col = 0, x = -1, y = -1;
    struct spot spot = { .row = -1, .col = -1, .window = m->w->id };
    bool text = rpa_msg_copy(at, "text", spot.text, sizeof spot.text) &&
                spot.text[0];
    bool cell = rpa_msg_int(at, "row", &row) && rpa_msg_int(at, "col", &col);
    bool point = rpa_msg_int(at, "x", &x) && rpa_msg_int(at, "y", &y);
    if (text + cell + point != 1)
        return rpa_fail(err, RPA_EINVAL,
                        "a place is { text }, { row, col } or { x, y }");
    spot.at = (struct rpa_point){ (int)x, (int)y };
    if (!point && !m->seen)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "'%s' has no text that can be read", m->w->title);
    int r = text ? on_text(m, &spot, err) : 0;
    if (cell) {
        spot.row = (int)row - 1;
        spot.col = (int)col - 1;
    }
    if (r == 0 && !point &&
        !rpa_grid_pixel(m->w->grid, spot.row, spot.col, &spot.window,
                        &spot.at.x, &spot.at.y))
        r = rpa_fail(err, RPA_ESCREEN, "the screen has no row %d, column %d",
                     spot.row + 1, spot.col + 1);
    if (r == 0)
        *ret = spot;
    return r;
}

/* the screen, if this window has one that can be read */
static int look(struct rpa_driver *d, struct move *m, struct rpa_err *err)
{
    int r = view_read(d, m->w, &m->seen, err);
    if (r == -RPA_EUNREADABLE || r == -RPA_EENV) {
        m->seen = NULL;
        return 0;
    }
    if (r == 0)
        m->title = view_title(d, m->seen);
    return r;
}

/* A commit act wants every cell seen, and the very screen once more. */
static int look_whole(struct rpa_driver *d, struct move *m, struct rpa_err *err)
{
    if (!m->seen) {
        rpa_fail(err, RPA_EUNREADABLE,
                 "a commit act was refused: '%s' has no text that can be read",
                 m->w->title);
        return rpa_err_hint(err, "on a form, give the screen map a button or tick box "
                                 "there; if a click files nothing, list it: "
                                 "navigation = {{ window =, clicks = }}");
    }
    uint64_t hash = m->seen->hash;
    int r = view_read_whole(d, m->w, &m->seen, err);
    if (r == 0 && m->from.text[0] && m->seen->hash != hash)
        r = on_text(m, &m->from, err); /* where it stands now */
    return r;
}

static void put_spot(cbor_item_t *body, const char *key, const struct spot *spot)
{
    cbor_item_t *at = rpa_cbor_map();
    if (spot->text[0])
        rpa_msg_put_str(at, "text", spot->text);
    if (spot->row >= 0) {
        rpa_msg_put_int(at, "row", spot->row + 1);
        rpa_msg_put_int(at, "col", spot->col + 1);
    } else {
        rpa_msg_put_int(at, "x", spot->at.x);
        rpa_msg_put_int(at, "y", spot->at.y);
    }
    rpa_msg_put_item(body, key, at);
}

static struct row pointer_row(const struct move *m, const char *name)
{
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, "pointer", name);
    put_spot(body, "at", &m->from);
    if (m->gesture.kind == RPA_GESTURE_DRAG)
        put_spot(body, "to", &m->to);
    if (m->gesture.kind != RPA_GESTURE_MOVE) {
        rpa_msg_put_int(body, "button", m->gesture.button);
        rpa_msg_put_int(body, "times", m->gesture.times);
    }
    if (m->seen)
        rpa_msg_put_int(body, "screen", (int64_t)m->seen->hash);
    if (m->title)
        rpa_msg_put_str(body, "title", m->title);
    return (struct row){ .kind = m->commit ? "COMMIT" : "POINTER",
                         .window = m->w->title, .body = body };
}

static int carry_out(struct rpa_driver *d, struct move *m, const char *name,
                     struct rpa_err *err)
{
    struct ack ack;
    struct row row = pointer_row(m, name);
    row.pending = m->commit && m->title &&
                  rpa_target_pending(d->target, m->title);
    struct scene scene = { m->w, m->seen ? m->seen->hash : 0, -1, 0 };
    int r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    scene.deadline_us = ack.deadline_us;
    m->gesture.at = m->from.at;
    m->gesture.to = m->to.at;
    r = hands_pointer(d, &scene, m->from.window, &m->gesture, err);
    if (m->commit)
        proof_forget(d, m->w);
    if (r == 0 && m->gesture.button == 2) /* it pastes, into what nobody reads */
        fence_doubt(d, m->w, NULL, FENCE_EDITED, 0);
    return m->commit ? act_finish_commit(d, &ack, r, err)
                     : act_finish(d, &ack, r, false, err);
}

static int point(struct rpa_driver *d, const cbor_item_t *args,
                 const char *name, struct rpa_gesture gesture,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct move m = { .gesture = gesture };
    const struct form_rule *form;
    int r = view_window(d, args, &m.w, err);
    if (r == 0)
        r = hands_focus(d, m.w, err);
    if (r >= 0)
        r = form_of(d, m.w, &form, err);
    if (r == 0)
        r = look(d, &m, err);
    if (r == 0)
        r = find_spot(&m, rpa_msg_get(args, "at"), &m.from, err);
    if (r == 0 && gesture.kind == RPA_GESTURE_DRAG)
        r = find_spot(&m, rpa_msg_get(args, "to"), &m.to, err);
    if (r < 0)
        return r;
    m.commit = gesture.kind != RPA_GESTURE_MOVE &&
               fence_click_commits(d, m.title, m.w->entry, m.from.text);
    if (m.commit && (r = look_whole(d, &m, err)) == 0)
        r = fence_check(d, NULL, NULL, NULL, err);
    if (r == 0 && m.commit && m.seen)
        r = proof_check(d, m.w, m.seen, err);
    if (r == 0 && m.commit)
        act_before(d, m.w, m.seen);
    if (r == 0)
        r = carry_out(d, &m, name, err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "commit", m.commit);
    return 0;
}

int do_pointer_move(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_gesture g = { .kind = RPA_GESTURE_MOVE };
    return point(d, args, "move", g, ret, err);
}

static int count_of(const cbor_item_t *args, const char *name)
{
    int64_t n = 1;
    rpa_msg_int(args, name, &n);
    return (int)n;
}

int do_pointer_click(struct rpa_driver *d, const cbor_item_t *args,
                     cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_gesture g = { .kind = RPA_GESTURE_CLICK,
                             .button = count_of(args, "button"),
                             .times = count_of(args, "times") };
    return point(d, args, "click", g, ret, err);
}

int do_pointer_drag(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_gesture g = { .kind = RPA_GESTURE_DRAG, .times = 1,
                             .button = count_of(args, "button") };
    return point(d, args, "drag", g, ret, err);
}

int do_pointer_wheel(struct rpa_driver *d, const cbor_item_t *args,
                     cbor_item_t **ret, struct rpa_err *err)
{
    static const char *const turns[] = { "up", "down", "left", "right" };
    struct rpa_gesture g = { .kind = RPA_GESTURE_CLICK,
                             .times = count_of(args, "times") };
    for (int i = 0; i < 4; i++)
        if (rpa_msg_is(args, "turn", turns[i]))
            g.button = 4 + i;
    if (!g.button)
        return rpa_fail(err, RPA_EINVAL,
                        "the wheel turns up, down, left or right");
    return point(d, args, "wheel", g, ret, err);
}
