/* The whole path of an act, with this program as bot and as supervisor of a
 * driver, and a form in a real xterm as its target. What the form's file holds
 * is what was pressed. */
#include "screen/driver_stage.h"

/* ---- the cases ---- */

static void still_nothing(void)
{
    size_t n, before = pressed();
    free(file_wait(w.keys, before + 1, 300, &n));
    ok(n == before && n == 0, "the intent is known, nothing is pressed");
    w.on_intent = NULL;
}

static void no_key_before_the_ack(void)
{
    struct rpa_err err = { 0 };
    w.on_intent = still_nothing;
    if (!is_int(set("Name", "Ann", &err), 0, "a field is set"))
        printf("# %s; %s\n", err.msg, err.seen);
    pressed_since(0, "Ann\t", "pressed once the ack was there");
    ok(w.intents == 1 && w.texts == 1, "one intent for text and Tab");
    is_str(w.status, "done", "its outcome");
    cbor_item_t *got = NULL;
    call("field.get", args("{'window':%u,'label':'Name'}", w.window), &got,
         &err);
    size_t len = 0;
    const char *text = rpa_cbor_text(got, &len);
    ok(text && len == 3 && !memcmp(text, "Ann", 3), "read back");
    rpa_msg_free(&got);
}

/* No cell shows a blank at the end; what is put behind it keeps it. */
static void appended(void)
{
    static const char want[] = "Mary  Ann\t";
    struct rpa_err err = { 0 };
    size_t n;
    if (!is_int(set("Name", "Mary  ", &err), 0, "a value that ends in blanks") ||
        !is_int(call("field.set",
                     args("{'window':%u,'label':'Name','behind':'Mary',"
                          "'value':'Ann'}", w.window),
                     NULL, &err),
                0, "and more behind what is shown of it"))
        printf("# %s; %s\n", err.msg, err.seen);
    char *all = file_wait(w.keys, pressed(), 30000, &n);
    ok(n > strlen(want) && !strcmp(all + n - strlen(want), want),
       "has the blanks between");
    free(all);
}

static int see_form(const char *title, int what)
{
    struct rpa_err err;
    tell_form(what);
    await_title(title);
    return call("screen.read", args("{'window':%u}", w.window), NULL, &err);
}

static const struct {
    const char *label, *value;
    int code;
} refused[] = {
    { "Name", "Annabella B", -RPA_EWIDTH },
    { "Name", "ŵ", -RPA_EREPERTOIRE },
    { "Nmae", "x", -RPA_ELABEL },
    { "Password", "x", -RPA_EUNPROVED },
    { "Name", "a\\nb", -RPA_EINVAL },
};

static void refusals(void)
{
    size_t before = pressed();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct rpa_err err = { 0 };
        int r = set(refused[i].label, refused[i].value, &err);
        ok(r == refused[i].code && w.intents == 0, "%s = %s: %s",
           refused[i].label, refused[i].value, err.msg);
        is_int(key("Enter", &err), -RPA_EUNPROVED, "and no commit without it");
        see_form("OTHER FORM", OTHER);
        see_form("TEST FORM", USUAL);
    }
    pressed_since(before, "", "nothing was pressed for them");
}

static void expired(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    w.commit_left_us = -1;
    is_int(key("Enter", &err), -RPA_EEXPIRED, "a commit after its deadline");
    pressed_since(before, "", "is not pressed");
    is_str(w.status, "not pressed", "and the outcome says so");
    is_int(w.commits, 1, "its row was a COMMIT");
    w.commit_left_us = 5000000;
}

static void change_screen(void)
{
    tell_form(OTHER);
    await_title("OTHER FORM");
    w.on_intent = NULL;
}

static void usual_again(void)
{
    tell_form(USUAL);
    await_title("TEST FORM");
}

static void changed_between(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    w.on_intent = change_screen;
    is_int(key("Enter", &err), -RPA_ESCREEN,
           "the screen changes between check and commit key");
    pressed_since(before, "", "it is not pressed");
    is_str(w.status, "not pressed", "and the outcome says so");
    usual_again();
    w.on_intent = change_screen;
    is_int(set("Code", "X1", &err), -RPA_ESCREEN, "or between check and text");
    pressed_since(before, "", "nothing is typed");
    is_str(w.status, "failed", "and that has an outcome too");
    usual_again();
    is_int(set("Code", "X1", &err), 0, "once it is back, it works");
    pressed_since(before, "X1\t", "and is typed");
}

static void steal_focus(void)
{
    struct rpa_err err;
    if (rpa_window_focus(w.d, w.other, soon(5000), &err) < 0)
        bail(&err);
    w.on_intent = NULL;
}

/* On a private display the focus is asked for again, and everything checked
 * again: what counts is that the thief gets nothing. */
static void focus_stolen(void)
{
    struct rpa_err err = { 0 };
    struct stat st = { .st_size = -1 };
    size_t before = pressed();
    w.on_intent = steal_focus;
    is_int(key("F5", &err), 0, "the focus is stolen between check and key");
    pressed_since(before, "\033[15~", "the form has the key");
    before = pressed();
    w.on_intent = steal_focus;
    is_int(set("Code", "X2", &err), 0, "the same with a field");
    char *all = file_wait(w.keys, before + 3, 30000, &(size_t){ 0 });
    ok(strstr(all + before, "X2\t") != NULL, "the form has the text");
    free(all);
    stat(w.stolen, &st);
    is_int(st.st_size, 0, "the thief has nothing");
}

static void difference(void)
{
    struct rpa_err err = { 0 };
    tell_form(LOSE);
    is_int(set("Name", "Bob", &err), -RPA_EREADBACK,
           "the target loses a character");
    is_int(w.texts, 2, "it was typed once more, and no more than that");
    is_str(w.status, "failed", "its outcome");
    ok(strstr(err.seen, "row 4, column 14") != NULL, "%s", err.seen);
    tell_form(KEEP);
    is_int(set("Code", "X4", &err), 0, "another field is right");
    size_t before = pressed();
    is_int(key("Enter", &err), -RPA_EUNPROVED, "a commit is refused");
    ok(w.intents == 0 && strstr(err.msg, "'Name'"), "%s", err.msg);
    is_int(key("F5", &err), 0, "navigation is not");
    pressed_since(before, "\033[15~", "F5 alone was pressed");
    is_int(set("Name", "Bob", &err), 0, "once the field is proved");
}

static int begin_item(const char *id, struct rpa_err *err)
{
    (void)id;
    return call("item.next", of_json("{'queue':'q'}"), NULL, err);
}

/* A bot that swallows the failure and calls the rest another item. */
static void swallowed(void)
{
    struct rpa_err err = { 0 };
    is_int(begin_item("S-1", &err), 0, "an item");
    see_form("OTHER FORM", OTHER); /* the item's first screen, and idle … */
    see_form("TEST FORM", USUAL);  /* … before the field, not after it */
    tell_form(LOSE);
    is_int(set("Name", "Bob", &err), -RPA_EREADBACK, "a field is not proved");
    tell_form(KEEP);
    size_t before = pressed();
    is_int(begin_item("S-2", &err), 0, "another item on the same screen");
    is_int(key("Enter", &err), -RPA_EUNPROVED, "it may not commit either");
    is_int(begin_item("S-3", &err), 0, "nor a third");
    is_int(key("Enter", &err), -RPA_EUNPROVED, "so often as it tries");
    pressed_since(before, "", "nothing was pressed");
    see_form("OTHER FORM", OTHER);
    is_int(begin_item("S-4", &err), 0, "one after a screen that is idle");
    see_form("TEST FORM", USUAL);
    is_int(key("Enter", &err), 0, "control: its record is another one");
    is_str(w.status, "pressed", "and its commit key is pressed");
    await_title("FILED");
    see_form("TEST FORM", USUAL);
}

static bool drawn(void *ctx, const struct rpa_screen *s)
{
    bool slowly = *(bool *)ctx;
    return rpa_screen_find(s, "slowly", NULL, NULL) == slowly &&
           s->cursor_row >= 0;
}

static void draw_slowly(bool slowly)
{
    struct rpa_err err;
    const struct rpa_screen *s;
    tell_form(slowly ? SLOW : FAST);
    if (rpa_grid_wait(w.grid, drawn, &slowly, soon(30000), &s, &err) < 0)
        bail(&err);
}

/* A target that takes its cursor away while it draws, and draws field after
 * field: what is half drawn tells nothing. */
static void drawn_slowly(void)
{
    struct rpa_err err = { 0 };
    draw_slowly(true);
    size_t before = pressed();
    for (int i = 0; i < 3; i++) {
        char value[] = { 'S', (char)('0' + i), '\0' };
        if (!is_int(set("Name", value, &err), 0, "a field that is drawn slowly"))
            printf("# %s; %s\n", err.msg, err.seen);
    }
    size_t n;
    char *all = file_wait(w.keys, before, 0, &n);
    ok(n > before && all[n - 1] == '\t' && strstr(all + before, "S2\t"),
       "and left by its Tab");
    free(all);
    draw_slowly(false);
}

/* A clock is drawn all the time, and the cursor is seen there too: it is not
 * where it will stand. */
static void beside_a_clock(void)
{
    enum { TIMES = 30 };
    struct rpa_err err = { 0 };
    int right = 0;
    tell_form(TICKS);
    for (int i = 0; i < TIMES; i++)
        right += set(i % 2 ? "Name" : "Code", "X7", &err) == 0;
    tell_form(TICKS);
    if (!is_int(right, TIMES, "fields are set beside a clock"))
        printf("# %s; %s\n", err.msg, err.seen);
}

static void full_field(void)
{
    struct rpa_err err = { 0 };
    tell_form(STAYS);
    is_int(set("Name", "N", &err), 0, "the field before");
    size_t before = pressed();
    is_int(set("Code", "ABCDE", &err), 0, "the cursor stays in a full field");
    pressed_since(before, "\025ABCDE\t", "it was typed once, and left");
    tell_form(STAYS);
}

/* Where keys were lost it is typed once more (difference); what went elsewhere
 * would stand there, and nobody would know. */
static void gone_elsewhere(void)
{
    struct rpa_err err = { 0 };
    tell_form(STRAYS);
    is_int(set("Code", "ZZ", &err), -RPA_EREADBACK, "keys go to another field");
    is_int(w.texts, 1, "it was typed once");
    ok(strstr(err.hint, "may stand there"), "%s", err.hint);
    tell_form(STRAYS);
    is_int(set("Name", "Bob", &err), 0, "once they go where they should");
    is_int(set("Code", "X5", &err), 0, "both are right");
}

static bool moved_on(void *ctx, const struct rpa_screen *s)
{
    return s->cursor_row >= 0 && s->cursor_row != *(int *)ctx;
}

static void move_on(void)
{
    struct rpa_err err;
    const struct rpa_screen *s;
    int row;
    if (rpa_grid_read(w.grid, &s, &err) < 0)
        bail(&err);
    row = s->cursor_row;
    tell_form(NEXT);
    if (rpa_grid_wait(w.grid, moved_on, &row, soon(30000), &s, &err) < 0)
        bail(&err);
}

static int type(const char *text, struct rpa_err *err)
{
    return call("text.type", args("{'window':%u,'text':'%s'}", w.window, text),
                NULL, err);
}

/* Text at the cursor of which no key was pressed leaves nothing in doubt; one that
 * does not show does, until the next that does. */
static void typed_or_not(void)
{
    struct rpa_err err = { 0 };
    is_int(set("Code", "X6", &err), 0, "all is proved");
    size_t before = pressed();
    w.on_intent = move_on;
    is_int(type("ab", &err), -RPA_ESCREEN, "the cursor moves before a text");
    w.on_intent = NULL;
    pressed_since(before, "", "nothing of it is typed");
    w.commit_left_us = -1;
    is_int(key("Enter", &err), -RPA_EEXPIRED, "a commit is not refused for that");
    w.commit_left_us = 5000000;
    is_int(set("Code", "", &err), 0, "the field before the password");
    is_int(key("Tab", &err), 0, "is left for that");
    is_int(type("ab", &err), -RPA_ETIMEOUT, "a text that does not show");
    is_int(key("Enter", &err), -RPA_EUNPROVED, "refuses one");
    is_int(set("Name", "Bob", &err), 0, "a field");
    is_int(key("Enter", &err), -RPA_EUNPROVED, "does not speak for it");
    see_form("OTHER FORM", OTHER);
    see_form("TEST FORM", USUAL);
}

/* is the secret anywhere in what a bot gets? */
static bool leaks(void)
{
    struct rpa_err err;
    struct rpa_buf bytes = { 0 };
    cbor_item_t *seen = NULL;
    call("screen.read", args("{'window':%u}", w.window), &seen, &err);
    rpa_cbor_dump(seen, &bytes, &err);
    bool found = bytes.len < 100 || memmem(bytes.data, bytes.len, "hunter", 6);
    rpa_buf_clear(&bytes);
    rpa_msg_free(&seen);
    return found;
}

static int secret(const char *label, const char *name, struct rpa_err *err)
{
    return call("field.secret",
                args("{'window':%u,'label':'%s','secret':'%s'}", w.window,
                     label, name),
                NULL, err);
}

static void secrets(void)
{
    struct rpa_err err = { 0 };
    is_int(secret("Name", "pw", &err), -RPA_ESECRET, "not into another field");
    is_int(secret("Password", "other", &err), -RPA_ESECRET, "not another one");
    is_int(w.secrets, 0, "and it was not even asked for");
    size_t before = pressed();
    is_int(secret("Password", "pw", &err), 0, "a secret");
    size_t n;
    char *all = file_wait(w.keys, before + 7, 30000, &n);
    ok(n >= 7 && !strcmp(all + n - 7, "hunter2"), "the target has it");
    free(all);
    ok(!leaks(), "the bot does not see it");
    tell_form(SHOW);
    struct rpa_err unused;
    call("screen.wait", args("{'window':%u,'any':[{'text':'*******'},"
                             "{'text':'hunter2'}],'timeout_ms':3000}",
                             w.window), NULL, &unused);
    ok(!leaks(), "not even when the target shows it");
    is_int(secret("Password", "pw", &err), -RPA_ESECRET,
           "a field that shows what is typed gets none");
    all = file_wait(w.keys, 0, 0, &n);
    char *last = strrchr(all, 'h'); /* then Tab around to it, and Ctrl+U */
    ok(last && last[1 + strspn(last + 1, "\t")] == '\025' &&
           last[n - (size_t)(last - all) - 1] == '\025',
       "one character, and it was cleared: %s", err.msg);
    free(all);
    tell_form(HIDE);
    is_int(key("Enter", &err), -RPA_EUNPROVED, "and no commit act without it");
    see_form("OTHER FORM", OTHER);
    see_form("TEST FORM", USUAL);
}

static void commit(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    is_int(key("Enter", &err), 0, "everything proved: the commit key");
    pressed_since(before, "\r", "is pressed");
    is_str(w.status, "pressed", "and the outcome says so");
    await_title("FILED");
}

/* until the form's screen has cells that cannot be read, or none */
static bool await_unknown(bool some)
{
    struct rpa_err err;
    const struct rpa_screen *s = NULL;
    int64_t deadline = soon(10000);
    do {
        if (rpa_grid_read(w.grid, &s, &err) == 0 && (s->nunknown > 0) == some)
            return true;
        poll(NULL, 0, 20);
    } while (rpa_mono_us() < deadline);
    return false;
}

/* What cannot be seen may say "not this one": a window in front of the form. */
static void covered(void)
{
    struct rpa_err err = { 0 };
    const char *argv[] = { "xterm", "-fn", "9x15", "-geometry", "20x4+304+113",
                           "-T", "cover", "+sb", "-e", "cat", NULL };
    size_t before = pressed();
    pid_t cover = xvfb_spawn(&w.x, argv);
    ok(await_unknown(true), "another window covers a part of the form");
    is_int(key("Enter", &err), -RPA_EUNREADABLE, "a commit is refused");
    ok(w.intents == 0 && strstr(err.msg, "row ") && strstr(err.msg, "column "),
       "%s", err.msg);
    ok(err.picture > 0 && w.picture_w == 9 && w.picture_h == 15,
       "with a picture of that cell alone: %dx%d", (int)w.picture_w,
       (int)w.picture_h);
    is_int(key("F5", &err), 0, "navigation is not");
    xvfb_reap(cover);
    ok(await_unknown(false), "it is uncovered again");
    pressed_since(before, "\033[15~", "F5 alone was pressed");
}

static int end_item(const char *reference, struct rpa_err *err)
{
    return call("item.end",
                args("{'outcome':'done','reference':'%s'}", reference), NULL,
                err);
}

/* after the commit key: what the bot has not been shown is no reference */
static void reference(void)
{
    struct rpa_err err = { 0 };
    is_int(end_item("CR26/000001", &err), -RPA_EDOUBT, "a reference made up");
    is_int(end_item("TEST FORM", &err), -RPA_EDOUBT,
           "one that was shown before the commit key");
    is_int(end_item("", &err), -RPA_EDOUBT, "an empty one");
    is_int(end_item("FILED", &err), -RPA_EDOUBT, "one not yet shown");
    is_int(call("screen.read", args("{'window':%u}", w.window), NULL, &err), 0,
           "the confirmation is read");
    is_int(end_item("CR26/000001", &err), -RPA_EDOUBT, "still not made up");
    is_int(end_item("FILED", &err), 0, "what it shows is one");
    is_int(call("item.next", of_json("{'queue':'q'}"), NULL, &err), 0,
           "the next item");
    is_int(end_item("R-2", &err), 0, "without a commit key: the bot's word");
}

/* A confirmation that still stands there from the item before is none. */
static void left_over(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    is_int(key("Enter", &err), 0, "a commit key while FILED is shown");
    pressed_since(before, "\r", "is pressed");
    call("screen.read", args("{'window':%u}", w.window), NULL, &err);
    is_int(end_item("FILED", &err), -RPA_EDOUBT, "what was there before is none");
    ok(strstr(err.hint, "before the key") != NULL, "%s", err.hint);
    see_form("TEST FORM", USUAL);
    is_int(end_item("TEST FORM", &err), 0, "control: what came after it is");
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    if (argc != 2)
        return printf("Bail out! usage: %s TERM_FORM\n", argv[0]), 1;
    start(argv[1]);
    no_key_before_the_ack();
    appended();
    refusals();
    expired();
    changed_between();
    focus_stolen();
    difference();
    drawn_slowly();
    beside_a_clock();
    full_field();
    gone_elsewhere();
    typed_or_not();
    swallowed();
    secrets();
    covered();
    commit();
    reference();
    left_over();
    stop();
    return tap_done();
}
