/* What a map says of tables and screens, and one page of a table. */
#include "page.h"
#include "screen_rule.h"
#include "tap.h"
#include "unit/of_json.h"
#include "unit/screen/draw.h"

static const struct {
    const char *table, *bad; /* NULL: it is fine */
} rules[] = {
    { "{'name':'t','columns':[{'header':'REF'}]}", NULL },
    { "{'columns':[{'header':'REF'}],'foter':'x'}", "'foter' is not known" },
    { "{'columns':[{'header':'REF','align':'right'}]}",
      "column 1: 'align' is not known" },
    { "{'columns':[]}", "columns wants 1 to 32" },
    { "{'columns':[{'width':3}]}", "wants a header, or a name" },
    { "{'columns':[{'name':'x','col':3}]}", "wants a header, or a name" },
    { "{'columns':[{'name':'x','col':3,'width':1},{'header':'REF'}]}", NULL },
    { "{'columns':[{'header':'A'},{'header':'A'}]}", "two are called 'A'" },
    { "{'columns':[{'header':'A'},{'header':'A','name':'B'}]}", NULL },
    { "{'columns':[{'header':'A','width':-1}]}", "width wants a whole number" },
    { "{'columns':[{'header':'A'}],'unkeyed':'skip'}", "unkeyed is row or" },
    { "{'columns':[{'header':'A'}],'marks':['PAGE']}", "'PAGE' is no mark" },
    { "{'columns':[{'header':'A'}],'marks':[]}", "marks wants 1 to 4" },
    { "{'columns':[{'header':'A'}],'marks':['OF {pages}']}",
      "{pages} wants {page}" },
    { "{'columns':[{'header':'A'}],'next':'F8'}", "nothing tells the last" },
    { "{'columns':[{'header':'A'}],'next':'F8','marks':['PAGE {page}']}",
      "nothing tells the last" },
    { "{'columns':[{'header':'A'}],'next':'F8','marks':['{total} found']}",
      NULL },
    { "{'columns':[{'header':'A'}],'next':'F8','more':'More...'}",
      "more and bottom want each other" },
    { "{'columns':[{'header':'A'}],'next':'NoSuchKey','more':'M','bottom':'B'}",
      "NoSuchKey" },
};

static void read_rules(void)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct table_rule *rule = NULL;
        struct rpa_err err = { 0 };
        cbor_item_t *item = of_json(rules[i].table);
        int r = table_rule_read(item, NULL, &rule, &err);
        ok(rules[i].bad ? r == -RPA_EINVAL && strstr(err.msg, rules[i].bad)
                        : r == 0,
           "%s: %s", rules[i].table, r < 0 ? err.msg : "fine");
        free(rule);
        cbor_decref(&item);
    }
}

#define TABLE "'columns':[{'header':'REF'}],'footer':'---'"

static const struct {
    const char *name, *table, *rows[7];
    int code;
    int nrows, more;
    bool none;
    const char *msg;
} pages[] = {
    { "one page", "{" TABLE "}", { "REF", "A", "B", "---" }, 0, 2, -1, false,
      "" },
    { "no rows, and nothing says so", "{" TABLE "}", { "REF", "", "---" },
      RPA_ESCREEN, 0, -1, false, "no rows, and nothing says so" },
    { "no rows, and a text says so", "{" TABLE ",'none':'NOTHING'}",
      { "REF", "", "---", " NOTHING FOUND" }, 0, 0, -1, true, "" },
    { "nor headings", "{" TABLE ",'none':'NOTHING'}", { "", " NOTHING FOUND" },
      0, 0, -1, true, "" },
    { "a text in the middle of a row says nothing",
      "{" TABLE ",'none':'NOTHING'}", { "", " A  NOTHING" }, RPA_ELABEL, 0, -1,
      false, "no row of the screen has the headings" },
    { "a value says nothing", "{" TABLE ",'none':'NOTHING'}",
      { "REF", "NOTHING", "---" }, 0, 1, -1, false, "" },
    { "rows, and a text that there are none", "{" TABLE ",'none':'NOTHING'}",
      { "REF", "A", "---", "NOTHING" }, RPA_ESCREEN, 0, -1, false,
      "'NOTHING' is on the screen, and 1 rows are" },
    { "none by the count", "{" TABLE ",'marks':['{total} found']}",
      { "0 found", "REF", "---" }, 0, 0, -1, false, "" },
    { "a count, and no rows", "{" TABLE ",'marks':['{total} found']}",
      { "3 found", "REF", "---" }, RPA_ESCREEN, 0, -1, false,
      "no rows, and nothing says so" },
    { "no mark", "{" TABLE ",'marks':['{total} found']}", { "REF", "A", "---" },
      RPA_ESCREEN, 0, -1, false, "'{total} found' is not on the screen" },
    { "more", "{" TABLE ",'more':'More','bottom':'Bottom'}",
      { "REF", "A", "---", "   More" }, 0, 1, 1, false, "" },
    { "the bottom", "{" TABLE ",'more':'More','bottom':'Bottom'}",
      { "REF", "A", "---", "   Bottom" }, 0, 1, 0, false, "" },
    { "a value that says more", "{" TABLE ",'more':'More','bottom':'Bottom'}",
      { "REF", "More", "---" }, RPA_ESCREEN, 0, -1, false,
      "neither 'More' nor 'Bottom'" },
    { "both", "{" TABLE ",'more':'More','bottom':'Bottom'}",
      { "REF", "A", "---", "More  Bottom" }, RPA_ESCREEN, 0, -1, false,
      "both 'More' and 'Bottom'" },
    { "room to spare", "{'columns':[{'header':'REF'}],'rows':3}",
      { "REF", "A", "B" }, 0, 2, -1, false, "" },
    { "all its room, and nothing tells of more",
      "{'columns':[{'header':'REF'}],'rows':2}", { "REF", "A", "B", "", "x" },
      RPA_ESCREEN, 0, -1, false, "fill all its room" },
};

static void read_page(size_t i)
{
    struct rpa_screen s = draw_new(7, 30);
    struct table_rule *rule;
    struct rpa_err err = { 0 };
    struct page page;
    cbor_item_t *item = of_json(pages[i].table);
    if (table_rule_read(item, NULL, &rule, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    for (int r = 0; r < 7 && pages[i].rows[r]; r++)
        draw_at(&s, r, 0, pages[i].rows[r]);
    int r = page_read(rule, &s, &page, &err);
    is_int(r, -pages[i].code, pages[i].name);
    if (r < 0)
        ok(strstr(err.msg, pages[i].msg), "%s", err.msg);
    else
        ok((int)page.table.nrows == pages[i].nrows &&
               page.more == pages[i].more && page.none == pages[i].none,
           "%s: %zu rows", pages[i].name, page.table.nrows);
    free(s.cells);
    free(rule);
    cbor_decref(&item);
}

/* another row, another mark: another page */
static void identities(void)
{
    static const char *const rows[][3] = {
        { "REF", "A", "1 found" }, { "REF", "B", "1 found" },
        { "REF", "A", "2 found" }, { "REF", "A", "1 found" },
    };
    uint64_t id[4];
    struct table_rule *rule = NULL;
    struct rpa_err err = { 0 };
    cbor_item_t *item = of_json("{'columns':[{'header':'REF'}],'rows':1,"
                                "'marks':['{total} found']}");
    table_rule_read(item, NULL, &rule, &err);
    for (int i = 0; i < 4; i++) {
        struct rpa_screen s = draw_new(4, 30);
        struct page page = { 0 };
        for (int r = 0; r < 3; r++)
            draw_at(&s, r, 0, rows[i][r]);
        page_read(rule, &s, &page, &err);
        id[i] = page.id;
        free(s.cells);
    }
    ok(id[0] != id[1] && id[0] != id[2] && id[0] == id[3],
       "a page is known by its rows and marks");
    free(rule);
    cbor_decref(&item);
}

static const struct {
    const char *a, *b;
    bool alike;
} screens[] = {
    { "{'title':'SIGN ON','col':36}", "{'title':'MAIN MENU','col':35}", false },
    { "{'title':'SIGN ON','col':36}", "{'title':'SIGN','col':36}", true },
    { "{'title':'SIGN ON','col':36}", "{'title':'MAIN MENU'}", true },
    { "{'title':'A','row':1,'col':1}", "{'title':'B','row':2,'col':1}", true },
    { "{'title':'A','col':1,'fixed':[{'row':3,'col':2,'text':'one'}]}",
      "{'title':'A','col':1,'fixed':[{'row':3,'col':3,'text':'new'}]}", true },
    { "{'title':'A','col':1,'fixed':[{'row':3,'col':2,'text':'one'}]}",
      "{'title':'A','col':1,'fixed':[{'row':3,'col':3,'text':'two'}]}", false },
};

static void alike(void)
{
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        struct screen_rule a = { 0 }, b = { 0 };
        struct rpa_err err = { 0 };
        cbor_item_t *x = of_json(screens[i].a), *y = of_json(screens[i].b);
        ok(screen_rule_load(x, &a, &err) == 0 &&
               screen_rule_load(y, &b, &err) == 0 &&
               screen_rules_alike(&a, &b) == screens[i].alike &&
               screen_rules_alike(&b, &a) == screens[i].alike,
           "%s and %s may%s be one", screens[i].a, screens[i].b,
           screens[i].alike ? "" : " not");
        cbor_decref(&x);
        cbor_decref(&y);
    }
}

/* The key that turns the pages files nothing on that screen; no other does. */
static void turning(void)
{
    struct rpa_driver d = { 0 };
    struct rpa_err err = { 0 };
    cbor_item_t *map = of_json(
        "{'screens':[{'title':'LIST','tables':[{'name':'t',"
        "'columns':[{'header':'A'}],'next':'F8','marks':['{total} found']}]},"
        "{'title':'FORM'}]}");
    if (!ok(rpa_target_new(map, &d.target, &err) == 0, "a map %s", err.msg))
        return;
    ok(!fence_key_commits(&d, "LIST", "F8"), "F8 turns the page");
    ok(fence_key_commits(&d, "LIST", "F7") && fence_key_commits(&d, "LIST", "Enter"),
       "other keys of that screen commit");
    ok(fence_key_commits(&d, "FORM", "F8") && fence_key_commits(&d, NULL, "F8"),
       "so does F8 elsewhere");
    rpa_target_free(d.target);
    cbor_decref(&map);
}

int main(void)
{
    turning();
    read_rules();
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        read_page(i);
    identities();
    alike();
    return tap_done();
}
