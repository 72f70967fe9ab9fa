#ifndef RPA_ACT_HANDLERS_H
#define RPA_ACT_HANDLERS_H

#include "rpa/act/act.h"

/** What does the acts of the table (table.c). *@ret is the bot's answer. */
#define HANDLER(name)                                                          \
    int name(struct rpa_driver *d, const cbor_item_t *args, cbor_item_t **ret, \
             struct rpa_err *err)
HANDLER(do_window_find);
HANDLER(do_window_list);
HANDLER(do_window_news);
HANDLER(do_window_wait);
HANDLER(do_window_place);
HANDLER(do_window_raise);
HANDLER(do_window_close);
HANDLER(do_screen_read);
HANDLER(do_screen_wait);
HANDLER(do_screen_table);
HANDLER(do_screen_check);
HANDLER(do_screen_menu);
HANDLER(do_screen_status);
HANDLER(do_field_set);
HANDLER(do_field_get);
HANDLER(do_field_find);
HANDLER(do_field_check);
HANDLER(do_field_secret);
HANDLER(do_key_press);
HANDLER(do_key_hold);
HANDLER(do_key_release);
HANDLER(do_button_press);
HANDLER(do_form_find);
HANDLER(do_form_look);
HANDLER(do_text_type);
HANDLER(do_pointer_move);
HANDLER(do_pointer_click);
HANDLER(do_pointer_drag);
HANDLER(do_pointer_wheel);
HANDLER(do_clipboard_get);
HANDLER(do_clipboard_set);
HANDLER(do_clipboard_restore);
HANDLER(do_http_request);
HANDLER(do_http_requests);
HANDLER(do_http_piece);
HANDLER(do_http_save);
HANDLER(do_file_read);
HANDLER(do_file_write);
HANDLER(do_item_next);
HANDLER(do_item_found);
HANDLER(do_item_end);
HANDLER(do_review_propose);
HANDLER(do_review_apply);
HANDLER(do_run_end);

#endif
