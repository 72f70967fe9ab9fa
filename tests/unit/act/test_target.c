/* Screen maps: what a target holds, its folds, its fields. */
#include "screen_rule.h"
#include "tap.h"
#include "unit/of_json.h"

static struct rpa_target *load(const char *map, struct rpa_err *err)
{
    struct rpa_target *t = NULL;
    cbor_item_t *item = map ? of_json(map) : NULL;
    rpa_target_new(item, &t, err);
    if (item)
        cbor_decref(&item);
    return t;
}

static const struct {
    const char *map, *bad;
} wrong[] = {
    { "{'repertoire':'cp9999'}", "repertoire 'cp9999' is not known" },
    { "{'folds':{'ab':'c'}}", "one character" },
    { "{'folds':{'':'c'}}", "one character" },
    { "{'folds':{'a':'0123456789abcdef'}}", "at most 15 bytes" },
    { "{'folds':{'a':7}}", "one character = a text" },
    { "{'folds':{'ŵ':''}}", "cannot hold ''" },
    { "{'repertoire':'ascii','folds':{'ŵ':'ẃ'}}", "cannot hold 'ẃ'" },
    { "{'folds':{'a':'\\t'}}", "cannot hold" },
    { "{'keys':{'clear':'0123456789012345678901234567890123'}}", "keys:" },
    { "{'keys':{'advance':'Enter'}}", "keys: 'Enter' for advance might file" },
    { "{'keys':{'advance':'return'}}", "might file" },
    { "{'keys':{'advance':'KP_Enter'}}", "might file" },
    { "{'keys':{'advance':'shift+Enter'}}", "might file" },
    { "{'keys':{'advance':'ctrl+m'}}", "might file" },
    { "{'keys':{'clear':'PF3'}}", "keys: 'PF3' for clear might file" },
    { "{'keys':{'clear':'ctrl+j'}}", "might file" },
    { "{'keys':{'advance':'Tab','clear':'y'}}", "'y' for clear might file" },
    { "{'screens':[{'fields':[]}]}", "screen 1: wants a title" },
    { "{'screens':[{'title':'A'},{'title':'A'}]}",
      "screen 2: another screen is called 'A'" },
    { "{'screens':[{'title':'A','fixed':[{'row':1,'text':'x'}]}]}",
      "fixed wants a row" },
    { "{'screens':[{'title':'A','toolkit':'tk','name':'B'}]}",
      "its name is its title" },
    { "{'screens':[{'title':'A','fields':[{'label':'x'}]}]}",
      "screen 'A', field 1" },
    { "{'screens':[{'title':'A','fields':[{'label':'x','width':0}]}]}",
      "screen 'A', field 1" },
    { "{'screens':[{'title':'A','fields':[{'label':'x','width':4001}]}]}",
      "screen 'A', field 1" },
    { "{'screens':[{'title':'A','fields':[{'label':'x','width':1,"
      "'lines':0}]}]}",
      "screen 'A', field 1" },
    { "{'black':[{'row':1,'col':1}]}", "the map: black wants" },
    { "{'screens':[{'title':'A','black':[{'row':0,'col':1,'cols':1}]}]}",
      "screen A: black wants" },
    { "{'black':[{'row':9223372036854775807,'col':1,'cols':1}]}",
      "the map: black wants" },
};

static const char good[] =
    "{'repertoire':'cp1146','folds':{'ŵ':'w','’':'\\u0027','…':'...',"
    "'\\t':' '},'keys':{'clear':'ctrl+u'},'mode_at':{'row':1,'col':76},"
    "'black':[{'row':3,'col':4,'cols':5}],"
    "'screens':[{'title':'ONE','black':[{'row':1,'col':2,'rows':3,'cols':4}],"
    "'fields':[{'label':'Name','width':5},"
    "{'label':'Text','width':72,'lines':24}]},{'title':'TWO','pending':true,"
    "'fields':[{'label':'Name','width':9},{'label':'Password','width':8,"
    "'hidden':true}]}]}";

static const struct {
    const char *name, *text, *typed;
    size_t chars;
    uint32_t missing;
    const char *bad;
} folds[] = {
    { "ASCII stays", "O'Neil", "O'Neil", 6, 0, NULL },
    { "held letters stay", "Siân £5 €", "Siân £5 €", 9, 0, NULL },
    { "a fold", "Gŵyn", "Gwyn", 4, 0, NULL },
    { "one to three", "so…", "so...", 5, 0, NULL },
    { "quotes", "O’B", "O'B", 3, 0, NULL },
    { "a declared control character", "a\tb", "a b", 3, 0, NULL },
    { "no rule", "Łukasz", "ukasz", 5, 0x141, NULL },
    { "nothing", "", "", 0, 0, NULL },
    { "a control character", "a\nb", NULL, 0, 0,
      "a control character at byte 2" },
    { "DEL", "\x7f", NULL, 0, 0, "a control character at byte 1" },
    { "C1", "a\xc2\x85", NULL, 0, 0, "a control character at byte 2" },
    { "broken UTF-8", "ab\xff", NULL, 0, 0, "not UTF-8 at byte 3" },
};

static void check_fold(const struct rpa_target *t, size_t i)
{
    struct rpa_folded f = { 0 };
    struct rpa_err err = { 0 };
    int r = rpa_target_fold(t, folds[i].text, strlen(folds[i].text), &f, &err);
    if (folds[i].bad) {
        ok(r == -RPA_EINVAL && strstr(err.msg, folds[i].bad), "%s: %s",
           folds[i].name, err.msg);
        return;
    }
    is_int(r, 0, folds[i].name);
    is_str(f.typed.data, folds[i].typed, folds[i].name);
    ok(f.chars == folds[i].chars && f.missing == folds[i].missing,
       "%s: %zu characters, U+%04X missing", folds[i].name, f.chars, f.missing);
    rpa_folded_clear(&f);
}

static void counts(const struct rpa_target *t)
{
    struct rpa_folded f = { 0 };
    rpa_target_fold(t, "ŵŵ’", strlen("ŵŵ’"), &f, NULL);
    ok(f.nuses == 2 && f.uses[0].from == 0x175 && f.uses[0].count == 2 &&
           !strcmp(f.uses[0].to, "w") && f.uses[1].count == 1,
       "each fold is counted");
    rpa_folded_clear(&f);
    rpa_folded_clear(&f);
    rpa_folded_clear(NULL);
}

static void fields(const struct rpa_target *t)
{
    const struct rpa_field_rule *rule = rpa_target_field(t, NULL, "Name");
    int row, col;
    ok(rule && rule->width == 5 && rule->lines == 1 && !rule->hidden &&
           !strcmp(rule->screen, "ONE"),
       "a label without a screen: the first");
    rule = rpa_target_field(t, "TWO", "Name");
    ok(rule && rule->width == 9, "with its screen");
    ok(!rpa_target_field(t, "ONE", "Password") &&
           !rpa_target_field(t, NULL, "name") &&
           !rpa_target_field(t, "THREE", "Name"),
       "not on that screen, not in that case, no such screen");
    rule = rpa_target_rule(t, 3);
    ok(rule && rule->hidden && !rpa_target_rule(t, 4), "rules by number");
    is_str(target_screen(t, 1)->name, "TWO", "screens by number");
    is_int(target_screen(t, 1)->fixed[0].row, 1, "a title stands in row 1");
    ok(!target_screen(t, 2), "the end");
    ok(rpa_target_pending(t, "TWO") && !rpa_target_pending(t, "ONE") &&
           !rpa_target_pending(t, "X"),
       "pending");
    is_str(rpa_target_key(t, "clear", NULL), "ctrl+u", "a declared key");
    is_str(rpa_target_key(t, "advance", "Tab"), "Tab", "one that is not");
    ok(rpa_target_mode_at(t, &row, &col) && row == 1 && col == 76, "mode_at");
}

static void repertoire(const struct rpa_target *t)
{
    size_t n;
    bool ascending = true, control = false;
    const uint32_t *cps = rpa_target_repertoire(t, &n);
    for (size_t i = 0; i < n; i++) {
        ascending = ascending && (!i || cps[i] > cps[i - 1]);
        control = control || cps[i] < 0x20 || (cps[i] > 0x7e && cps[i] < 0xa0);
    }
    ok(cps && n == 192 && ascending && !control,
       "cp1146: %zu characters, ascending, no controls", n);
    ok(rpa_target_holds(t, 0x20ac) && rpa_target_holds(t, 'a') &&
           !rpa_target_holds(t, 0x175) && !rpa_target_holds(t, 0x2019) &&
           !rpa_target_holds(t, '\n'),
       "holds € and a; not ŵ, ’ or a newline");
}

static void unknown_target(void)
{
    struct rpa_err err = { 0 };
    struct rpa_folded f = { 0 };
    size_t n = 1;
    int row, col;
    struct rpa_target *t = load(NULL, &err);
    ok(t && !rpa_target_repertoire(t, &n) && n == 0, "without a map");
    ok(rpa_target_holds(t, 0x1f600) && !rpa_target_holds(t, '\t'),
       "everything but control characters");
    is_int(rpa_target_fold(t, "ŵ’", strlen("ŵ’"), &f, &err), 0, "no folds");
    is_str(f.typed.data, "ŵ’", "typed as it is");
    ok(!rpa_target_mode_at(t, &row, &col), "no mode");
    rpa_folded_clear(&f);
    rpa_target_free(t);
    rpa_target_free(NULL);
}

/* found by reading: a Tab with a fold went out as a Tab */
static void fold_of_control(void)
{
    struct rpa_err err = { 0 };
    struct rpa_folded f = { 0 };
    struct rpa_target *t = load("{'folds':{'\\t':' '}}", &err);
    rpa_target_fold(t, "a\tb", 3, &f, &err);
    is_str(f.typed.data, "a b", "a fold of Tab where all is held");
    rpa_folded_clear(&f);
    rpa_target_free(t);
}

static void black(const struct rpa_target *t)
{
    const struct rpa_region *of_one = rpa_target_black(t, 0),
                            *of_all = rpa_target_black(t, 1);
    ok(of_one && of_one->screen && !strcmp(of_one->screen, "ONE") &&
           of_one->row == 1 && of_one->col == 2 && of_one->rows == 3 &&
           of_one->cols == 4, "a region of one screen");
    ok(of_all && !of_all->screen && of_all->row == 3 && of_all->rows == 1,
       "a region of every screen");
    ok(!rpa_target_black(t, 2), "no more");
}

static void too_many_folds(void)
{
    struct rpa_buf map = { 0 }, text = { 0 };
    struct rpa_folded f = { 0 };
    struct rpa_err err = { 0 };
    char c[5] = "";
    rpa_buf_puts(&map, "{'repertoire':'ascii','folds':{");
    for (uint32_t cp = 0xc0; cp < 0xc0 + RPA_FOLDS_MAX + 1; cp++) {
        c[0] = (char)(0xc0 | cp >> 6);
        c[1] = (char)(0x80 | (cp & 0x3f));
        rpa_buf_printf(&map, "%s'%s':'x'", cp > 0xc0 ? "," : "", c);
        rpa_buf_puts(&text, c);
    }
    rpa_buf_puts(&map, "}}");
    struct rpa_target *t = load(map.data, &err);
    is_int(rpa_target_fold(t, text.data, text.len, &f, &err), 0,
           "more kinds of folds than can be shown");
    ok(f.nuses == RPA_FOLDS_MAX && f.missing == 0xc0 + RPA_FOLDS_MAX,
       "the first that finds no place counts as missing");
    rpa_folded_clear(&f);
    rpa_target_free(t);
    rpa_buf_clear(&map);
    rpa_buf_clear(&text);
}

int main(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct rpa_err err = { 0 };
        struct rpa_target *t = load(wrong[i].map, &err);
        if (!ok(!t && err.code == RPA_EINVAL && strstr(err.msg, wrong[i].bad),
                "%s: %s", wrong[i].map, wrong[i].bad))
            printf("# %d %s\n", err.code, err.msg);
        rpa_target_free(t);
    }
    struct rpa_err err = { 0 };
    struct rpa_target *t = load(good, &err);
    if (!ok(t != NULL, "a good map %s", err.msg))
        return tap_done();
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        check_fold(t, i);
    counts(t);
    fields(t);
    repertoire(t);
    black(t);
    rpa_target_free(t);
    unknown_target();
    fold_of_control();
    too_many_folds();
    return tap_done();
}
