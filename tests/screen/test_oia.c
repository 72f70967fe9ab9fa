/* The status line of x3270 by its glyphs, against its own word. */
#include "rpa/base/time.h"
#include "rpa/screen/oia.h"
#include "rpa/screen/window.h"
#include "screen/x3270.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <stdlib.h>

static struct x3270_stage stage;
static pid_t x3270;

static int64_t soon(void)
{
    return rpa_mono_us() + 30000000;
}

/* 24x80: a protected word, a field of 5 characters, a field for digits, and
 * protected to the end; the cursor in the first field */
static void screen(struct rpa_buf *b)
{
    static const char bytes[] = "\xf5\xc3"                 /* Erase/Write */
                                "\x11\x40\x40\x1d\x60\xe2\xa4\x99\x95\x81\x94\x85"
                                "\x11\x40\x50\x1d\x40\x13" /* field, cursor */
                                "\x11\x40\x56\x1d\x60"
                                "\x11\x40\x60\x1d\x50"     /* digits only */
                                "\x11\x40\x66\x1d\x60"
                                "\xff\xef";
    rpa_buf_add(b, bytes, sizeof bytes - 1);
}

/* x3270's own word of its keyboard: 'U' and 'L', and its cursor */
static bool ask(char *ret_lock, int *ret_row, int *ret_col, bool *ret_connected)
{
    char *said = x3270_ask(x3270, "Query(Cursor)\n");
    char *status = said ? strstr(said, "\nU ") : NULL;
    if (said && !status)
        status = strstr(said, "\nL ");
    if (said && !status)
        status = strstr(said, "\nE ");
    char to[64] = "";
    bool good = status && sscanf(status, "\n%c %*c %*c %63s %*c %*d %*d %*d %d %d",
                                 ret_lock, to, ret_row, ret_col) == 4;
    *ret_connected = to[0] == 'C';
    free(said);
    return good;
}

/* Do @actions, wait until it is read so, and compare with what x3270 says. */
static void state(struct rpa_grid *g, const char *actions, bool locked,
                  const char *reason, bool insert, const char *name)
{
    struct rpa_oia o = { 0 };
    struct rpa_err err = { 0 };
    char lock = 0;
    int row = -1, col = -1, r;
    bool connected = false, as_said = false;
    free(x3270_ask(x3270, actions));
    for (int64_t until = soon();;) {
        r = rpa_grid_oia(g, &o, &err);
        as_said = r == 0 && ask(&lock, &row, &col, &connected) &&
                  o.locked == (lock != 'U') && o.connected == connected &&
                  (!connected || (o.cursor_row == row && o.cursor_col == col));
        if ((as_said && o.locked == locked && o.insert == insert &&
             !strcmp(o.reason, reason)) || !rpa_left_ms(until))
            break;
    }
    ok(r == 0 && o.locked == locked && o.insert == insert, "%s%s%s", name,
       r ? ": " : "", r ? err.msg : "");
    is_str(o.reason, reason, "and why");
    ok(as_said, "as x3270 says: %c, %d, %d", lock, row, col);
}

static void in_font(const char *font, const char *model)
{
    struct rpa_err err = { 0 };
    struct rpa_grid *g = NULL;
    rpa_window win = 0;
    char address[32], title[40];
    snprintf(address, sizeof address, "127.0.0.1:%d", stage.port);
    snprintf(title, sizeof title, "%s in %s", model, font);
    x3270 = xvfb_spawn(&stage.x, (const char *[]){
        "x3270", "-socket", "-title", title, "-model", model, "-efont", font,
        "-xrm", "x3270.menuBar: False", "-xrm", "x3270.numericLock: True",
        "-xrm", "x3270.aidWait: False", /* Enter() answers at once */
        address, NULL });
    if (!ok(rpa_window_find(stage.d, title, NULL, soon(), &win, &err) == 0 &&
                rpa_window_focus(stage.d, win, soon(), &err) == 0 &&
                rpa_grid_open(stage.d, win, NULL, &g, &err) == 0,
            "%s", title)) {
        printf("# %s\n", err.msg);
        return;
    }
    state(g, "Reset()\n", false, "", false, "unlocked");
    state(g, "Insert()\n", false, "", true, "insert mode");
    state(g, "String(\"abc\")\n", false, "", true, "the cursor went on");
    state(g, "MoveCursor(0,3) Key(x)\n", true, "←☺→", true,
          "a protected field");
    state(g, "Reset() MoveCursor(0,18) String(\"1234567\")\n", true, "←☺→",
          false, "a field that is full");
    state(g, "Reset() MoveCursor(0,33) Key(x)\n", true, "☺NUM", false,
          "letters into a field of digits");
    state(g, "Reset() Home()\n", false, "", false, "reset");
    state(g, "Enter()\n", true, "◷", false, "the host does not answer");
    state(g, "Disconnect()\n", true, "↯", false, "not connected");
    rpa_grid_close(g);
    x3270_reap(x3270);
}

int main(void)
{
    struct rpa_buf shown = { 0 };
    screen(&shown);
    x3270_stage_open(&stage, &shown, 1100, 950);
    in_font("3270-20", "3279-2");
    in_font("3270", "3278-4");
    x3270_stage_close(&stage);
    return tap_done();
}
