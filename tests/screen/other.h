#ifndef RPA_TESTS_SCREEN_OTHER_H
#define RPA_TESTS_SCREEN_OTHER_H

#include <stdint.h>
#include <xcb/xcb.h>

/** Another client of the server, as a person or a program might be. */

/** The key that has @keysym; 0 if none. */
uint8_t other_code(xcb_connection_t *c, uint32_t keysym);
/** A key goes down or up (XCB_KEY_PRESS, …), and the server has seen it. */
void other_fake(xcb_connection_t *c, uint8_t type, uint8_t code);
/** A small window that is told of keys. */
xcb_window_t other_window(xcb_connection_t *c);
/** Take the focus for @w, wait @pause_ms, and write a "k" to @fd for each key
 * that came; ends the process when nobody reads that. */
void other_steal(xcb_connection_t *c, xcb_window_t w, int fd, int pause_ms);

#endif
