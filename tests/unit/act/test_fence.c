/* What is a commit act, and what stops one. */
#include "http.h"
#include "priv.h"
#include "tap.h"
#include "unit/of_json.h"

static const char setup[] =
    "{'navigation':[{'screen':'MAIN MENU','keys':['Enter','PF3']},"
    "{'screen':'FORM','keys':['PF3','F6']},{'url':'https://h:8443/search/{id}','methods':['POST']},"
    "{'url':'https://h/','methods':['POST']},"
    "{'screen':'ODD','keys':'Enter'},"
    "{'screen':'FORM','keys':['alt+f e','alt+f s','F6 e']}]}";

static const struct {
    const char *title, *key;
    bool commits;
} keys[] = {
    { "MAIN MENU", "Enter", false }, { "MAIN MENU", "ENTER", false },
    { "MAIN MENU", "PF1", true },    { "FORM", "Enter", true },
    { "FORM", "PF3", false },        { "FORM", "PF33", true },
    { "FORM", "PF", true },          { "form", "PF3", true },
    { "OTHER", "Enter", true },      { NULL, "Enter", true },
    { NULL, "Tab", false },          { NULL, "shift+Tab", false },
    { "FORM", "BackSpace", false },  { "FORM", "ctrl+Delete", true },
    { "FORM", "a", true },           { "ODD", "Enter", true },
    { "FORM", "", true },            { "FORM", "F6", true },
    /* a menu is one key; the map's word on it, or on what opens it, goes before */
    { "FORM", "alt+f e", false },    { "FORM", "alt+f s", true },
    { "FORM", "F6 e", true },        { "FORM", "alt+f x", true },
};

static const struct {
    struct exchange x;
    bool commits;
} requests[] = {
#define TO(method_, host_, port_, tls_, path_)                                 \
    { .method = method_, .host = host_, .port = port_, .tls = tls_, .path = path_ }
    { TO("GET", "o", 80, false, "/anything"), false },
    { TO("HEAD", "o", 80, false, "/"), false },
    { TO("POST", "h", 8443, true, "/search/7"), false },
    { TO("POST", "h", 8443, true, "/search"), true },
    { TO("POST", "h", 8443, true, "/search/"), true },
    { TO("POST", "h", 8443, true, "/search/7/x"), true },
    { TO("POST", "h", 8443, false, "/search/7"), true },
    { TO("POST", "h", 443, true, "/search/7"), true },
    { TO("POST", "o", 8443, true, "/search/7"), true },
    { TO("POST", "h", 443, true, "/"), false },
    { TO("PUT", "h", 8443, true, "/search/7"), true },
    { TO("DELETE", "h", 8443, true, "/search/7"), true },
    { TO("PATCH", "h", 443, true, "/"), true },
    { TO("get", "h", 443, true, "/"), true },
    { TO("OPTIONS", "h", 443, true, "/"), true },
};

static void many(struct rpa_driver *d)
{
    struct window *w = &d->windows[0];
    struct rpa_err err;
    char label[8];
    for (int i = 0; i < 40; i++) {
        snprintf(label, sizeof label, "f%d", i);
        fence_doubt(d, w, NULL, label, 0);
    }
    for (int i = 0; i < 40; i++) {
        snprintf(label, sizeof label, "f%d", i);
        fence_proved(d, w, label, 0);
    }
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED,
           "more doubts than can be kept stay");
    fence_next_item(d);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED, "also for the next item");
    d->ndoubts = 0;
}

/* Where a field was typed and not proved, and what the window shows then. */
static const struct {
    const char *typed, *now;
    bool forgotten;
} moves[] = {
    { "FORM 1", "MENU", true },    { "FORM 1", "ACCEPTED", true },
    { "FORM 1", "FORM 1", false }, { "FORM 1", "FORM 2", false },
    { "FORM 2", "FORM 1", false }, /* the same record, whoever began where */
    { "FORM 1", NULL, false },     { "FORM 1", "OTHER", false },
    { "MENU", "MENU", false },     { NULL, "MENU", true },
    { NULL, NULL, false },
};

static void leaving(struct rpa_driver *d)
{
    struct window *w = &d->windows[0];
    struct rpa_err err;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        const char *typed = moves[i].typed, *now = moves[i].now;
        *w = (struct window){ .id = 7, .shown = typed };
        fence_doubt(d, w, NULL, "Surname", 0);
        fence_next_item(d); /* another name does not help */
        w->shown = now;
        fence_seen(d, w);
        fence_next_item(d);
        ok(fence_check(d, NULL, NULL, NULL, &err) == (moves[i].forgotten ? 0 : -RPA_EUNPROVED),
           "typed on %s, then on %s", typed ? typed : "none",
           now ? now : "none");
        d->ndoubts = 0;
    }
    *w = (struct window){ .id = 7, .shown = "FORM 1" };
    fence_doubt(d, w, NULL, "Surname", 0);
    struct window other = { .id = 9, .shown = "MENU" };
    fence_seen(d, &other);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED,
           "another window's menu says nothing of this one");
    w->shown = "FORM 2";
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED,
           "a field of that name on another screen is another field");
    w->id = 8;
    fence_next_item(d);
    is_int(fence_check(d, NULL, NULL, NULL, &err), 0, "a window that has closed took it along");
    d->ndoubts = 0;
}

static void doubts(struct rpa_driver *d)
{
    struct window *w = &d->windows[0];
    struct rpa_err err = { 0 };
    is_int(fence_check(d, NULL, NULL, NULL, &err), 0, "nothing typed yet");
    fence_doubt(d, w, NULL, "Surname", 0);
    fence_doubt(d, w, NULL, "Surname", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED, "a field in doubt");
    ok(strstr(err.msg, "'Surname'") != NULL, "it is named");
    fence_doubt(d, w, NULL, "Town", 0);
    fence_proved(d, w, "Town", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED,
           "the proof of another does not speak for it");
    fence_proved(d, w, "Surname", 1);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED, "nor that of another line");
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), 0, "its own does");
    *w = (struct window){ .id = 7, .shown = NULL };
    fence_doubt(d, w, NULL, "Surname", 0);
    w->shown = "FORM 1";
    ok(!fence_doubts(d, w, "Town") && fence_doubts(d, w, "Surname"), "it alone is in doubt");
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), 0,
           "a screen that was not known yet may have become this one");
    fence_doubt(d, w, "FORM 2", "Surname", 0);
    fence_doubt(d, w, NULL, "Town", 0);
    ok(!fence_doubts(d, w, "Surname"), "a field of another screen is another one");
    fence_proved(d, w, "Town", 0);
    w->shown = "FORM 2";
    ok(fence_doubts(d, w, "Surname"), "until that is shown");
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), 0, "and proved");
    fence_doubt(d, w, "FORM 1", "Surname", 0);
    fence_retitled(d, w, "FORM 1", "FORM 2", "Town");
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED,
           "a field under another title is proved there");
    fence_retitled(d, w, "FORM 1", "FORM 2", "Surname");
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), 0, "or here, if it is the same");
    *w = (struct window){ .id = 7 };
    fence_doubt(d, w, NULL, FENCE_CURSOR, 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED, "text at the cursor");
    fence_proved(d, w, "Town", 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED, "no field speaks for it");
    fence_proved(d, w, FENCE_CURSOR, 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), 0, "its own echo does");
    fence_doubt(d, w, NULL, FENCE_EDITED, 0);
    fence_proved(d, w, "Town", 0);
    fence_proved(d, w, FENCE_CURSOR, 0);
    is_int(fence_check(d, NULL, NULL, NULL, &err), -RPA_EUNPROVED,
           "nothing speaks for a field changed by a key");
    d->ndoubts = 0;
    many(d);
    leaving(d);
}

int main(void)
{
    struct rpa_driver d = { .setup = of_json(setup), .nwindows = 1,
                            .windows = { { .id = 7 } } };
    cbor_item_t *map = of_json("{'screens':[{'title':'MENU','idle':true},"
                               "{'title':'FORM','commit':['F6','alt+f s']},{'title':'FORM 1'},{'title':'FORM 2'},"
                               "{'title':'ACCEPTED','idle':true}]}");
    struct rpa_err err;
    if (rpa_target_new(map, &d.target, &err) < 0)
        return 1;
    cbor_decref(&map);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        ok(fence_key_commits(&d, keys[i].title, keys[i].key) ==
               keys[i].commits,
           "%s on %s %s", keys[i].key, keys[i].title ? keys[i].title : "none",
           keys[i].commits ? "commits" : "does not commit");
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        ok(fence_request_commits(&d, &requests[i].x) == requests[i].commits,
           "%s %s %s", requests[i].x.method, requests[i].x.path,
           requests[i].commits ? "commits" : "does not commit");
    doubts(&d);
    cbor_decref(&d.setup);
    d.setup = of_json("{}");
    ok(fence_key_commits(&d, "MAIN MENU", "Enter"),
       "a bot that declares nothing is fenced everywhere");
    rpa_target_free(d.target);
    cbor_decref(&d.setup);
    return tap_done();
}
