/* Data files: every fault is told, with the place it is at. */
#include "rpa/schema.h"
#include "tap.h"
#include "unit/of_json.h"

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
      "app.argv wants texts only" },
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
    { rpa_schema_conf, "{'purpose_required':true,'targets':{'a':{'mode':"
                       "'LIVE'}}}",
      NULL },
    { rpa_schema_conf, "{'stat':'/x'}", "stat is not known" },
};

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
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_err err = { 0 };
        cbor_item_t *value = of_json(cases[i].value);
        int r = rpa_schema_check(cases[i].rows, "f", value, &err);
        ok(r == (cases[i].bad ? -RPA_EINVAL : 0), "%s", cases[i].value);
        if (cases[i].bad)
            is_str(err.seen, cases[i].bad, cases[i].bad);
        cbor_decref(&value);
    }
    long_faults();
    is_int((long long)(undocumented(rpa_schema_manifest) +
                       undocumented(rpa_schema_map) +
                       undocumented(rpa_schema_conf)),
           0, "rows without a line for the manual");
    return tap_done();
}
