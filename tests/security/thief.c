/* A thief of the focus: takes it every few milliseconds and gives it back, on
 * the display and with the cookie of a run, and says how many keys it got.
 *
 *   thief MS    on $DISPLAY; until SIGTERM, then prints "stole N keys K" */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <xcb/xcb.h>

static volatile sig_atomic_t done;

static void stop(int sig)
{
    (void)sig;
    done = 1;
}

int main(int argc, char **argv)
{
    int ms = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
    long stole = 0, keys = 0;
    uint32_t mask = XCB_EVENT_MASK_KEY_PRESS | XCB_EVENT_MASK_FOCUS_CHANGE;
    xcb_connection_t *c = xcb_connect(NULL, NULL);
    if (xcb_connection_has_error(c))
        return 1;
    signal(SIGTERM, stop);
    xcb_screen_t *s = xcb_setup_roots_iterator(xcb_get_setup(c)).data;
    xcb_window_t w = xcb_generate_id(c);
    xcb_create_window(c, 0, w, s->root, s->width_in_pixels - 20,
                      s->height_in_pixels - 20, 10, 10, 0, 1, s->root_visual,
                      XCB_CW_EVENT_MASK, &mask);
    xcb_map_window(c, w);
    while (!done && !xcb_connection_has_error(c)) {
        xcb_get_input_focus_reply_t *had =
            xcb_get_input_focus_reply(c, xcb_get_input_focus(c), NULL);
        xcb_set_input_focus(c, XCB_INPUT_FOCUS_POINTER_ROOT, w,
                            XCB_CURRENT_TIME);
        free(xcb_get_input_focus_reply(c, xcb_get_input_focus(c), NULL));
        poll(NULL, 0, 1);
        if (had && had->focus != w)
            xcb_set_input_focus(c, had->revert_to, had->focus,
                                XCB_CURRENT_TIME);
        free(had);
        xcb_flush(c);
        for (xcb_generic_event_t *e; (e = xcb_poll_for_event(c)); free(e)) {
            stole += (e->response_type & 0x7f) == XCB_FOCUS_IN;
            keys += (e->response_type & 0x7f) == XCB_KEY_PRESS;
        }
        poll(NULL, 0, ms);
    }
    printf("stole %ld keys %ld\n", stole, keys);
    xcb_disconnect(c);
    return 0;
}
