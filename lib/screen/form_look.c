#include "eyes.h"

#include "rpa/base/time.h"
#include "rpa/screen/form_look.h"

#include <stdlib.h>
#include <xcb/damage.h>

enum { COVERS_MAX = 64 };

struct rpa_look {
    struct rpa_display *d;
    xcb_window_t window;
    xcb_damage_damage_t damage;
    uint8_t damage_event;
    bool dirty; /* drawn on since the picture was taken */
    struct rpa_tap tap;
    struct rpa_capture *capture;
    struct rpa_frame frame;
    struct rpa_box over[COVERS_MAX];
    int nover; /* -1: cannot be told */
};

static void on_event(void *ctx, const xcb_generic_event_t *ev)
{
    struct rpa_look *l = ctx;
    uint8_t type = ev->response_type & 0x7f;
    if (type == l->damage_event)
        l->dirty |= ((const xcb_damage_notify_event_t *)ev)->damage == l->damage;
    else if (type == XCB_DESTROY_NOTIFY || type == XCB_UNMAP_NOTIFY ||
             type == XCB_MAP_NOTIFY || type == XCB_CONFIGURE_NOTIFY)
        l->dirty = true; /* of any window: it may lie over this one */
}

static int start_damage(struct rpa_look *l, struct rpa_err *err)
{
    xcb_connection_t *x = l->d->xcb;
    const xcb_query_extension_reply_t *e =
        xcb_get_extension_data(x, &xcb_damage_id);
    if (!e || !e->present)
        return rpa_fail(err, RPA_EENV, "the display lacks DAMAGE");
    free(xcb_damage_query_version_reply(x, xcb_damage_query_version(x, 1, 1),
                                        NULL));
    l->damage_event = (uint8_t)(e->first_event + XCB_DAMAGE_NOTIFY);
    l->damage = xcb_generate_id(x);
    xcb_generic_error_t *bad = xcb_request_check(
        x, xcb_damage_create_checked(x, l->damage, l->window,
                                     XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY));
    if (!bad)
        return 0;
    free(bad);
    l->damage = XCB_NONE;
    return rpa_fail(err, RPA_EWINDOW, "the window has closed");
}

int rpa_look_open(struct rpa_display *d, uint32_t window, struct rpa_look **ret,
                  struct rpa_err *err)
{
    struct rpa_look *l = calloc(1, sizeof *l);
    if (!l)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a look");
    l->d = d;
    l->window = window;
    l->tap = (struct rpa_tap){ .event = on_event, .ctx = l };
    rpa_display_tap(d, &l->tap);
    rpa_display_watch(d, window);
    int r = rpa_capture_open(d, &l->capture, err);
    if (r == 0)
        r = start_damage(l, err);
    if (r < 0)
        rpa_look_close(l);
    else
        *ret = l;
    return r;
}

void rpa_look_close(struct rpa_look *l)
{
    if (!l)
        return;
    if (l->damage)
        xcb_damage_destroy(l->d->xcb, l->damage);
    rpa_display_sync_errors(l->d); /* the window may have gone before */
    rpa_capture_close(l->capture);
    rpa_display_untap(l->d, &l->tap);
    free(l);
}

int rpa_look_take(struct rpa_look *l, struct rpa_err *err)
{
    l->dirty = false;
    xcb_damage_subtract(l->d->xcb, l->damage, XCB_NONE, XCB_NONE);
    int r = rpa_capture_read(l->capture, l->window, 0, 0, &l->frame, err);
    if (r < 0)
        l->frame = (struct rpa_frame){ 0 };
    else
        l->nover = rpa_cover_list(l->d, l->window, l->over, COVERS_MAX);
    return r;
}

static bool visible(const struct rpa_look *l, const struct rpa_area *a)
{
    if (a->x < 0 || a->y < 0 || a->w < 1 || a->h < 1 ||
        a->x + a->w > l->frame.w || a->y + a->h > l->frame.h || l->nover < 0)
        return false;
    for (int i = 0; i < l->nover; i++) {
        const struct rpa_box *b = &l->over[i];
        if (a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
            b->y < a->y + a->h)
            return false;
    }
    return true;
}

static uint32_t pixel(const struct rpa_look *l, int x, int y)
{
    return l->frame.px[y * l->frame.w + x] & 0xffffff;
}

/* FNV-1a, of 64 bits */
uint64_t rpa_look_of(const struct rpa_look *l, const struct rpa_area *area)
{
    uint64_t hash = 0xcbf29ce484222325;
    if (!visible(l, area))
        return 0;
    for (int y = area->y; y < area->y + area->h; y++)
        for (int x = area->x; x < area->x + area->w; x++)
            hash = (hash ^ pixel(l, x, y)) * 0x100000001b3;
    return hash ? hash : 1;
}

void rpa_look_size(const struct rpa_look *l, int *ret_w, int *ret_h)
{
    *ret_w = l->frame.w;
    *ret_h = l->frame.h;
}

static bool has_ink(const struct rpa_look *l, const struct rpa_area *a, int x)
{
    for (int y = a->y; y < a->y + a->h; y++)
        if (pixel(l, x, y) != pixel(l, a->x, a->y))
            return true;
    return false;
}

bool rpa_look_ink(const struct rpa_look *l, const struct rpa_area *area,
                  int *ret_from, int *ret_to)
{
    bool found = false;
    for (int x = area->x; visible(l, area) && x < area->x + area->w; x++) {
        if (!has_ink(l, area, x))
            continue;
        if (!found)
            *ret_from = x;
        *ret_to = x;
        found = true;
    }
    return found;
}

int rpa_look_wait(struct rpa_look *l, rpa_look_test test, void *ctx,
                  int64_t deadline_us, struct rpa_err *err)
{
    for (;;) {
        int r = rpa_look_take(l, err);
        if (r < 0 && r != -RPA_EUNREADABLE)
            return r;
        if (r == 0 && test(ctx, l))
            return 0;
        while (!l->dirty) {
            r = rpa_display_wait(l->d, deadline_us, err);
            if (r < 0)
                return r;
            if (r == 0)
                return rpa_fail(err, RPA_ETIMEOUT,
                                "the window did not change as expected");
        }
        if (rpa_left_ms(deadline_us) == 0)
            return rpa_fail(err, RPA_ETIMEOUT,
                            "the window did not change as expected");
    }
}
