/* A force's overlay on a screen map: what the merged map says, and what is no
 * overlay of it. */
#include "rpa/config/cbor_json.h"
#include "rpa/config/overlay.h"
#include "tap.h"
#include "unit/of_json.h"

#define HEAD "'repertoire':'latin1','words':{'cancel':'F3'},'record':['A','B']"
#define A                                                                      \
    "{'title':'A','col':9,'idle':true,'fields':[{'label':'x','width':1},"      \
    "{'label':'y','width':2,'upper':true}]}"
#define B "{'title':'BB','name':'B','fields':[{'label':'z','width':3}]}"
#define C "{'title':'C','tables':[{'name':'t'}]}"
#define BASE "{" HEAD ",'screens':[" A "," B "," C "]}"

static const struct {
    const char *name, *over, *want;
} good[] = {
    { "nothing else", "{'base':'b'}", BASE },
    { "what is of the whole map",
      "{'base':'b','repertoire':'cp1146','mode_at':{'row':1,'col':2}}",
      "{'words':{'cancel':'F3'},'record':['A','B'],'repertoire':'cp1146',"
      "'mode_at':{'row':1,'col':2},'screens':[" A "," B "," C "]}" },
    { "another title: the name stays",
      "{'base':'b','screens':[{'name':'A','title':'Q','col':5}]}",
      "{" HEAD ",'screens':[{'idle':true,'title':'Q','col':5,'name':'A',"
      "'fields':[{'label':'x','width':1},{'label':'y','width':2,'upper':true}]}"
      "," B "," C "]}" },
    { "and its place is another one",
      "{'base':'b','screens':[{'name':'A','title':'Q'}]}",
      "{" HEAD ",'screens':[{'idle':true,'title':'Q','name':'A',"
      "'fields':[{'label':'x','width':1},{'label':'y','width':2,'upper':true}]}"
      "," B "," C "]}" },
    { "a field, wherever it stands",
      "{'base':'b','fields':[{'label':'z','text':'Zed','width':9}]}",
      "{" HEAD ",'screens':[" A ",{'title':'BB','name':'B','fields':["
      "{'label':'z','text':'Zed','width':9}]}," C "]}" },
    { "fields in another order, from another screen, and a new one",
      "{'base':'b','screens':[{'name':'A','order':['z','x','new']},"
      "{'name':'B','order':['y']}],'fields':[{'label':'new','width':4}]}",
      "{" HEAD ",'screens':[{'title':'A','col':9,'idle':true,'fields':["
      "{'label':'z','width':3},{'label':'x','width':1},"
      "{'label':'new','width':4}]},{'title':'BB','name':'B','fields':["
      "{'label':'y','width':2,'upper':true}]}," C "]}" },
    { "labels, of whatever field, also one that is described",
      "{'base':'b','labels':{'z':'Zed','x':'Ex'},"
      "'fields':[{'label':'z','text':'no','width':9}],"
      "'screens':[{'name':'A','navigation':['F3']}]}",
      "{" HEAD ",'screens':[{'title':'A','col':9,'idle':true,'fields':["
      "{'label':'x','text':'Ex','width':1},{'label':'y','width':2,'upper':true}]},"
      "{'title':'BB','name':'B','fields':[{'label':'z','width':9,'text':'Zed'}]},"
      C "]}" },
    { "a screen more, one less",
      "{'base':'b','gone':['C'],'screens':[{'name':'D','title':'DD',"
      "'order':['x']}]}",
      "{" HEAD ",'screens':[" A "," B ",{'title':'DD','name':'D','fields':["
      "{'label':'x','width':1}]}]}" },
    { "words are the force's alone", "{'base':'b','words':{'new':'N'}}",
      "{'repertoire':'latin1','record':['A','B'],'words':{'new':'N'},"
      "'screens':[" A "," B "," C "]}" },
};

static const struct {
    const char *over, *bad;
} wrong[] = {
    { "{'base':'b','gone':['Q']}", "gone: the base has no screen 'Q'" },
    { "{'base':'b','screens':[{'name':'A','order':['q']}]}",
      "order: no field is called 'q'" },
    { "{'base':'b','fields':[{'label':'q','width':1}]}",
      "fields: 'q' stands on no screen" },
    { "{'base':'b','labels':{'q':'Q'}}", "labels: 'q' stands on no screen" },
    { "{'base':'b','gone':['B'],'fields':[{'label':'z','width':1}]}",
      "fields: 'z' stands on no screen" },
    { "{'base':'b','screens':[{'col':1}]}", "screens[1] has no name" },
};

/* as JSON with its keys sorted */
static char *said(const cbor_item_t *item)
{
    json_t *json = item ? cbor_json(item) : json_null();
    char *text = json_dumps(json, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    json_decref(json);
    return text;
}

/* frees both */
static void same(cbor_item_t *got, cbor_item_t *want, const char *name)
{
    char *is = said(got), *should = said(want);
    is_str(is, should, name);
    free(is);
    free(should);
    rpa_msg_free(&got);
    rpa_msg_free(&want);
}

static void merged(void)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct rpa_err err = { 0 };
        cbor_item_t *base = of_json(BASE), *over = of_json(good[i].over);
        cbor_item_t *map = NULL;
        if (rpa_overlay_merge(base, over, &map, &err) < 0)
            printf("# %s\n", err.msg);
        same(map, of_json(good[i].want), good[i].name);
        rpa_msg_free(&over);
        rpa_msg_free(&base);
    }
}

static void refused(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct rpa_err err = { 0 };
        cbor_item_t *base = of_json(BASE), *over = of_json(wrong[i].over);
        cbor_item_t *map = NULL;
        is_int(rpa_overlay_merge(base, over, &map, &err), -RPA_EINVAL,
               "no overlay of it");
        is_str(err.msg, wrong[i].bad, "and what is wrong");
        ok(!map, "and no map");
        rpa_msg_free(&over);
        rpa_msg_free(&base);
    }
}

static void navigation(void)
{
    static const char *const cases[][4] = { /* the last: what the map is, if more */
        { "{'name':'b','navigation':[{'screen':'A','keys':['F3']}]}",
          "{'screens':[{'name':'B'},{'name':'A','navigation':['F12']}]}",
          "{'name':'b','navigation':[{'screen':'A','keys':['F3']},"
          "{'screen':'A','keys':['F12']}]}" },
        { "{'name':'b'}", "{}", "{'name':'b'}" },
        /* the last of a record: what files it there is none */
        { "{'navigation':[{'screen':'A','keys':['enter','F3']},"
          "{'screen':'B','keys':['Enter']},{'screen':'A','clicks':['x']}]}",
          "{'record':['B','A']}",
          "{'navigation':[{'screen':'A','keys':['F3']},"
          "{'screen':'B','keys':['Enter']},{'screen':'A','clicks':['x']}]}" },
        { "{'navigation':[{'screen':'A','keys':['Enter','F3']}]}",
          "{'record':['A'],'screens':[{'name':'A','go_on':'F3'}]}",
          "{'navigation':[{'screen':'A','keys':['Enter']}]}" },
        { "{'navigation':[{'screen':'A','keys':['Enter']}]}",
          "{'record':['A'],'screens':[{'name':'A','navigation':['Enter']}]}",
          "{'navigation':[{'screen':'A','keys':[]},{'screen':'A','keys':['Enter']}]}" },
        { "{'navigation':[{'screen':'A','keys':['F8','Return']}]}", "{'record':['A']}",
          "{'navigation':[{'screen':'A','keys':['Return']}]}",
          "{'record':['A'],'screens':[{'name':'A','go_on':'F8'}]}" },
        { "{'navigation':[{'screen':'A','keys':['Return']}]}", "{'record':['A']}",
          "{'navigation':[{'screen':'A','keys':[]}]}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_err err = { 0 };
        cbor_item_t *written = of_json(cases[i][0]), *all = NULL;
        cbor_item_t *over = of_json(cases[i][1]);
        cbor_item_t *map = of_json(cases[i][cases[i][3] ? 3 : 1]);
        is_int(rpa_overlay_manifest(written, over, map, &all, &err), 0, "a manifest");
        same(all, of_json(cases[i][2]), "its navigation behind the manifest's");
        rpa_msg_free(&map);
        rpa_msg_free(&over);
        rpa_msg_free(&written);
    }
}

int main(void)
{
    merged();
    refused();
    navigation();
    return tap_done();
}
