#include "screen/other.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include <xcb/xtest.h>

static void round_trip(xcb_connection_t *c)
{
    free(xcb_get_input_focus_reply(c, xcb_get_input_focus(c), NULL));
}

uint8_t other_code(xcb_connection_t *c, uint32_t keysym)
{
    const xcb_setup_t *s = xcb_get_setup(c);
    xcb_get_keyboard_mapping_reply_t *r = xcb_get_keyboard_mapping_reply(
        c,
        xcb_get_keyboard_mapping(c, s->min_keycode,
                                 s->max_keycode - s->min_keycode + 1),
        NULL);
    uint8_t code = 0;
    for (int i = s->min_keycode; i <= s->max_keycode && !code; i++)
        if (xcb_get_keyboard_mapping_keysyms(
                r)[(i - s->min_keycode) * r->keysyms_per_keycode] == keysym)
            code = (uint8_t)i;
    free(r);
    return code;
}

void other_fake(xcb_connection_t *c, uint8_t type, uint8_t code)
{
    xcb_test_fake_input(c, type, code, 0, 0, 0, 0, 0);
    round_trip(c);
}

xcb_window_t other_window(xcb_connection_t *c)
{
    xcb_screen_t *s = xcb_setup_roots_iterator(xcb_get_setup(c)).data;
    uint32_t mask = XCB_EVENT_MASK_KEY_PRESS;
    xcb_window_t w = xcb_generate_id(c);
    xcb_create_window(c, 0, w, s->root, 900, 0, 50, 50, 0, 1, s->root_visual,
                      XCB_CW_EVENT_MASK, &mask);
    xcb_map_window(c, w);
    round_trip(c);
    return w;
}

void other_steal(xcb_connection_t *c, xcb_window_t w, int fd, int pause_ms)
{
    xcb_set_input_focus(c, 1, w, 0);
    xcb_flush(c);
    poll(NULL, 0, pause_ms);
    for (xcb_generic_event_t *e; (e = xcb_poll_for_event(c)); free(e))
        if ((e->response_type & 0x7f) == XCB_KEY_PRESS && write(fd, "k", 1) < 0)
            _exit(1);
}
