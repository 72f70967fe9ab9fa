/* What a screen shows, and what an error may tell of it. */
#include "priv.h"
#include "tap.h"
#include "unit/of_json.h"

#include "rpa/base/utf8.h"

#include <stdlib.h>

enum { ROWS = 6, COLS = 40 };

static struct rpa_cell cells[ROWS * COLS];
static struct rpa_screen screen = { ROWS, COLS, cells, -1, -1, 0, 1 };

static void put(int row, int col, const char *text)
{
    for (size_t i = 0, n; text[i]; i += n, col++)
        n = rpa_utf8_decode(text + i, strlen(text + i),
                            &cells[row * COLS + col].cp);
}

static void draw(const char *title)
{
    for (int i = 0; i < ROWS * COLS; i++)
        cells[i] = (struct rpa_cell){ .cp = ' ', .fg = 1 };
    put(0, 2, title);
    put(2, 0, "Surname . . :  Siân");
    put(3, 0, "Town  . . . :  Bala");
    put(5, 0, "E014 NO SUCH STREET");
}

static const struct {
    const char *name;
    int row, col, count;
    const char *text;
    bool equal;
} equals[] = {
    { "the text", 2, 15, 4, "Siân", true },
    { "blanks up to the width", 2, 15, 10, "Siân", true },
    { "more than the text", 2, 15, 3, "Siân", false },
    { "less", 2, 15, 4, "Siâ", false },
    { "another letter", 2, 15, 4, "Sian", false },
    { "an empty field", 4, 0, 10, "", true },
    { "not empty", 2, 15, 4, "", false },
    { "trailing blank typed", 2, 15, 10, "Siân ", true },
    { "outside", ROWS - 1, COLS - 2, 3, "", false },
    { "before the screen", -1, 0, 1, "", false },
    { "the last cells", ROWS - 1, COLS - 3, 3, "", true },
};

static void titles(const struct rpa_driver *d)
{
    draw("FORM 1/2");
    is_str(view_title(d, &screen), "FORM 1/2", "the title");
    draw("FORM 2/2");
    is_str(view_title(d, &screen), "FORM 2/2", "another");
    draw("FORM 3/2");
    is_str(view_title(d, &screen), NULL, "none of the map's");
    draw("FORM 1/2");
    put(0, 20, "FORM 2/2");
    is_str(view_title(d, &screen), NULL, "two titles are none");
    draw("x");
    put(1, 0, "FORM 1/2");
    is_str(view_title(d, &screen), NULL, "a title stands in its row only");
    draw("FORM 1/2");
    cells[4].cp = 0;
    is_str(view_title(d, &screen), NULL, "an unreadable one is none");
}

/* where a title stands, in a map that says it of each */
static const struct {
    const char *name;
    int row, col; /* from 1, as the map has them */
    const char *text, *want;
} places[] = {
    { "in its place", 1, 3, "MAIN MENU", "MAIN MENU" },
    { "a column off", 1, 4, "MAIN MENU", NULL },
    { "typed into another row", 4, 3, "MAIN MENU", NULL },
    { "in the row below", 2, 3, "MAIN MENU", NULL },
    { "typed at the end of its row", 1, 30, "MAIN MENU", NULL },
    { "a title of the third row", 3, 1, "FORM", "FORM" },
    { "in the first", 1, 1, "FORM", NULL },
    { "without a column, anywhere in its row", 5, 20, "FREE", "FREE" },
    { "but not in another", 6, 20, "FREE", NULL },
    { "cut off by the edge", 1, COLS - 3, "MAIN", NULL },
};

/* What a bot can type does not make Enter into navigation. */
static void title_places(void)
{
    struct rpa_driver d = { .setup = of_json(
        "{'navigation':[{'screen':'MAIN MENU','keys':['Enter']},{'screen':"
        "'FORM','keys':['Enter']},{'screen':'FREE','keys':['Enter']}]}") };
    struct rpa_err err;
    cbor_item_t *map = of_json(
        "{'screens':[{'title':'MAIN MENU','col':3},{'title':'FORM','row':3,"
        "'col':1},{'title':'FREE','row':5},{'title':'BELOW','row':99}]}");
    if (rpa_target_new(map, &d.target, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    cbor_decref(&map);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (int at = 0; at < ROWS * COLS; at++)
            cells[at] = (struct rpa_cell){ .cp = ' ', .fg = 1 };
        put(places[i].row - 1, places[i].col - 1, places[i].text);
        const char *title = view_title(&d, &screen);
        is_str(title, places[i].want, places[i].name);
        ok(fence_key_commits(&d, title, "Enter") == !places[i].want,
           "%s: Enter %s", places[i].name,
           places[i].want ? "navigates" : "commits");
    }
    rpa_target_free(d.target);
    cbor_decref(&d.setup);
}

static void summaries(const struct rpa_driver *d)
{
    char text[400], small[24];
    draw("FORM 1/2");
    view_summary(d, &screen, text, sizeof text);
    ok(strstr(text, "FORM 1/2") && strstr(text, "Surname . . : ▒▒▒▒ |"),
       "labels, and ▒ for a field's cells: %s", text);
    ok(!strstr(text, "Si") && !strstr(text, "Bala"), "no value");
    ok(strstr(text, "E014 NO SUCH STREET") != NULL, "the message line");
    view_summary(d, &screen, small, sizeof small);
    ok(strlen(small) < sizeof small && rpa_utf8_valid(small, strlen(small)),
       "cut between characters: %s", small);
    draw("UNKNOWN");
    view_summary(d, &screen, text, sizeof text);
    ok(!strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
       "a screen that is not in the map tells nothing: %s", text);
    for (int i = 0; i < ROWS * COLS; i++)
        cells[i].cp = ' ';
    view_summary(d, &screen, text, sizeof text);
    is_str(text, "an empty screen", "nothing shown");
}

int main(void)
{
    struct rpa_driver d = { .setup = of_json("{}") };
    struct rpa_err err;
    cbor_item_t *map = of_json(
        "{'screens':[{'title':'FORM 1/2','fields':[{'label':'Surname',"
        "'width':20},{'label':'Town','width':24}]},{'title':'FORM 2/2'}]}");
    if (rpa_target_new(map, &d.target, &err) < 0)
        return printf("Bail out! %s\n", err.msg), 1;
    cbor_decref(&map);
    draw("FORM 1/2");
    for (size_t i = 0; i < sizeof equals / sizeof *equals; i++)
        ok(view_equals(&screen, equals[i].row * COLS + equals[i].col,
                       equals[i].count, equals[i].text) == equals[i].equal,
           "%s", equals[i].name);
    cells[2 * COLS + 16].cp = 0;
    ok(!view_equals(&screen, 2 * COLS + 15, 4, "Siân"),
       "an unreadable cell equals nothing");
    is_int(view_cursor(&screen), -1, "no cursor");
    screen.cursor_row = 2, screen.cursor_col = 3;
    is_int(view_cursor(&screen), 2 * COLS + 3, "its cell");
    titles(&d);
    summaries(&d);
    title_places();
    rpa_target_free(d.target);
    cbor_decref(&d.setup);
    return tap_done();
}
