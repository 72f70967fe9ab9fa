#include "face.h"

#include "rpa/screen/form_look.h"

#include <stdlib.h>
#include <string.h>

struct rpa_look {
    struct rpa_display *d;
    xcb_window_t window;
    struct rpa_damage damage;
    bool dirty; /* drawn on since the picture was taken */
    struct rpa_area watched;
    bool drawn; /* on there, since it was named */
    struct rpa_tap tap;
    struct rpa_capture *capture;
    struct rpa_frame frame;
    uint32_t *kept; /* a copy of the pixels of kept_w x kept_h */
    int kept_w, kept_h;
    struct rpa_box over[RPA_COVERS_MAX];
    int nover; /* -1: cannot be told */
};

/* drawn where it is watched, or not there any more */
static bool touches(const struct rpa_look *l, const xcb_rectangle_t *r,
                    const xcb_generic_event_t *ev)
{
    const xcb_unmap_notify_event_t *gone = (const void *)ev; /* or destroyed */
    const struct rpa_area *a = &l->watched;
    uint8_t type = ev->response_type & 0x7f;
    if (!r)
        return (type == XCB_DESTROY_NOTIFY || type == XCB_UNMAP_NOTIFY) &&
               gone->window == l->window;
    return r->x < a->x + a->w && a->x < r->x + r->width && r->y < a->y + a->h &&
           a->y < r->y + r->height;
}

static void on_event(void *ctx, const xcb_generic_event_t *ev)
{
    struct rpa_look *l = ctx;
    uint8_t type = ev->response_type & 0x7f;
    const xcb_rectangle_t *area = rpa_damage_told(&l->damage, ev);
    l->drawn = l->drawn || touches(l, area, ev);
    if (area || type == XCB_DESTROY_NOTIFY ||
        type == XCB_UNMAP_NOTIFY || type == XCB_MAP_NOTIFY ||
        type == XCB_CONFIGURE_NOTIFY)
        l->dirty = true; /* of any window: it may lie over this one */
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
        r = rpa_damage_start(d, window, XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES,
                             &l->damage, err);
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
    rpa_damage_stop(l->d, &l->damage);
    rpa_display_sync_errors(l->d); /* the window may have gone before */
    rpa_capture_close(l->capture);
    rpa_display_untap(l->d, &l->tap);
    free(l->kept);
    free(l);
}

int rpa_look_take(struct rpa_look *l, struct rpa_err *err)
{
    l->dirty = false;
    rpa_damage_renew(l->d, &l->damage);
    int r = rpa_capture_read(l->capture, l->window, NULL, 0, &l->frame, err);
    if (r < 0)
        l->frame = (struct rpa_frame){ 0 };
    else
        l->nover = rpa_cover_list(l->d, l->window, l->over, RPA_COVERS_MAX);
    return r;
}

const struct rpa_frame *rpa_look_frame(const struct rpa_look *l)
{
    return &l->frame;
}

const struct rpa_box *rpa_look_over(const struct rpa_look *l, int *ret_n)
{
    *ret_n = l->nover;
    return l->over;
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

int rpa_look_keep(struct rpa_look *l, struct rpa_err *err)
{
    size_t size = (size_t)l->frame.w * (size_t)l->frame.h * sizeof *l->kept;
    uint32_t *copy = realloc(l->kept, size + 1);
    if (!copy)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    l->kept = copy;
    if (size)
        memcpy(copy, l->frame.px, size);
    l->kept_w = l->frame.w;
    l->kept_h = l->frame.h;
    return 0;
}

/* of the picture and @a */
static struct rpa_area clip(const struct rpa_look *l, const struct rpa_area *a)
{
    int x = a->x < 0 ? 0 : a->x, y = a->y < 0 ? 0 : a->y;
    int right = a->x + a->w, bottom = a->y + a->h;
    right = right > l->frame.w ? l->frame.w : right;
    bottom = bottom > l->frame.h ? l->frame.h : bottom;
    return (struct rpa_area){ x, y, right - x, bottom - y };
}

bool rpa_look_changed(const struct rpa_look *l, const struct rpa_area *around,
                      struct rpa_area *ret)
{
    struct rpa_area a = clip(l, around);
    int left = l->frame.w, right = 0, top = l->frame.h, bottom = 0;
    if (!l->kept || l->kept_w != l->frame.w || l->kept_h != l->frame.h)
        return false;
    for (int y = a.y; y < a.y + a.h; y++)
        for (int x = a.x; x < a.x + a.w; x++) {
            if (!((pixel(l, x, y) ^ l->kept[y * l->kept_w + x]) & 0xffffff))
                continue;
            left = x < left ? x : left;
            right = x >= right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    if (right == 0)
        return false;
    *ret = (struct rpa_area){ left, top, right - left, bottom - top };
    return true;
}

void rpa_look_watch(struct rpa_look *l, const struct rpa_area *area)
{
    l->watched = *area;
    l->drawn = false;
}

int rpa_look_await_drawn(struct rpa_look *l, int64_t deadline_us,
                         struct rpa_err *err)
{
    int came = 1;
    while (!l->drawn && came > 0)
        came = rpa_display_wait(l->d, deadline_us, err);
    if (came < 0 || l->drawn)
        return came < 0 ? came : 0;
    return rpa_fail(err, RPA_ETIMEOUT, "nothing was drawn there");
}

struct wanted {
    struct rpa_look *look;
    rpa_look_test test;
    void *ctx;
};

static int is_there(void *ctx, struct rpa_err *err)
{
    const struct wanted *w = ctx;
    int r = rpa_look_take(w->look, err);
    if (r < 0)
        return r == -RPA_EUNREADABLE ? 0 : r;
    return w->test(w->ctx, w->look);
}

int rpa_look_wait(struct rpa_look *l, rpa_look_test test, void *ctx,
                  int64_t deadline_us, struct rpa_err *err)
{
    struct wanted wanted = { l, test, ctx };
    return rpa_damage_wait(l->d, &l->dirty, is_there, &wanted, deadline_us,
                           "window", err);
}
