/* Pointer, held keys and windows through a driver: what its supervisor was told
 * before, and what the form got. */
#include "screen/driver_stage.h"

#include "rpa/screen/selection.h"

static int click(const char *at, struct rpa_err *err)
{
    return call("pointer.click", args("{'window':%u,'at':%s}", w.window, at),
                NULL, err);
}

static void clicks(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    is_int(click("{'text':'Code . . . :'}", &err), 0, "a click that is listed");
    is_int(w.commits, 0, "is no commit act");
    is_int(w.intents, 1, "but rowed");
    is_str(w.status, "done", "with its outcome");
    pressed_since(before, "\033[<0;6;5M\033[<0;6;5m", "it is on the text");
    before = pressed();
    is_int(click("{'row':8,'col':3}", &err), 0, "one that is not listed");
    is_int(w.commits, 1, "is a commit act");
    is_str(w.status, "pressed", "that was pressed");
    pressed_since(before, "\033[<0;3;8M\033[<0;3;8m", "on its cell");
    before = pressed();
    is_int(call("pointer.wheel",
                args("{'window':%u,'at':{'row':1,'col':1},'turn':'down',"
                     "'times':2}", w.window), NULL, &err), 0, "the wheel");
    pressed_since(before, "\033[<65;1;1M\033[<65;1;1M", "turns twice");
    before = pressed();
    is_int(call("pointer.move",
                args("{'window':%u,'at':{'x':5,'y':5}}", w.window), NULL, &err),
           0, "a move");
    is_int(w.commits, 0, "files nothing");
    is_int(click("{'text':'NOT THERE'}", &err), -RPA_ESCREEN, "no such text");
    is_int(click("{'text':'F5 nothing, Enter files'}", &err), 0,
           "a long text");
    pressed_since(before, "\033[<0;12;8M\033[<0;12;8m", "in its middle");
    is_int(click("{'row':99,'col':1}", &err), -RPA_ESCREEN, "no such row");
    is_int(click("{'x':1}", &err), -RPA_EINVAL, "half a place");
    is_int(click("{'text':'e'}", &err), -RPA_ESCREEN, "a text that is twice");
    ok(strstr(err.msg, "times") != NULL, "%s", err.msg);
}

static void other_screen(void)
{
    tell_form(OTHER);
    await_title("OTHER FORM");
    w.on_intent = NULL;
}

static void changed_between(void)
{
    struct rpa_err err = { 0 };
    size_t before = pressed();
    w.on_intent = other_screen;
    is_int(click("{'row':8,'col':3}", &err), -RPA_ESCREEN,
           "the screen changes between check and click");
    is_str(w.status, "not pressed", "the outcome says that it was not");
    w.on_intent = NULL;
    pressed_since(before, "", "and nothing was");
    tell_form(USUAL);
    await_title("TEST FORM");
}

static int type(const char *text, struct rpa_err *err)
{
    return call("text.type", args("{'window':%u,'text':'%s'}", w.window, text),
                NULL, err);
}

static void held(void)
{
    struct rpa_err err = { 0 };
    is_int(call("key.hold", args("{'window':%u,'key':'shift'}", w.window), NULL,
                &err), 0, "Shift is held");
    is_int(type("a", &err), -RPA_EINVAL, "no text meanwhile");
    is_int(w.intents, 0, "and not a word of it in the audit");
    size_t before = pressed();
    is_int(key("Tab", &err), 0, "a key with it");
    pressed_since(before, "\033[Z", "is Shift and Tab");
    is_int(call("key.release", rpa_cbor_map(), NULL, &err), 0, "it is released");
    before = pressed();
    is_int(key("Tab", &err), 0, "Tab again");
    pressed_since(before, "\t", "is Tab alone");
}

static void windows(void)
{
    struct rpa_err err = { 0 };
    cbor_item_t *news = NULL;
    is_int(call("window.place",
                args("{'window':%u,'x':20,'y':10}", w.window), NULL, &err), 0,
           "the form is moved");
    is_int(w.intents, 1, "with its row");
    is_int(call("window.find", args("{'pattern':'^form$'}"), NULL, &err), 0,
           "found by a pattern");
    is_int(call("window.find", args("{'pattern':'thie.','timeout_ms':50}"),
                NULL, &err), -RPA_ETIMEOUT,
           "what is not listed is not there for a pattern");
    is_int(call("window.wait",
                args("{'window':%u,'title':'no','timeout_ms':50}", w.window),
                NULL, &err), -RPA_ETIMEOUT, "a title that does not come");
    is_int(call("window.news", rpa_cbor_map(), &news, &err), 0, "news");
    is_int((int)cbor_array_size(news), 1, "one window nobody asked for");
    ok(rpa_msg_is(cbor_array_handle(news)[0], "class", "xterm.XTerm") &&
           !rpa_msg_get(cbor_array_handle(news)[0], "title"),
       "its class, without its title");
    rpa_msg_free(&news);
    is_int(call("window.news", rpa_cbor_map(), &news, &err), 0, "once more");
    is_int((int)cbor_array_size(news), 0, "told only once");
    rpa_msg_free(&news);
}

static void dialog(void)
{
    struct rpa_err err = { 0 };
    rpa_window there;
    pid_t box = xvfb_spawn(&w.x, (const char *[]){ "xmessage", "-title",
                                                   "Notice", "Really?", NULL });
    is_int(rpa_window_find(w.d, "Notice", NULL, soon(20000), &there, &err), 0,
           "a dialog comes");
    is_int(call("screen.wait",
                args("{'window':%u,'any':[{'text':'NEVER'}],'timeout_ms':50}",
                     w.window), NULL, &err), -RPA_ETIMEOUT, "an act that fails");
    ok(strstr(err.hint, "a window nobody asked for is there: '▒' "
                        "(xmessage.Xmessage)") != NULL, "%s", err.hint);
    xvfb_reap(box);
}

static void clipboard(void)
{
    struct rpa_err err = { 0 };
    char *got = NULL;
    size_t n;
    is_int(call("clipboard.set",
                of_json("{'selection':'CLIPBOARD','text':'Siân'}"), NULL, &err),
           0, "a text on the clipboard");
    is_int(w.intents, 1, "with its row");
    is_int(rpa_selection_get(w.d, "CLIPBOARD", &got, &n, soon(20000), &err), 0,
           "another program gets it while the bot thinks");
    is_str(got, "Siân", "as it is");
    free(got);
    is_int(call("clipboard.restore", of_json("{'selection':'CLIPBOARD'}"), NULL,
                &err), 0, "put back");
    is_int(rpa_selection_get(w.d, "CLIPBOARD", &got, &n, soon(20000), &err),
           -RPA_ENOTFOUND, "there was nothing");
    is_int(call("clipboard.set", of_json("{'selection':'CUT','text':'x'}"),
                NULL, &err), -RPA_EINVAL, "no such selection");
}

static const char *get(const char *label)
{
    static char text[32];
    struct rpa_err err;
    cbor_item_t *got = NULL;
    size_t n = 0;
    text[0] = '\0';
    if (call("field.get", args("{'window':%u,'label':'%s'}", w.window, label),
             &got, &err) == 0)
        {
        const char *shown = rpa_cbor_text(got, &n);
        snprintf(text, sizeof text, "%.*s", (int)n, shown);
    }
    rpa_msg_free(&got);
    return text;
}

/* what the map declares, a terminal may make of a text as well */
static void changes(void)
{
    struct rpa_err err = { 0 };
    tell_form(CHANGES);
    await_title("CHANGES");
    is_str(get("Code"), "", "a bare mask is an empty field");
    is_int(set("Name", "smith", &err), 0, "capitals");
    size_t before = pressed();
    is_int(set("Code", "31/12", &err), 0, "a mask");
    pressed_since(before, "3112\t", "is typed without what it has");
    is_str(get("Name"), "SMITH", "and read as it is shown");
    is_str(get("Code"), "31/12", "with what it has");
    is_int(set("Code", "01/02", &err), 0, "over another");
    is_str(get("Code"), "01/02", "as well");
    is_int(set("Code", "1/2", &err), -RPA_EINVAL, "not of its form");
    is_int(click("{'row':8,'col':3}", &err), -RPA_EUNPROVED,
           "what could not be set is not left out");
    is_int(set("Code", "01/02", &err), 0, "but set");
}

static void take_away(void)
{
    kill(w.app, SIGKILL);
    rpa_grid_close(w.grid); /* it was of that window */
    w.grid = NULL;
    w.on_intent = NULL;
    while (rpa_window_exists(w.d, w.window))
        poll(NULL, 0, 5);
}

static void vanished(void)
{
    struct rpa_err err = { 0 };
    w.on_intent = take_away;
    is_int(click("{'row':8,'col':3}", &err), -RPA_EWINDOW,
           "the window goes between check and click");
    is_str(w.status, "not pressed", "which was not pressed");
    is_int(set("Name", "Bob", &err), -RPA_EWINDOW, "the driver lives on");
    is_int(call("window.close", args("{'window':%u}", w.window), NULL, &err),
           -RPA_EWINDOW, "closing it is an error too");
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    if (argc != 2)
        return printf("Bail out! usage: %s TERM_FORM\n", argv[0]), 1;
    start(argv[1]);
    tell_form(MOUSE);
    tell_form(OTHER); /* seen, so that the terminal has heard the other */
    await_title("OTHER FORM");
    tell_form(USUAL);
    await_title("TEST FORM");
    clicks();
    changed_between();
    held();
    windows();
    dialog();
    clipboard();
    changes();
    vanished();
    stop();
    return tap_done();
}
