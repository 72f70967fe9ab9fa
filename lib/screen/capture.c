#include "eyes.h"

#include "rpa/base/time.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xcb/shm.h>
#include <xcb/xcbext.h>

#define AWAKE_US 60 /* a row of pixels comes within 50 where nothing else runs */

struct rpa_capture {
    struct rpa_display *d;
    bool shm;
    uint32_t *px;      /* the server writes here where it can */
    size_t len;        /* bytes */
    xcb_shm_seg_t seg; /* 0: not shared */
    xcb_window_t window; /* of the last read */
    int w, h, depth;
};

static bool layout_known(struct rpa_display *d)
{
    const xcb_setup_t *s = xcb_get_setup(d->xcb);
    xcb_format_iterator_t f = xcb_setup_pixmap_formats_iterator(s);
    for (; f.rem; xcb_format_next(&f))
        if (f.data->depth == 24)
            return f.data->bits_per_pixel == 32 &&
                   s->image_byte_order == XCB_IMAGE_ORDER_LSB_FIRST &&
                   d->screen->root_depth == 24;
    return false;
}

/* fd passing needs MIT-SHM 1.2 and a local socket; unlike SysV segments it
 * works when the server is another user */
static bool shm_usable(struct rpa_display *d)
{
    const xcb_query_extension_reply_t *e =
        xcb_get_extension_data(d->xcb, &xcb_shm_id);
    if (!e || !e->present)
        return false;
    xcb_shm_query_version_reply_t *v = xcb_shm_query_version_reply(
        d->xcb, xcb_shm_query_version(d->xcb), NULL);
    bool yes = v && (v->major_version > 1 || v->minor_version >= 2);
    free(v);
    return yes;
}

int rpa_capture_open(struct rpa_display *d, struct rpa_capture **ret,
                     struct rpa_err *err)
{
    if (!layout_known(d))
        return rpa_fail(err, RPA_EENV, "the display is not 24-bit TrueColor");
    struct rpa_capture *c = calloc(1, sizeof *c);
    if (!c)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a capture");
    c->d = d;
    c->shm = shm_usable(d);
    *ret = c;
    return 0;
}

static void drop(struct rpa_capture *c)
{
    if (c->seg)
        xcb_shm_detach(c->d->xcb, c->seg);
    if (c->px)
        munmap(c->px, c->len);
    c->seg = 0;
    c->px = NULL;
    c->len = 0;
}

void rpa_capture_close(struct rpa_capture *c)
{
    if (!c)
        return;
    drop(c);
    free(c);
}

/* false: not shared, the buffer is good all the same */
static bool share(struct rpa_capture *c, int fd)
{
    int give = dup(fd); /* xcb closes what it passes on */
    if (give < 0)
        return false;
    c->seg = xcb_generate_id(c->d->xcb);
    xcb_generic_error_t *e = xcb_request_check(
        c->d->xcb, xcb_shm_attach_fd_checked(c->d->xcb, c->seg, give, 0));
    if (!e)
        return true;
    free(e);
    c->seg = 0;
    return false;
}

/* room for a picture of the size last seen */
static int make_room(struct rpa_capture *c, struct rpa_err *err)
{
    size_t len = (size_t)c->w * (size_t)c->h * 4;
    if (c->len == len)
        return 0;
    drop(c);
    int fd = memfd_create("rpa-capture", MFD_CLOEXEC);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_ENOMEM, "memfd_create");
    int r = 0;
    void *at = MAP_FAILED;
    if (ftruncate(fd, (off_t)len) == 0)
        at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) {
        r = rpa_fail_errno(err, RPA_ENOMEM, "no memory for a picture");
        goto out;
    }
    c->px = at;
    c->len = len;
    if (c->shm)
        c->shm = share(c, fd);
out:
    close(fd);
    return r;
}

static int why_not(struct rpa_capture *c, xcb_window_t window,
                   struct rpa_err *err)
{
    int r = rpa_display_check(c->d, err);
    if (r < 0)
        return r;
    xcb_get_window_attributes_reply_t *a = xcb_get_window_attributes_reply(
        c->d->xcb, xcb_get_window_attributes(c->d->xcb, window), NULL);
    if (!a)
        return rpa_fail(err, RPA_EWINDOW, "the window has closed");
    bool seen = a->map_state == XCB_MAP_STATE_VIEWABLE;
    free(a);
    if (!seen)
        return rpa_fail(err, RPA_EUNREADABLE, "the window is not shown");
    rpa_fail(err, RPA_EUNREADABLE, "the window is partly off the screen");
    return rpa_err_hint(err, "move it, or use a larger display");
}

/* The requests for pixels, which go out together: one round trip. */
struct ask {
    const struct rpa_band *band;
    int n;
    xcb_shm_get_image_cookie_t shm[RPA_BANDS_MAX];
    xcb_get_image_cookie_t plain[RPA_BANDS_MAX];
};

static void request(struct rpa_capture *c, struct ask *ask)
{
    uint16_t w = (uint16_t)c->w;
    for (int i = 0; i < ask->n; i++) {
        int16_t y = (int16_t)ask->band[i].from;
        uint16_t h = (uint16_t)(ask->band[i].to - ask->band[i].from);
        if (c->seg)
            ask->shm[i] = xcb_shm_get_image(
                c->d->xcb, c->window, 0, y, w, h, ~0u, XCB_IMAGE_FORMAT_Z_PIXMAP,
                c->seg, (uint32_t)y * (uint32_t)c->w * 4);
        else
            ask->plain[i] = xcb_get_image(c->d->xcb, XCB_IMAGE_FORMAT_Z_PIXMAP,
                                          c->window, 0, y, w, h, ~0u);
    }
}

/* The answer to what was just asked: to be woken for it costs more than to wait
 * for it awake, letting others run. */
static void *answer(struct rpa_capture *c, unsigned sequence,
                    xcb_generic_error_t **e)
{
    int64_t until = rpa_mono_us() + AWAKE_US;
    void *reply = NULL;
    xcb_flush(c->d->xcb);
    while (!xcb_poll_for_reply(c->d->xcb, sequence, &reply, e)) {
        if (rpa_mono_us() >= until)
            return xcb_wait_for_reply(c->d->xcb, sequence, e);
        sched_yield();
    }
    return reply;
}

static bool receive_band(struct rpa_capture *c, const struct ask *ask, int i)
{
    xcb_generic_error_t *e = NULL;
    const struct rpa_band *b = &ask->band[i];
    size_t row = (size_t)c->w * 4, len = row * (size_t)(b->to - b->from);
    bool got;
    if (c->seg) {
        xcb_shm_get_image_reply_t *r =
            answer(c, ask->shm[i].sequence, &e);
        got = r != NULL;
        free(r);
    } else {
        xcb_get_image_reply_t *r =
            answer(c, ask->plain[i].sequence, &e);
        got = r && (size_t)xcb_get_image_data_length(r) >= len;
        if (got)
            memcpy((char *)c->px + row * (size_t)b->from, xcb_get_image_data(r),
                   len);
        free(r);
    }
    free(e);
    return got;
}

/* Nothing is drawn through a window where nothing composes them. */
static void drop_alpha(struct rpa_capture *c, const struct rpa_band *band)
{
    size_t w = (size_t)c->w, end = (size_t)band->to * w;
    for (size_t i = (size_t)band->from * w; i < end; i++)
        c->px[i] &= 0xffffff;
}

/* false: not all came, as when the window has become smaller */
static bool receive(struct rpa_capture *c, const struct ask *ask)
{
    bool got = true;
    for (int i = 0; i < ask->n; i++)
        got = receive_band(c, ask, i) && got;
    for (int i = 0; got && c->depth == 32 && i < ask->n; i++)
        drop_alpha(c, &ask->band[i]);
    return got;
}

static bool capture_bands(struct rpa_capture *c, const struct rpa_band *band,
                          int n)
{
    struct ask ask = { .band = band, .n = n };
    request(c, &ask);
    return receive(c, &ask);
}

/* All of the window, whose size is asked for beside it. */
static int capture_all(struct rpa_capture *c, bool *ret_resized,
                       struct rpa_err *err)
{
    struct rpa_band all = { 0, c->h };
    struct ask ask = { .band = &all, .n = c->px ? 1 : 0 };
    xcb_generic_error_t *e = NULL;
    unsigned size = xcb_get_geometry(c->d->xcb, c->window).sequence;
    request(c, &ask);
    xcb_get_geometry_reply_t *g = answer(c, size, &e);
    free(e);
    bool got = receive(c, &ask) && ask.n;
    if (!g)
        return why_not(c, c->window, err);
    *ret_resized = g->width != c->w || g->height != c->h;
    c->w = g->width;
    c->h = g->height;
    c->depth = g->depth;
    free(g);
    if (c->depth != 24 && c->depth != 32)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "the window has %d bits a pixel, not 24 or 32",
                        c->depth);
    return *ret_resized || got ? 0 : why_not(c, c->window, err);
}

int rpa_capture_read(struct rpa_capture *c, xcb_window_t window,
                     const struct rpa_band *band, int n, struct rpa_frame *ret,
                     struct rpa_err *err)
{
    if (window != c->window) {
        drop(c);
        c->window = window;
        c->w = c->h = 0;
    }
    bool some = n && c->len && band[n - 1].to <= c->h;
    bool stale = !some || !capture_bands(c, band, n);
    for (int i = 0; i < 4 && stale; i++) {
        int r = c->w ? make_room(c, err) : 0;
        if (r == 0)
            r = capture_all(c, &stale, err);
        if (r < 0) {
            drop(c);
            return r;
        }
    }
    if (stale)
        return rpa_fail(err, RPA_EUNREADABLE, "the window changes its size");
    *ret = (struct rpa_frame){ c->w, c->h, c->px };
    return 0;
}
