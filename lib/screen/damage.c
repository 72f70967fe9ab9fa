#include "eyes.h"

#include "rpa/base/time.h"

#include <stdlib.h>

int rpa_damage_start(struct rpa_display *d, xcb_window_t window,
                     enum xcb_damage_report_level_t level,
                     struct rpa_damage *ret, struct rpa_err *err)
{
    xcb_connection_t *x = d->xcb;
    const xcb_query_extension_reply_t *e =
        xcb_get_extension_data(x, &xcb_damage_id);
    if (!e || !e->present)
        return rpa_fail(err, RPA_EENV, "the display lacks DAMAGE");
    free(xcb_damage_query_version_reply(x, xcb_damage_query_version(x, 1, 1),
                                        NULL));
    xcb_damage_damage_t id = xcb_generate_id(x);
    xcb_generic_error_t *bad = xcb_request_check(
        x, xcb_damage_create_checked(x, id, window, (uint8_t)level));
    free(bad);
    if (bad)
        return rpa_fail(err, RPA_EWINDOW, "the window has closed");
    *ret = (struct rpa_damage){ id, (uint8_t)(e->first_event +
                                              XCB_DAMAGE_NOTIFY) };
    return 0;
}

const xcb_rectangle_t *rpa_damage_told(const struct rpa_damage *damage,
                                       const xcb_generic_event_t *ev)
{
    const xcb_damage_notify_event_t *e = (const void *)ev;
    bool ours = damage->id && (ev->response_type & 0x7f) == damage->event &&
                e->damage == damage->id;
    return ours ? &e->area : NULL;
}

void rpa_damage_renew(struct rpa_display *d, const struct rpa_damage *damage)
{
    xcb_damage_subtract(d->xcb, damage->id, XCB_NONE, XCB_NONE);
}

int rpa_damage_wait(struct rpa_display *d, const bool *dirty,
                    rpa_damage_look look, void *ctx, int64_t deadline_us,
                    const char *what, struct rpa_err *err)
{
    for (int came = 1;;) {
        int r = look(ctx, err);
        if (r != 0)
            return r < 0 ? r : 0;
        while (!*dirty && came > 0)
            came = rpa_display_wait(d, deadline_us, err);
        if (came < 0)
            return came;
        if (came == 0 || rpa_left_ms(deadline_us) == 0)
            return rpa_fail(err, RPA_ETIMEOUT,
                            "the %s did not become as expected", what);
    }
}

void rpa_damage_stop(struct rpa_display *d, struct rpa_damage *damage)
{
    if (damage->id)
        xcb_damage_destroy(d->xcb, damage->id);
    *damage = (struct rpa_damage){ 0 };
}
