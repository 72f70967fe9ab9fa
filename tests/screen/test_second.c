/* A driver with two readers, of which this program is the second: what it does
 * while that one does not say what the pixels show. */
#include "screen/driver_stage.h"

static const int *doubts; /* from such an intent to its outcome: by then it is typed */

/* what the form shows, in doubt with another character in its corner */
static void say(void)
{
    char asked[64];
    struct rpa_buf said = { 0 };
    struct rpa_err err;
    const struct rpa_screen *s;
    bool wrong = doubts && *doubts && !w.status[0];
    if (read(w.word, asked, sizeof asked) <= 0) { /* the driver has ended */
        close(w.word);
        w.word = -1;
        return;
    }
    if (rpa_grid_read(w.grid, &s, &err) < 0)
        bail(&err);
    for (int i = 0; i < s->rows * s->cols; i++) {
        uint32_t cp = s->cells[i].cp ? s->cells[i].cp : ' ';
        rpa_buf_puts(&said, i % s->cols ? "" : "data: ");
        rpa_buf_putc(&said, wrong && i == 0 ? '?' : (char)cp);
        rpa_buf_puts(&said, (i + 1) % s->cols ? "" : "\n");
    }
    rpa_buf_printf(&said, "U F U C(host) I 4 %d %d %d %d 0x0 -\nok\n", s->rows,
                   s->cols, s->cursor_row, s->cursor_col);
    if (write(w.word, said.data, said.len) != (ssize_t)said.len)
        rpa_fail_errno(&err, RPA_EIO, "the answer"), bail(&err);
    rpa_buf_clear(&said);
}

static int type(const char *text, struct rpa_err *err)
{
    return call("text.type", args("{'window':%u,'text':'%s'}", w.window, text),
                NULL, err);
}

static void agreed(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    if (!is_int(set("Name", "Bo", &err), 0, "a field by two readers") ||
        !is_int(type("X", &err), 0, "a letter in the next"))
        printf("# %s; %s\n", err.msg, err.seen);
    pressed_since(before, "Bo\tX", "both are typed");
    is_int(w.intents, 1, "the text once");
}

/* They differ once a field is typed into, and agree again before it is looked at
 * anew. It is typed again only if nothing else on the screen changed meanwhile. */
static void set_in_doubt(void)
{
    struct rpa_err err = { 0 };
    is_int(set("Name", "Bo", &err), 0, "both fields");
    is_int(set("Code", "C1", &err), 0, "are set");
    size_t before = pressed();
    doubts = &w.texts;
    tell_form(BOTH);
    is_int(set("Code", "ZZ", &err), -RPA_ESCREEN, "what was typed came into both");
    doubts = NULL;
    tell_form(BOTH);
    pressed_since(before, "\t\t\025ZZ", "it is not typed again");
    ok(strstr(err.hint, "may stand there"), "%s", err.hint);
    is_int(set("Name", "Bo", &err), 0, "once it comes into one");
    is_int(set("Code", "", &err), 0, "it is emptied");
}

/* They agree again before the act is over: then the text could stand there
 * twice, and both would say so. */
static void doubted(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    doubts = &w.intents;
    is_int(type("Y2", &err), -RPA_ESCREEN, "they differ once a text is typed");
    doubts = NULL;
    printf("# %s; %s\n", err.msg, err.seen);
    is_int(w.intents, 1, "it is not typed again");
    is_str(w.status, "failed", "its outcome");
    is_int(key("F5", &err), 0, "the next key");
    pressed_since(before, "Y2\033[15~", "comes behind the text, once");
    is_int(key("Enter", &err), -RPA_EUNPROVED, "nothing is filed with it");
    tell_form(OTHER);
    await_title("OTHER FORM");
    is_int(call("screen.read", args("{'window':%u}", w.window), NULL, &err), 0,
           "the record is left");
    is_int(key("Enter", &err), 0, "control: then a commit key is pressed");
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    if (argc != 2)
        return printf("Bail out! usage: %s TERM_FORM\n", argv[0]), 1;
    w.on_word = say;
    start(argv[1]);
    agreed();
    set_in_doubt();
    doubted();
    stop();
    return tap_done();
}
