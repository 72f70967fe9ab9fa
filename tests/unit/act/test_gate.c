/* The gate of an approved change: what passes it, screen by screen and key by key,
 * and what is done to a record while it is shut. */
#include "gate.h"
#include "screen_rule.h"
#include "tap.h"
#include "unit/of_json.h"

#include "rpa/base/utf8.h"

#include <stdlib.h>

enum { ROWS = 8, COLS = 40, WINDOW = 7 };

static struct rpa_cell cells[ROWS * COLS];
static struct rpa_screen screen = { ROWS, COLS, cells, -1, -1, 0, 1 };
static struct rpa_driver d;
static struct rpa_err err;

static void put(int row, const char *text)
{
    int at = row * COLS;
    for (size_t i = 0, n; text[i]; i += n, at++)
        n = rpa_utf8_decode(text + i, strlen(text + i), &cells[at].cp);
}

/* a card with these three fields, or (@title) another screen */
static void draw(const char *title, const char *number, const char *postcode,
                 const char *phone)
{
    char line[COLS + 1];
    for (int i = 0; i < ROWS * COLS; i++)
        cells[i] = (struct rpa_cell){ .cp = ' ', .fg = 1 };
    put(0, title);
    snprintf(line, sizeof line, "Number . . : %s", number);
    put(2, line);
    snprintf(line, sizeof line, "Postcode . : %s", postcode);
    put(3, line);
    snprintf(line, sizeof line, "Phone  . . : %s", phone);
    put(4, line);
}

static void begin(void)
{
    cbor_item_t *map = of_json(
        "{'screens':[{'title':'CARD','commit':['F6'],'leads':['F3'],'fields':["
        "{'label':'Number','width':4},{'label':'Postcode','width':8},"
        "{'label':'Phone','width':12},{'label':'Notes','width':8,'lines':2}]},"
        "{'title':'PAGE TWO','leads':['F2'],'fields':[{'label':'Postcode','width':8}]},"
        "{'title':'INDEX','idle':true},"
        "{'title':'SURE','pending':true,'commit':['y']}]}");
    d.setup = of_json("{'changes':'approved','navigation':[{'screen':'CARD','keys':"
                      "['F3','F4']},{'screen':'PAGE TWO','keys':['F4']}]}");
    if (rpa_target_new(map, &d.target, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    cbor_decref(&map);
}

static void open_gate(void)
{
    gate_close(&d);
    d.gate = (struct gate){
        .open = true, .window = WINDOW, .screen = target_screen(d.target, 0)->name,
        .image = of_json("{'Number':'17','Postcode':'cf101aa','Phone':'029'}"),
        .after = of_json("{'Postcode':'CF10 1AA'}"),
    };
}

/* ---- the commit key ---- */

static const struct {
    const char *name, *title, *number, *postcode, *phone;
    const char *key; /* NULL: not by a key */
    int window;
    bool filed; /* the commit key of the record was pressed before */
    const char *says; /* NULL: it passes */
} presses[] = {
    { "as approved", "CARD", "17", "CF10 1AA", "029", "F6", WINDOW, false, NULL },
    { "by its other name", "CARD", "17", "CF10 1AA", "029", "PF6", WINDOW, false, NULL },
    { "as it was", "CARD", "17", "cf101aa", "029", "F6", WINDOW, false, "'Postcode'" },
    { "another value", "CARD", "17", "CF10 1AB", "029", "F6", WINDOW, false,
      "'Postcode'" },
    { "more than that", "CARD", "17", "CF10 1AA", "0291", "F6", WINDOW, false,
      "'Phone'" },
    { "less", "CARD", "17", "CF10 1AA", "", "F6", WINDOW, false, "'Phone'" },
    { "another record", "CARD", "18", "CF10 1AA", "029", "F6", WINDOW, false,
      "'Number'" },
    { "another key", "CARD", "17", "CF10 1AA", "029", "F4", WINDOW, false,
      "no other key" },
    { "Shift with it", "CARD", "17", "CF10 1AA", "029", "PF18", WINDOW, false,
      "no other key" },
    { "no key", "CARD", "17", "CF10 1AA", "029", NULL, WINDOW, false, "by a key" },
    { "another window", "CARD", "17", "CF10 1AA", "029", "F6", WINDOW + 1, false,
      "by a key" },
    { "a screen of which nothing is known", "OTHER", "17", "CF10 1AA", "029", "F6",
      WINDOW, false, "by a key" },
    { "another page", "PAGE TWO", "17", "CF10 1AA", "029", "F6", WINDOW, false,
      "no other key" },
    { "an answer, before it was filed", "SURE", "", "", "", "y", WINDOW, false,
      "where it stands" },
    { "an answer", "SURE", "", "", "", "y", WINDOW, true, NULL },
    { "another answer", "SURE", "", "", "", "a", WINDOW, true, "no other key" },
};

static void pressing(void)
{
    for (size_t i = 0; i < sizeof presses / sizeof *presses; i++) {
        struct window w = { .id = (uint32_t)presses[i].window };
        open_gate();
        d.gate.filed = presses[i].filed;
        draw(presses[i].title, presses[i].number, presses[i].postcode,
             presses[i].phone);
        err.msg[0] = '\0';
        int r = gate_check(&d, &w, &screen, presses[i].key, &err);
        ok(presses[i].says ? r == -RPA_EPERM && strstr(err.msg, presses[i].says)
                           : r == 0,
           "filing: %s (%s)", presses[i].name, err.msg);
        ok(d.gate.passed == (r == 0) && d.gate.pressed == (r == 0),
           "and that is kept");
    }
    struct window w = { .id = WINDOW };
    open_gate();
    is_int(gate_check(&d, &w, NULL, "F6", &err), -RPA_EPERM, "a form is no screen");
    draw("CARD", "17", "CF10 1AA", "029");
    cells[4 * COLS + 14].cp = 0;
    is_int(gate_check(&d, &w, &screen, "F6", &err), -RPA_EUNREADABLE,
           "nor is a screen that cannot be read");
    gate_close(&d);
    is_int(gate_check(&d, &w, &screen, "F4", &err), 0,
           "without a change the fence alone decides");
}

/* ---- fields ---- */

static const struct {
    const char *name, *screen, *label, *args;
    bool fits;
} sets[] = {
    { "as approved", "CARD", "Postcode", "{'value':'CF10 1AA'}", true },
    { "another value", "CARD", "Postcode", "{'value':'CF10 1AB'}", false },
    { "a part of it", "CARD", "Postcode", "{'value':'CF10 1A'}", false },
    { "nothing", "CARD", "Postcode", "{'value':''}", false },
    { "behind what is there", "CARD", "Postcode", "{'value':'CF10 1AA','behind':'x'}",
      false },
    { "another field", "CARD", "Phone", "{'value':'CF10 1AA'}", false },
    { "the same of another page", "PAGE TWO", "Postcode", "{'value':'CF10 1AA'}",
      false },
    { "one of several lines", "CARD", "Notes", "{'value':'CF10 1AA'}", false },
    { "one that is not of the map", "CARD", NULL, "{'value':'CF10 1AA'}", false },
};

static void setting(void)
{
    open_gate();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        cbor_item_t *args = of_json(sets[i].args);
        const struct rpa_field_rule *rule =
            sets[i].label ? rpa_target_field(d.target, sets[i].screen, sets[i].label)
                          : NULL;
        ok((gate_set(&d, rule, args, &err) == 0) == sets[i].fits, "a field: %s",
           sets[i].name);
        cbor_decref(&args);
    }
    gate_close(&d);
}

/* ---- acts ---- */

static const struct {
    const char *act, *args;
    bool allowed, after; /* while it is made; when it was filed */
} acts[] = {
    { "screen.read", "{'window':7}", true, true },
    { "item.end", "{}", true, true },
    { "field.set", "{'window':7}", true, true },
    { "field.set", "{'window':8}", false, false },
    { "key.press", "{'window':7,'key':'F6'}", true, true },
    { "key.press", "{'window':7,'key':'Tab'}", true, true },
    { "key.press", "{'window':7,'key':'Up'}", true, true },
    { "key.press", "{'window':7,'key':'F3'}", false, true },
    { "key.press", "{'window':7,'key':'x'}", false, true }, /* the fence is behind */
    { "key.press", "{'window':7,'key':'Delete'}", false, false },
    { "key.press", "{'window':7,'key':'backspace'}", false, false },
    { "key.press", "{'window':8,'key':'F6'}", false, false },
    { "key.hold", "{'window':7,'key':'F6'}", false, false },
    { "text.type", "{'window':7,'text':'x'}", false, false },
    { "field.secret", "{'window':7}", false, false },
    { "pointer.click", "{'window':7}", false, false },
    { "button.press", "{'window':7}", false, false },
    { "clipboard.set", "{}", false, false },
    { "window.close", "{'window':7}", false, false },
    { "http.request", "{}", false, false },
    { "file.write", "{}", false, false },
    { "queue.add", "{}", false, false },
    { "item.next", "{}", false, false },
    { "review.propose", "{}", false, false },
    { "review.apply", "{'window':7}", false, false },
    { "an act to come", "{}", false, false },
};

static void acting(void)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        cbor_item_t *args = of_json(acts[i].args);
        gate_close(&d);
        is_int(gate_allows(&d, acts[i].act, args, &err), 0, "before it, any act");
        open_gate();
        ok((gate_allows(&d, acts[i].act, args, &err) == 0) == acts[i].allowed,
           "in it: %s %s", acts[i].act, acts[i].args);
        d.gate.pressed = true;
        ok((gate_allows(&d, acts[i].act, args, &err) == 0) == acts[i].after,
           "when it was filed: %s %s", acts[i].act, acts[i].args);
        cbor_decref(&args);
    }
    gate_close(&d);
}

/* ---- hands, while it is shut ---- */

static const struct {
    const char *name, *shown, *chord; /* NULL: typed, clicked */
    bool touched, allowed, touches;
} hands[] = {
    { "typed into a record", "CARD", NULL, false, false, false },
    { "the cursor moved", "CARD", "Tab", false, true, false },
    { "deleted", "CARD", "Delete", false, false, false },
    { "emptied", "CARD", "ctrl+u", false, false, false },
    { "pasted", "CARD", "ctrl+v", false, false, false },
    { "a letter", "CARD", "x", false, false, false },
    { "on from it, by the map", "CARD", "F3", false, true, false },
    { "by its other name", "CARD", "PF3", false, true, false },
    { "by the manifest", "CARD", "F4", false, false, false },
    { "on from it, with something typed", "CARD", "F3", true, false, true },
    { "filed", "CARD", "F6", false, false, false },
    { "typed on another page", "PAGE TWO", NULL, false, true, true },
    { "a key there", "PAGE TWO", "F2", false, true, false },
    { "typed where no record is open", "INDEX", NULL, false, true, false },
    { "typed into what is not known", NULL, NULL, false, true, true },
};

static const char *name_of(const char *title)
{
    const struct screen_rule *rule;
    for (size_t n = 0; title && (rule = target_screen(d.target, n)); n++)
        if (!strcmp(rule->name, title))
            return rule->name;
    return NULL;
}

static void handling(void)
{
    cbor_item_t *gated = d.setup, *free_of_it = of_json("{}");
    for (size_t i = 0; i < sizeof hands / sizeof *hands; i++) {
        struct window w = { .id = WINDOW, .shown = name_of(hands[i].shown),
                            .touched = hands[i].touched };
        ok((gate_touch(&d, &w, hands[i].chord, &err) == 0) == hands[i].allowed,
           "outside of it: %s", hands[i].name);
        ok(w.touched == hands[i].touches, "which is kept");
        d.setup = free_of_it;
        is_int(gate_touch(&d, &w, hands[i].chord, &err), 0, "another bot's hands are free");
        d.setup = gated;
        open_gate();
        is_int(gate_touch(&d, &w, hands[i].chord, &err), 0, "and in it the gate has asked");
        gate_close(&d);
    }
    cbor_decref(&free_of_it);
    ok(fence_key_commits(&d, "CARD", "F4"), "what the manifest calls navigation files");
    ok(!fence_key_commits(&d, "CARD", "F3"), "what the map says leads on does not");
    ok(fence_key_commits(&d, "PAGE TWO", "F4"), "on any screen");
    ok(fence_key_commits(&d, "INDEX", "Enter"), "a key that it does not name files");
    ok(fence_key_commits(&d, NULL, "F3"), "and any where nothing is known");
}

static void freshness(void)
{
    const int64_t second = 1000000;
    struct window w = { .idle_us = 100 * second };
    is_int(gate_fresh(&w, 101 * second, &err), 0, "a record that was opened just now");
    is_int(gate_fresh(&w, 160 * second, &err), 0, "or a minute ago");
    is_int(gate_fresh(&w, 161 * second, &err), -RPA_EPERM, "not one from before that");
    ok(strstr(err.msg, "over 60 s ago") != NULL, "which is said: %s", err.msg);
    w.touched = true;
    is_int(gate_fresh(&w, 101 * second, &err), -RPA_EPERM, "nor what was typed into");
    w = (struct window){ 0 };
    is_int(gate_fresh(&w, second, &err), -RPA_EPERM,
           "nor one that was there before anything");
    w.shown = name_of("INDEX");
    w.touched = true;
    fence_seen(&d, &w);
    ok(!w.touched && gate_fresh(&w, rpa_mono_us(), &err) == 0,
       "an idle screen begins anew");
}

/* ---- keys and their names ---- */

static const struct {
    const char *a, *b;
    bool same;
} names[] = {
    { "F6", "PF6", true },       { "F6", "f6", true },
    { "Enter", "Return", true }, { "Enter", "KP_Enter", true },
    { "Enter", "ctrl+m", true }, { "ctrl+J", "Enter", true },
    { "shift+Enter", "alt+Enter", true }, { "PF18", "shift+F6", true },
    { "F18", "PF18", true },     { "Backtab", "shift+Tab", true },
    { "F6", "F7", false },       { "F6", "shift+F6", false },
    { "y", "Y", false },         { "m", "Enter", false },
    { "ctrl+\u016d", "Enter", false }, /* whose last byte is that of m */
    { "F6", "no such key", false }, { "no such key", "no such key", false },
    { "", "", false },
};

static void naming(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ok(rpa_keys_same(names[i].a, names[i].b) == names[i].same, "%s %s %s",
           names[i].a, names[i].same ? "is" : "is not", names[i].b);
}

int main(void)
{
    begin();
    pressing();
    setting();
    acting();
    handling();
    freshness();
    naming();
    rpa_target_free(d.target);
    cbor_decref(&d.setup);
    return tap_done();
}
