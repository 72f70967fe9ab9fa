#include "priv.h"

#include <string.h>

#define S(name, most) { name, RPA_ARG_STR, true, most }
#define S_OPT(name, most) { name, RPA_ARG_STR, false, most }
#define I(name, most) { name, RPA_ARG_INT, true, most }
#define I_OPT(name, most) { name, RPA_ARG_INT, false, most }
#define N_OPT(name, most) { name, RPA_ARG_COUNT, false, most }
#define B_OPT(name) { name, RPA_ARG_BOOL, false, 0 }
#define L(name, most) { name, RPA_ARG_LIST, true, most }
#define L_OPT(name, most) { name, RPA_ARG_LIST, false, most }
#define M(name, most) { name, RPA_ARG_MAP, true, most }
#define M_OPT(name, most) { name, RPA_ARG_MAP, false, most }

#define ID 0xffffffff
#define WAIT_MS 3600000
#define LABEL (TITLE_MAX - 1)
#define TEXT 8192

/* NULL as the handler: the supervisor answers (rpa/supervisor/calls.c). */
static const struct rpa_act acts[] = {
    { "window.find", do_window_find,
      { S_OPT("title", 255), S_OPT("class", 127), S_OPT("pattern", 255),
        I_OPT("pid", INT32_MAX), I_OPT("timeout_ms", WAIT_MS), B_OPT("news") },
      "wait for a window the manifest allows" },
    { "window.list", do_window_list, { { 0 } }, "the windows the manifest allows" },
    { "window.news", do_window_news, { { 0 } },
      "windows nobody asked for, each told once" },
    { "window.wait", do_window_wait,
      { I("window", ID), S_OPT("title", 255), I_OPT("timeout_ms", WAIT_MS),
        B_OPT("news") },
      "wait until its title has this in it, or until it is gone" },
    { "window.place", do_window_place,
      { I("window", ID), I_OPT("x", 32767), I_OPT("y", 32767),
        N_OPT("width", 32767), N_OPT("height", 32767),
        I_OPT("timeout_ms", WAIT_MS) },
      "move and resize it, in pixels" },
    { "window.raise", do_window_raise,
      { I("window", ID), I_OPT("timeout_ms", WAIT_MS) },
      "bring it to the top" },
    { "window.close", do_window_close,
      { I("window", ID), B_OPT("firmly"), I_OPT("timeout_ms", WAIT_MS) },
      "ask it to close; fenced unless it is navigation" },
    { "screen.read", do_screen_read, { I("window", ID) },
      "the whole screen, exactly" },
    { "screen.wait", do_screen_wait,
      { I("window", ID), L("any", 32), I_OPT("timeout_ms", WAIT_MS),
        B_OPT("news") },
      "wait until one of these texts is on the screen" },
    { "screen.table", do_screen_table,
      { I("window", ID), S_OPT("name", LABEL), M_OPT("table", 16),
        S_OPT("after", 16), I_OPT("timeout_ms", WAIT_MS) },
      "one page of a table, whole and standing still" },
    { "screen.check", do_screen_check,
      { I_OPT("window", ID), L_OPT("lines", 500) },
      "the screen map against a window, or lines kept of one" },
    { "screen.menu", do_screen_menu,
      { I("window", ID), S("item", 255), M_OPT("colour", 2),
        I_OPT("row", 999), I_OPT("rows", 999), I_OPT("after", 999),
        I_OPT("timeout_ms", WAIT_MS) },
      "where an item of a menu stands, and the menu's bar" },
    { "screen.status", do_screen_status, { I("window", ID) },
      "the state of the keyboard, by x3270's status line" },
    { "field.set", do_field_set,
      { I("window", ID), S("label", LABEL), S("value", TEXT), I_OPT("line", 99),
        M_OPT("at", 5), S_OPT("behind", TEXT) },
      "type a value into a field, or behind its, and read it back" },
    { "field.get", do_field_get,
      { I("window", ID), S("label", LABEL), I_OPT("line", 99), M_OPT("at", 5) },
      "what a field shows" },
    { "field.find", do_field_find,
      { I("window", ID), S("label", LABEL), I_OPT("line", 99), M_OPT("at", 5) },
      "where a field of a grid stands, and whether it is protected" },
    { "field.check", do_field_check,
      { S("label", LABEL), S("value", TEXT), I_OPT("line", 99) },
      "would this value fit; touches no screen" },
    { "field.secret", do_field_secret,
      { I("window", ID), S("label", LABEL), S("secret", 64) },
      "type a secret the bot never sees" },
    { "key.press", do_key_press, { I("window", ID), S("key", 32) },
      "press a key; fenced unless it is navigation here" },
    { "key.hold", do_key_hold, { I("window", ID), S("key", 32) },
      "press a key and keep it down; no text meanwhile" },
    { "key.release", do_key_release, { { 0 } }, "release what is held down" },
    { "pointer.move", do_pointer_move, { I("window", ID), M("at", 3) },
      "move the pointer to a text, a cell or a point" },
    { "pointer.click", do_pointer_click,
      { I("window", ID), M("at", 3), I_OPT("button", 7), I_OPT("times", 3) },
      "click there; fenced unless it is navigation here" },
    { "pointer.drag", do_pointer_drag,
      { I("window", ID), M("at", 3), M("to", 3), I_OPT("button", 3) },
      "drag from there to there; fenced as a click" },
    { "pointer.wheel", do_pointer_wheel,
      { I("window", ID), M("at", 3), S("turn", 8), I_OPT("times", 100) },
      "turn the wheel there; fenced as a click" },
    { "button.press", do_button_press, { I("window", ID), S("label", LABEL) },
      "press a button of a form; fenced as a key is" },
    { "form.find", do_form_find, { I("window", ID) },
      "which form of the screen map a window is" },
    { "form.look", do_form_look, { I("window", ID), S("label", LABEL) },
      "how a tick box or pick-list looks, for the screen map" },
    { "text.type", do_text_type, { I("window", ID), S("text", TEXT) },
      "type at the cursor and read it back" },
    { "clipboard.get", do_clipboard_get, { S("selection", 16) },
      "the text of PRIMARY or CLIPBOARD" },
    { "clipboard.set", do_clipboard_set,
      { S("selection", 16), S("text", 8 << 20) },
      "offer a text as PRIMARY or CLIPBOARD" },
    { "clipboard.restore", do_clipboard_restore, { S("selection", 16) },
      "put back what was there before it was set" },
    { "http.request", do_http_request,
      { S("method", 16), S("url", 2048), M_OPT("headers", 64),
        S_OPT("body", 16 << 20), I_OPT("timeout_ms", WAIT_MS),
        S_OPT("secret", 64), S_OPT("save", 64), B_OPT("stream") },
      "one HTTP exchange with a host the manifest allows" },
    { "http.requests", do_http_requests, { L("requests", 64) },
      "look-ups, all of them on disk before the first is sent" },
    { "http.piece", do_http_piece, { I("of", INT64_MAX), I("at", INT64_MAX) },
      "a piece of the last answer that was asked for with stream" },
    { "file.read", do_file_read,
      { S("name", 64), I_OPT("at", INT64_MAX), I_OPT("bytes", 8 << 20),
        S_OPT("state", 95) },
      "a piece of an input file that the manifest names" },
    { "file.write", do_file_write,
      { S("name", 64), S("data", 8 << 20), B_OPT("append") },
      "write an output file of the manifest, or add to its end" },
    { "queue.add", NULL,
      { S("queue", 64), S("reference", 200), S("payload", 1 << 20),
        I_OPT("priority", INT32_MAX), S_OPT("deadline", 40),
        S_OPT("not_before", 40) },
      "add a work item; EEXIST when its reference is there" },
    { "queue.state", NULL, { S("queue", 64), S("reference", 200) },
      "where the item with that reference stands, if there is one" },
    { "queue.leave", NULL, { { 0 } }, "take no more items for now" },
    { "item.next", do_item_next,
      { S("queue", 64), B_OPT("looks"), I_OPT("wait_ms", 86400000) },
      "the next work item: go, look (it is in doubt), none or stop" },
    { "item.end", do_item_end,
      { S("outcome", 16), S_OPT("reference", 200), L_OPT("reasons", 100),
        S_OPT("message", 1000), I_OPT("after_ms", INT32_MAX),
        S_OPT("until", 40), M_OPT("error", 16) },
      "end it: done, rejected, failed, transient, locked, deferred" },
    { "item.found", do_item_found,
      { S("answer", 16), S_OPT("reference", 200) },
      "what a look for it came to: found, absent or unknown" },
    { "review.propose", do_review_propose,
      { S("kind", 8), S("about", 64), S("key", 400), S("system", 64),
        M("entry", 16), I_OPT("window", ID) },
      "put a possible match or a change before a person" },
    { "review.searched", NULL,
      { S("about", 64), S("system", 64), S_OPT("person", 64), M("as", 64),
        S("outcome", 16), S_OPT("why", 1000) },
      "a search that was made: where, as what, with which outcome" },
    { "review.approved", NULL, { S_OPT("about", 64), I_OPT("after", INT64_MAX) },
      "the next approved change behind that one, if there is one" },
    { "review.apply", do_review_apply, { I("id", INT64_MAX), I("window", ID) },
      "begin an approved change of the record that is shown" },
    { "subject", NULL, { S("ref", 200) }, "whose record this is, from here on" },
    { "purpose", NULL,
      { I_OPT("reason", 10), S_OPT("justification", 1000),
        S_OPT("on_behalf", 200), S_OPT("originator", 212),
        S_OPT("location", 192), S_OPT("reference", 400),
        S_OPT("correlation", 400) },
      "why the look-ups are made from here on; the run's again" },
    { "run.info", NULL, { { 0 } }, "bot, settings, purpose, mode" },
    { "log", NULL, { S("level", 8), S("text", TEXT) }, "a line for operations" },
    { "print", NULL, { S("text", 65536) }, "data for standard output" },
    { "run.end", do_run_end, { { "ok", RPA_ARG_BOOL, false, 0 }, M_OPT("error", 16) },
      "the last call of a run" },
};

const struct rpa_act *rpa_act_at(size_t n)
{
    return n < sizeof acts / sizeof *acts ? &acts[n] : NULL;
}

const struct rpa_act *rpa_act_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strlen(acts[i].name) == len && !memcmp(acts[i].name, name, len))
            return &acts[i];
    return NULL;
}
