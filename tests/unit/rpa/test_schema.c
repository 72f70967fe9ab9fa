/* Data files: every fault is told, with the place it is at. */
#include "rpa/config/schema.h"
#include "rpa/config/options.h"
#include "tap.h"
#include "unit/of_json.h"

#define KNOWN "; known there: "

static struct rpa_schema conf[RPA_CONF_ROWS]; /* of rpa.conf */

static const struct {
    const struct rpa_schema *rows;
    const char *value;
    const char *bad; /* what is seen; NULL: fine */
} cases[] = {
    { rpa_schema_manifest, "{'name':'x'}", NULL },
    { rpa_schema_manifest, "{}", "name is missing" },
    { rpa_schema_manifest, "[]", "name is missing" },
    { rpa_schema_manifest, "'x'", "the file wants a table" },
    { rpa_schema_manifest, "[1]", "the file wants a table" },
    { rpa_schema_manifest, "{'name':1,'nme':'y'}",
      "name wants a text; nme is not known" },
    { rpa_schema_manifest, "{'name':'x','app':{'argv':['a','b']}}", NULL },
    { rpa_schema_manifest, "{'name':'x','app':{}}", "app.argv is missing" },
    { rpa_schema_manifest, "{'name':'x','app':{'argv':'a'}}",
      "app.argv wants a list of texts" },
    { rpa_schema_manifest, "{'name':'x','app':{'argv':['a',1]}}",
      "app.argv wants a list of texts" },
    { rpa_schema_manifest,
      "{'name':'x','app':{'argv':['a'],'ready':{'timeout_ms':1.5}}}",
      "app.ready.timeout_ms wants a whole number; app.ready.title is missing" },
    { rpa_schema_manifest, "{'name':'x','windows':{},'set':[]}", NULL },
    { rpa_schema_manifest, "{'name':'x','windows':{'a':'b'}}",
      "windows wants a list of texts" },
    { rpa_schema_manifest, "{'name':'x','set':{'a':'b','n':7}}", NULL },
    { rpa_schema_manifest, "{'name':'x','set':{'a':true}}",
      "set wants texts or whole numbers" },
    { rpa_schema_manifest, "{'name':'x','set':['a']}",
      "set wants a table of name = text" },
    { rpa_schema_manifest,
      "{'name':'x','navigation':[{'screen':'A','keys':['F1']},{'screen':2}]}",
      "navigation[2].screen wants a text" },
    { rpa_schema_manifest, "{'name':'x','navigation':{'screen':'A'}}",
      "navigation wants a list of tables" },
    { rpa_schema_manifest, "{'name':'x','secrets':{'pw':{'feld':'P'}}}",
      "secrets.pw.feld is not known" },
    { rpa_schema_manifest, "{'name':'x','secrets':{'pw':'P'}}",
      "secrets.pw wants a table" },
    { rpa_schema_map, "{}", NULL },
    { rpa_schema_map,
      "{'screens':[{'title':'A','pending':1,'fields':[{'label':'x','width':1},"
      "{'width':1}]}]}",
      "screens[1].pending wants true or false; screens[1].fields[2].label is "
      "missing" },
    { rpa_schema_map, "{'mode_at':{'row':1}}", "mode_at.col is missing" },
    { rpa_schema_manifest, "{'name':'x','mode':'LIV'}",
      "mode wants LIVE, TRNG or DEMO" },
    { rpa_schema_manifest, "{'name':'x','mode':''}",
      "mode wants LIVE, TRNG or DEMO" },
    { rpa_schema_manifest, "{'name':'x','mode':'LIVE|TRNG'}",
      "mode wants LIVE, TRNG or DEMO" },
    { rpa_schema_manifest, "{'name':'x','app':{'argv':['a'],'keymap':'gb'}}",
      "app.keymap wants \"private\" or \"layout:NAME\"" },
    { rpa_schema_manifest, "{'name':'x','app':{'argv':['a'],'keymap':"
                           "'layout:gb(dvorak)'}}",
      NULL },
    { rpa_schema_manifest, "{'name':'x','app':{'argv':['a'],'keymap':"
                           "'layout:../x'}}",
      "app.keymap wants \"private\" or \"layout:NAME\"" },
    { rpa_schema_map, "{'repertoire':'cp1'}",
      "repertoire wants ascii, latin1, latin9, cp285, cp1146 or cp1047" },
    { conf, "{'purpose_required':true,'targets':{'a':{'mode':'LIVE'}}}", NULL },
    { conf, "{'stat':'/x'}", "stat is not known" },
    { conf, "{'state':'/x','set':['a=b']}",
      "state is not known; set is not known" },
    { conf, "{'timeout':0.5}", NULL },
    { conf, "{'timeout':1000000}", NULL },
    { conf, "{'timeout':1000000.5,'quiet':1}",
      "timeout wants a number, 0 to 1000000 s; quiet wants true or false" },
    { conf, "{'timeout':-1}", "timeout wants a number, 0 to 1000000 s" },
    { conf, "{'timeout':'60'}", "timeout wants a number, 0 to 1000000 s" },
    { conf,
      "{'targets':{'a':{'windows':['A'],'hosts':['h','h:1','h:*'],"
      "'repertoire':'cp1146','folds':{'ŵ':'w'},'mode_at':{'row':1,'col':70},"
      "'budget':{'per_minute':600},'outage':['02:00-02:30','Sun 22:00-24:00'],"
      "'commit_horizon_s':0}}}",
      NULL },
    { conf,
      "{'targets':{'a':{'hosts':['http://h/'],'budget':{'per_minute':0},"
      "'outage':['02:00'],'commit_horizon_s':86401}}}",
      "targets.a.hosts wants a list of HOST or HOST:PORT, http:// before it "
      "without TLS, or HOST:*; "
      "targets.a.budget.per_minute wants a whole number, 1 to 600 commit acts; "
      "targets.a.outage wants a list of [DAY ]HH:MM-HH:MM; "
      "targets.a.commit_horizon_s wants a whole number, 0 to 86400 s" },
    { conf, "{'targets':{'a':{'budget':{},'mode':'live'}}}",
      "targets.a.budget.per_minute is missing; targets.a.mode wants LIVE, TRNG "
      "or DEMO" },
};

/* string.find() would tell only where the text leads it there */
static void patterns(void)
{
    static const struct {
        const char *text;
        bool good;
    } all[] = {
        { "", true },
        { "^a$", true },
        { "%a+%.%d*[^%]x]-()(.)%2", true },
        { "[]]", true },
        { "[^]]", true },
        { "[a-%]]", true },
        { "%b()", true },
        { "%f[%w]a", true },
        { "((a)%2)", true },
        { "a%", false },
        { "a[", false },
        { "a[]", false },
        { "a[%", false },
        { "a[^%]", false },
        { "(a", false },
        { "a)", false },
        { "x(%1)", false },
        { "%0", false },
        { "a%2", false },
        { "a%b(", false },
        { "a%fb", false },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[200];
        struct rpa_err err = { 0 };
        snprintf(text, sizeof text,
                 "{'name':'x','services':{'s':{'url':'https://h','outcomes':["
                 "{'is':'found','status':['200'],'lacks':['%s']}]}}}",
                 all[i].text);
        cbor_item_t *value = of_json(text);
        int r = rpa_schema_check(rpa_schema_manifest, "f", value, &err);
        ok(r == (all[i].good ? 0 : -RPA_EINVAL), "pattern %s", all[i].text);
        cbor_decref(&value);
    }
}

/* "name: text" for the manual: each row has its line */
static size_t undocumented(const struct rpa_schema *rows)
{
    size_t n = 0;
    for (; rows->name; rows++) {
        n += !rows->doc || strlen(rows->doc) < 5;
        if (rows->sub)
            n += undocumented(rows->sub);
    }
    return n;
}

/* who mistypes a key is told which there are, once, behind all faults */
static void tells_what_is_known(void)
{
    struct rpa_err err = { 0 };
    cbor_item_t *value = of_json(
        "{'name':'b','secrets':{'a':{'feld':'x'},'b':{'feld':'x'}},'naem':1}");
    rpa_schema_check(rpa_schema_manifest, "f", value, &err);
    is_str(err.seen,
           "secrets.a.feld is not known; secrets.b.feld is not known; naem is "
           "not known; known there: target, screen, field and url",
           "the keys of where the first one is");
    cbor_decref(&value);
}

static void long_faults(void)
{
    struct rpa_buf text = { 0 };
    struct rpa_err err = { 0 };
    rpa_buf_puts(&text, "{'name':'x'");
    for (int i = 0; i < 500; i++)
        rpa_buf_printf(&text, ",'%0100d':1", i);
    rpa_buf_puts(&text, "}");
    cbor_item_t *value = of_json(text.data);
    is_int(rpa_schema_check(rpa_schema_manifest, "f", value, &err),
           -RPA_EINVAL, "five hundred faults are one error");
    cbor_decref(&value);
    rpa_buf_clear(&text);
}

int main(void)
{
    rpa_options_conf_rows(conf);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_err err = { 0 };
        cbor_item_t *value = of_json(cases[i].value);
        int r = rpa_schema_check(cases[i].rows, "f", value, &err);
        ok(r == (cases[i].bad ? -RPA_EINVAL : 0), "%s", cases[i].value);
        char *known = strstr(err.seen, KNOWN);
        if (known)
            *known = '\0';
        if (cases[i].bad)
            is_str(err.seen, cases[i].bad, cases[i].bad);
        cbor_decref(&value);
    }
    patterns();
    long_faults();
    tells_what_is_known();
    is_int((long long)(undocumented(rpa_schema_manifest) +
                       undocumented(rpa_schema_map) +
                       undocumented(conf)),
           0, "rows without a line for the manual");
    return tap_done();
}
