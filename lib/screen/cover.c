#include "eyes.h"

#include <stdlib.h>

/* Is @w drawn over what is below it? With its box in its parent. */
static bool drawn(struct rpa_display *d, xcb_window_t w, struct rpa_box *box)
{
    xcb_get_window_attributes_cookie_t ca =
        xcb_get_window_attributes(d->xcb, w);
    xcb_get_geometry_cookie_t cg = xcb_get_geometry(d->xcb, w);
    xcb_get_window_attributes_reply_t *a =
        xcb_get_window_attributes_reply(d->xcb, ca, NULL);
    xcb_get_geometry_reply_t *g = xcb_get_geometry_reply(d->xcb, cg, NULL);
    bool yes = a && g && a->map_state == XCB_MAP_STATE_VIEWABLE &&
               a->_class == XCB_WINDOW_CLASS_INPUT_OUTPUT;
    if (yes)
        *box = (struct rpa_box){ g->x, g->y, g->width + 2 * g->border_width,
                                 g->height + 2 * g->border_width };
    free(a);
    free(g);
    return yes;
}

/* Where the inside of @w is in its parent. */
static bool inside(struct rpa_display *d, xcb_window_t w, struct rpa_box *ret)
{
    xcb_get_geometry_reply_t *g =
        xcb_get_geometry_reply(d->xcb, xcb_get_geometry(d->xcb, w), NULL);
    if (!g)
        return false;
    *ret = (struct rpa_box){ g->x + g->border_width, g->y + g->border_width,
                             g->width, g->height };
    free(g);
    return true;
}

static bool meets(const struct rpa_box *a, const struct rpa_box *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
           b->y < a->y + a->h;
}

/* One level: the siblings stacked above @w that meet @all, the first window's
 * inside in their parent; children come bottom to top. */
static int above(struct rpa_display *d, const xcb_query_tree_reply_t *t,
                 xcb_window_t w, const struct rpa_box *all, struct rpa_box *out,
                 int max)
{
    const xcb_window_t *kid = xcb_query_tree_children(t);
    int n = xcb_query_tree_children_length(t), found = 0, i = 0;
    while (i < n && kid[i] != w)
        i++;
    for (i++; i < n; i++) {
        struct rpa_box b;
        if (!drawn(d, kid[i], &b) || !meets(&b, all))
            continue;
        if (found == max)
            return -1;
        b.x -= all->x;
        b.y -= all->y;
        out[found++] = b;
    }
    return found;
}

int rpa_cover_list(struct rpa_display *d, xcb_window_t window,
                   struct rpa_box *out, int max)
{
    int n = 0;
    struct rpa_box all = { 0 }; /* @window's inside, in the parent at hand */
    for (xcb_window_t w = window; w != d->screen->root;) {
        struct rpa_box in = { 0 };
        xcb_query_tree_cookie_t ask = xcb_query_tree(d->xcb, w);
        bool there = inside(d, w, &in);
        xcb_query_tree_reply_t *t = xcb_query_tree_reply(d->xcb, ask, NULL);
        xcb_window_t parent = t ? t->parent : XCB_NONE;
        free(t);
        if (!there || parent == XCB_NONE)
            return -1;
        if (w == window)
            all = in;
        else {
            all.x += in.x;
            all.y += in.y;
        }
        t = xcb_query_tree_reply(d->xcb, xcb_query_tree(d->xcb, parent), NULL);
        int more = t ? above(d, t, w, &all, out + n, max - n) : -1;
        free(t);
        if (more < 0)
            return -1;
        n += more;
        w = parent;
    }
    return n;
}

static xcb_window_t largest(struct rpa_display *d,
                            const xcb_query_tree_reply_t *t, long *ret_area)
{
    const xcb_window_t *kid = xcb_query_tree_children(t);
    int n = xcb_query_tree_children_length(t);
    xcb_window_t best = XCB_NONE;
    *ret_area = 0;
    for (int i = 0; i < n; i++) {
        struct rpa_box b;
        if (!drawn(d, kid[i], &b) || (long)b.w * b.h <= *ret_area)
            continue;
        *ret_area = (long)b.w * b.h;
        best = kid[i];
    }
    return best;
}

xcb_window_t rpa_cover_inner(struct rpa_display *d, xcb_window_t window)
{
    for (;;) {
        xcb_query_tree_cookie_t ct = xcb_query_tree(d->xcb, window);
        xcb_get_geometry_reply_t *g = xcb_get_geometry_reply(
            d->xcb, xcb_get_geometry(d->xcb, window), NULL);
        xcb_query_tree_reply_t *t = xcb_query_tree_reply(d->xcb, ct, NULL);
        long all = g ? (long)g->width * g->height : 0, part = 0;
        xcb_window_t kid = t ? largest(d, t, &part) : XCB_NONE;
        free(g);
        free(t);
        if (kid == XCB_NONE || part * 10 < all * 8)
            return window;
        window = kid;
    }
}
