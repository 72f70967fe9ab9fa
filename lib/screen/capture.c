#include "eyes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xcb/shm.h>

/* One buffer; the server writes into it where it can. */
struct buffer {
    uint32_t *px;
    size_t len;        /* bytes */
    xcb_shm_seg_t seg; /* 0: not shared */
};

struct rpa_capture {
    struct rpa_display *d;
    bool shm;
    struct buffer buf[2]; /* taken in turn */
    int turn;
    xcb_window_t window; /* of the last read */
    int w, h;
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

static void buffer_clear(struct rpa_capture *c, struct buffer *b)
{
    if (b->seg)
        xcb_shm_detach(c->d->xcb, b->seg);
    if (b->px)
        munmap(b->px, b->len);
    *b = (struct buffer){ 0 };
}

void rpa_capture_close(struct rpa_capture *c)
{
    if (!c)
        return;
    buffer_clear(c, &c->buf[0]);
    buffer_clear(c, &c->buf[1]);
    free(c);
}

/* false: not shared, the buffer is good all the same */
static bool share(struct rpa_capture *c, struct buffer *b, int fd)
{
    int give = dup(fd); /* xcb closes what it passes on */
    if (give < 0)
        return false;
    b->seg = xcb_generate_id(c->d->xcb);
    xcb_generic_error_t *e = xcb_request_check(
        c->d->xcb, xcb_shm_attach_fd_checked(c->d->xcb, b->seg, give, 0));
    if (!e)
        return true;
    free(e);
    b->seg = 0;
    return false;
}

static int buffer_fit(struct rpa_capture *c, struct buffer *b, size_t len,
                      struct rpa_err *err)
{
    if (b->px && b->len == len)
        return 0;
    buffer_clear(c, b);
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
    b->px = at;
    b->len = len;
    if (c->shm)
        c->shm = share(c, b, fd);
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

/* the request for a picture of the size last seen goes out together with the
 * question for the size: one round trip */
struct ask {
    xcb_get_geometry_cookie_t size;
    xcb_shm_get_image_cookie_t shm;
    xcb_get_image_cookie_t plain;
};

static bool picture(struct rpa_capture *c, struct buffer *b, struct ask *ask)
{
    xcb_generic_error_t *e = NULL;
    bool got;
    if (b->seg) {
        xcb_shm_get_image_reply_t *r =
            xcb_shm_get_image_reply(c->d->xcb, ask->shm, &e);
        got = r != NULL;
        free(r);
    } else {
        xcb_get_image_reply_t *r =
            xcb_get_image_reply(c->d->xcb, ask->plain, &e);
        got = r && (size_t)xcb_get_image_data_length(r) >= b->len;
        if (got)
            memcpy(b->px, xcb_get_image_data(r), b->len);
        free(r);
    }
    free(e);
    return got;
}

static int capture(struct rpa_capture *c, struct buffer *b, bool *ret_resized,
                   struct rpa_err *err)
{
    xcb_connection_t *x = c->d->xcb;
    uint16_t w = (uint16_t)c->w, h = (uint16_t)c->h;
    struct ask ask = { .size = xcb_get_geometry(x, c->window) };
    if (b->seg)
        ask.shm = xcb_shm_get_image(x, c->window, 0, 0, w, h, ~0u,
                                    XCB_IMAGE_FORMAT_Z_PIXMAP, b->seg, 0);
    else if (b->px)
        ask.plain = xcb_get_image(x, XCB_IMAGE_FORMAT_Z_PIXMAP, c->window, 0, 0,
                                  w, h, ~0u);
    xcb_get_geometry_reply_t *g = xcb_get_geometry_reply(x, ask.size, NULL);
    bool got = b->px && picture(c, b, &ask);
    if (!g)
        return why_not(c, c->window, err);
    bool deep = g->depth == 24;
    *ret_resized = g->width != c->w || g->height != c->h;
    c->w = g->width;
    c->h = g->height;
    free(g);
    if (!deep)
        return rpa_fail(err, RPA_EUNREADABLE, "the window is not 24-bit");
    if (!*ret_resized && !got)
        return why_not(c, c->window, err);
    return 0;
}

int rpa_capture_read(struct rpa_capture *c, xcb_window_t window,
                     struct rpa_frame *ret, struct rpa_err *err)
{
    if (window != c->window) {
        c->window = window;
        c->w = c->h = 0;
    }
    c->turn = !c->turn;
    struct buffer *b = &c->buf[c->turn];
    bool resized = true;
    for (int i = 0; i < 4; i++) {
        if (b->px && b->len != (size_t)c->w * (size_t)c->h * 4)
            buffer_clear(c, b);
        int r = 0;
        if (c->w)
            r = buffer_fit(c, b, (size_t)c->w * (size_t)c->h * 4, err);
        if (r == 0)
            r = capture(c, b, &resized, err);
        if (r < 0)
            return r;
        if (!resized)
            break;
    }
    if (resized)
        return rpa_fail(err, RPA_EUNREADABLE, "the window changes its size");
    *ret = (struct rpa_frame){ c->w, c->h, b->px };
    return 0;
}
