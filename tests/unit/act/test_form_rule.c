/* What a screen map may say of a form. */
#include "form.h"
#include "tap.h"
#include "unit/of_json.h"

#define AT "'at':{'x':1,'y':2,'w':30,'h':4}"
#define FORM(what, fields)                                                     \
    "{'screens':[{'title':'F','toolkit':'tk'," what "'fields':[" fields "]}]}"

static const struct {
    const char *map, *want; /* NULL: it is fine */
} cases[] = {
    { FORM("", "{'label':'A','width':5," AT "}"), NULL },
    { FORM("'copy':'ctrl+c',", "{'label':'A','width':5," AT "}"), NULL },
    { FORM("'copy':'Enter',", "{'label':'A','width':5," AT "}"), "ctrl+c" },
    { FORM("", "{'label':'A','width':5}"), "wants at" },
    { FORM("", "{'label':'A','width':5,'at':{'x':1,'y':2,'w':0,'h':4}}"),
      "wants at" },
    { FORM("", "{'label':'A','kind':'knob'," AT "}"), "kind is" },
    { FORM("", "{'label':'A','kind':'button'," AT "}"), NULL },
    { FORM("", "{'label':'A','kind':'tick'," AT ",'on':['fa422022ae9db5c3']}"),
      NULL },
    { FORM("", "{'label':'A','kind':'tick'," AT ",'on':['fa42']}"), "looks" },
    { FORM("", "{'label':'A','kind':'tick'," AT ",'on':['xa422022ae9db5c3']}"),
      "looks" },
    { FORM("", "{'label':'A','kind':'pick'," AT "}"), "choices" },
    { FORM("", "{'label':'A','kind':'pick'," AT ",'choices':[{'looks':[]}]}"),
      "a value" },
    { FORM("", "{'label':'A','kind':'pick'," AT ",'choices':[{'value':'a',"
               "'looks':['fa422022ae9db5c3']},{'value':'b','looks':["
               "'0000000000000001','fa422022ae9db5c3']}]}"),
      "one look for two" },
    { FORM("", "{'label':'A','kind':'tick'," AT ",'on':['fa422022ae9db5c3'],"
               "'off':['fa422022ae9db5c3']}"),
      "one look for two" },
    { FORM("'size':{'w':1},", ""), "w and h" },
    { "{'screens':[{'title':'F','toolkit':'swing','fields':[]}]}", "toolkit" },
};

/* dialogs of one title, or of none */
static void by_size(void)
{
    static const struct {
        const char *title;
        int w, h;
        const char *screen; /* NULL: no form */
    } windows[] = {
        { "", 10, 20, "Overwrite" }, { "", 11, 20, "Lost" },
        { "", 12, 20, "Other" },     { "Crime", 10, 20, "Crime" },
        { "Crimes", 10, 20, NULL },
    };
    cbor_item_t *map = of_json(
        "{\"screens\":[{\"title\":\"Overwrite\",\"window\":\"\",\"toolkit\":\"gtk3\","
        "\"size\":{\"w\":10,\"h\":20}},{\"title\":\"Lost\",\"window\":\"\","
        "\"toolkit\":\"gtk3\",\"size\":{\"w\":11,\"h\":20}},{\"title\":\"Other\","
        "\"window\":\"\",\"toolkit\":\"gtk3\"},{\"title\":\"Crime\",\"toolkit\":\"gtk3\","
        "\"size\":{\"w\":9,\"h\":9}}]}");
    struct rpa_target *t = NULL;
    struct rpa_err err;
    is_int(rpa_target_new(map, &t, &err), 0, "forms of one title");
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        struct rpa_window_info info = { .width = windows[i].w,
                                        .height = windows[i].h };
        char mode[8];
        strcpy(info.title, windows[i].title);
        const struct form_rule *f = form_rule_in(target_forms(t), &info, mode,
                                                 sizeof mode);
        is_str(f ? f->title : "none",
               windows[i].screen ? windows[i].screen : "none", "by its size");
    }
    rpa_target_free(t);
    rpa_msg_free(&map);
}

int main(void)
{
    struct rpa_target *t = NULL;
    struct rpa_err err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cbor_item_t *map = of_json(cases[i].map);
        int r = rpa_target_new(map, &t, &err);
        if (!cases[i].want)
            ok(r == 0, "%s", cases[i].map);
        else
            ok(r == -RPA_EINVAL && strstr(err.msg, cases[i].want), "%s",
               r < 0 ? err.msg : cases[i].map);
        if (r == 0)
            rpa_target_free(t);
        rpa_msg_free(&map);
    }
    cbor_item_t *map = of_json(cases[1].map);
    is_int(rpa_target_new(map, &t, &err), 0, "a form");
    const struct form_rule *form = form_rule_called(target_forms(t), "F");
    ok(form && !form_rule_called(target_forms(t), "G"), "is found by its window's title");
    is_str(form->toolkit.keys.copy, "ctrl+c", "copies");
    is_str(form->toolkit.keys.select_all, "ctrl+/", "selects as its toolkit");
    const struct form_field *a = form_rule_field(form, "A");
    ok(a && a->at.x == 1 && a->at.h == 4 && !a->multi, "its field");
    ok(!form_rule_field(form, "B"), "no other");
    rpa_target_free(t);
    rpa_msg_free(&map);
    by_size();
    return tap_done();
}
