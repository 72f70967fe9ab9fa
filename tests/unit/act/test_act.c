/* The argument check, on acts of the real table; and the table itself. */
#include "rpa/act/act.h"
#include "tap.h"
#include "unit/of_json.h"

#define LONG                                                                   \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"   \
    "aaaaaaaaa" /* 81 */

static const struct {
    const char *act, *args;
    const char *bad; /* part of the sentence; NULL: fine */
} cases[] = {
    { "screen.read", "{'window':1}", NULL },
    { "screen.read", "{'window':4294967295}", NULL },
    { "screen.read", "{'window':4294967296}", "'window' wants something" },
    { "screen.read", "{'window':-1}", "'window' wants a whole number >= 0" },
    { "screen.read", "{'window':1.5}", "'window' wants a whole number" },
    { "screen.read", "{'window':'1'}", "'window' wants a whole number" },
    { "screen.read", "{'window':null}", "'window' wants a whole number" },
    { "screen.read", "{}", "'window' is missing" },
    { "screen.read", "{'windw':1}", "it takes no 'windw'; 'window' is missing" },
    { "field.set", "{'window':1,'label':'A','value':''}", NULL },
    { "field.set", "{'window':1,'label':'A','value':'x','line':100}",
      "'line' wants something smaller" },
    { "field.set", "{'window':1,'label':'" LONG "','value':'x'}",
      "'label' wants something smaller" },
    { "field.set", "{'window':'x','label':1,'value':[]}",
      "'window' wants a whole number >= 0; 'label' wants a text; 'value' wants "
      "a text" },
    { "screen.wait", "{'window':1,'any':[]}", NULL },
    { "screen.wait", "{'window':1,'any':{}}", "'any' wants a list" },
    { "window.place", "{'window':1,'x':0,'y':0,'width':1,'height':1}", NULL },
    { "window.place", "{'window':1,'width':0,'height':1}",
      "'width' wants a whole number >= 1" },
    { "window.place", "{'window':1,'width':1,'height':0}",
      "'height' wants a whole number >= 1" },
    { "window.place", "{'window':1,'width':1,'height':-5}",
      "'height' wants a whole number >= 1" },
    { "http.request", "{'method':'GET','url':'u','headers':[]}", NULL },
    { "http.request", "{'method':'GET','url':'u','headers':['x']}",
      "'headers' wants a table" },
    { "http.request", "{'method':'GET','url':'u','headers':{'a':'b'}}", NULL },
    { "run.end", "{'ok':true}", NULL },
    { "run.end", "{'ok':1}", "'ok' wants true or false" },
    { "run.info", "{}", NULL },
    { "run.info", "{'x':1}", "it takes no 'x'" },
};

static void check_one(size_t i)
{
    struct rpa_err err = { 0 };
    const struct rpa_act *act = rpa_act_find(cases[i].act,
                                             strlen(cases[i].act));
    cbor_item_t *args = of_json(cases[i].args);
    int r = rpa_act_check(act, args, &err);
    bool fits = cases[i].bad ? r == -RPA_EINVAL && strstr(err.msg, cases[i].bad)
                             : r == 0;
    ok(fits, "%s %.50s: %s", cases[i].act, cases[i].args,
       cases[i].bad ? cases[i].bad : "fine");
    if (!fits)
        printf("# %d %s\n", r, err.msg);
    cbor_decref(&args);
}

/* what the manual, the stubs and the check live on */
static void whole_table(void)
{
    const struct rpa_act *act;
    size_t n = 0;
    for (; (act = rpa_act_at(n)); n++) {
        bool named = true;
        size_t args = 0;
        for (; args < RPA_ARGS_MAX && act->args[args].name; args++)
            named = named && (act->args[args].most > 0 ||
                              act->args[args].type == RPA_ARG_BOOL);
        ok(act->doc && strlen(act->doc) > 8 && strlen(act->doc) < 60,
           "%s has a doc line", act->name);
        ok(named, "%s: each of its %zu arguments has a limit", act->name, args);
        ok(rpa_act_find(act->name, strlen(act->name)) == act,
           "%s is the only one of its name", act->name);
    }
    ok(n > 15 && !rpa_act_at(n + 1) && !rpa_act_at((size_t)-1), "the end");
    ok(!rpa_act_find("field.se", 8) && !rpa_act_find("field.set2", 10) &&
           !rpa_act_find("", 0) && rpa_act_find("field.setx", 9),
       "names are whole");
    ok(!rpa_act_find("secret.use", 10), "a bot cannot ask for a secret's value");
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_one(i);
    cbor_item_t *args = rpa_cbor_map();
    rpa_msg_put_bytes(args, "text", "\xff\0", 2);
    rpa_msg_put_str(args, "level", "info");
    ok(rpa_act_check(rpa_act_find("log", 3), args, NULL) == 0,
       "bytes stand for a text");
    cbor_decref(&args);
    whole_table();
    return tap_done();
}
