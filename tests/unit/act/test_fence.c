/* What is a commit act, and what stops one. */
#include "priv.h"
#include "tap.h"
#include "unit/of_json.h"

static const char setup[] =
    "{'navigation':[{'screen':'MAIN MENU','keys':['Enter','PF3']},"
    "{'screen':'FORM','keys':['PF3']},{'path':'/search','methods':['POST']},"
    "{'screen':'ODD','keys':'Enter'}]}";

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
    { "FORM", "", true },
};

static const struct {
    const char *method, *path;
    bool commits;
} requests[] = {
    { "GET", "/anything", false },  { "HEAD", "/", false },
    { "POST", "/search", false },   { "POST", "/search/", true },
    { "POST", "/search/x", true },  { "PUT", "/search", true },
    { "DELETE", "/search", true },  { "PATCH", "/", true },
    { "get", "/", true },           { "OPTIONS", "/", true },
};

static void many(struct rpa_driver *d)
{
    struct window *w = &d->windows[0];
    struct rpa_err err;
    char label[8];
    for (int i = 0; i < 40; i++) {
        snprintf(label, sizeof label, "f%d", i);
        fence_doubt(d, w, label, 0);
    }
    for (int i = 0; i < 40; i++) {
        snprintf(label, sizeof label, "f%d", i);
        fence_proved(d, w, label, 0);
    }
    is_int(fence_check(d, &err), -RPA_EUNPROVED,
           "more doubts than can be kept stay");
    fence_next_item(d);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "also for the next item");
    d->ndoubts = 0;
}

/* What the window showed when the item began, when the field was typed, and
 * when the next item begins. */
static const struct {
    const char *home, *typed, *now;
    bool forgotten;
} moves[] = {
    { "MENU", "FORM 1", "MENU", true },
    { "MENU", "FORM 1", "FORM 1", false },
    { "MENU", "FORM 1", "FORM 2", false }, /* the same record */
    { "MENU", "FORM 1", NULL, false },
    { "MENU", "MENU", "MENU", false },
    { "FORM 1", "FORM 1", "FORM 1", false },
    { NULL, "FORM 1", "MENU", false },
    { NULL, NULL, NULL, false },
    { "MENU", NULL, "MENU", true },
};

static void next_item(struct rpa_driver *d)
{
    struct window *w = &d->windows[0];
    struct rpa_err err;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        *w = (struct window){ .id = 7, .home = moves[i].home,
                              .shown = moves[i].typed };
        fence_doubt(d, w, "Surname", 0);
        w->shown = moves[i].now;
        fence_next_item(d);
        fence_next_item(d); /* another name does not help either */
        ok(fence_check(d, &err) == (moves[i].forgotten ? 0 : -RPA_EUNPROVED),
           "begun on %s, typed on %s, then on %s",
           moves[i].home ? moves[i].home : "none",
           moves[i].typed ? moves[i].typed : "none",
           moves[i].now ? moves[i].now : "none");
        d->ndoubts = 0;
    }
    *w = (struct window){ .id = 7, .home = "MENU", .shown = "FORM 1" };
    fence_doubt(d, w, "Surname", 0);
    w->shown = "FORM 2";
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED,
           "a field of that name on another screen is another field");
    w->id = 8;
    fence_next_item(d);
    is_int(fence_check(d, &err), 0, "a window that has closed took it along");
    ok(!w->home, "and the next item has a first screen of its own");
    d->ndoubts = 0;
}

static void doubts(struct rpa_driver *d)
{
    struct window *w = &d->windows[0];
    struct rpa_err err = { 0 };
    is_int(fence_check(d, &err), 0, "nothing typed yet");
    fence_doubt(d, w, "Surname", 0);
    fence_doubt(d, w, "Surname", 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "a field in doubt");
    ok(strstr(err.msg, "'Surname'") != NULL, "it is named");
    fence_doubt(d, w, "Town", 0);
    fence_proved(d, w, "Town", 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED,
           "the proof of another does not speak for it");
    fence_proved(d, w, "Surname", 1);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "nor that of another line");
    fence_proved(d, w, "Surname", 0);
    is_int(fence_check(d, &err), 0, "its own does");
    fence_doubt(d, w, FENCE_CURSOR, 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "text at the cursor");
    fence_proved(d, w, "Town", 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "no field speaks for it");
    fence_proved(d, w, FENCE_CURSOR, 0);
    is_int(fence_check(d, &err), 0, "its own echo does");
    fence_doubt(d, w, FENCE_EDITED, 0);
    fence_proved(d, w, "Town", 0);
    fence_proved(d, w, FENCE_CURSOR, 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED,
           "nothing speaks for a field changed by a key");
    d->ndoubts = 0;
    many(d);
    next_item(d);
}

int main(void)
{
    struct rpa_driver d = { .setup = of_json(setup), .nwindows = 1,
                            .windows = { { .id = 7 } } };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        ok(fence_key_commits(&d, keys[i].title, keys[i].key) ==
               keys[i].commits,
           "%s on %s %s", keys[i].key, keys[i].title ? keys[i].title : "none",
           keys[i].commits ? "commits" : "does not commit");
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        ok(fence_request_commits(&d, requests[i].method, requests[i].path) ==
               requests[i].commits,
           "%s %s %s", requests[i].method, requests[i].path,
           requests[i].commits ? "commits" : "does not commit");
    doubts(&d);
    cbor_decref(&d.setup);
    d.setup = of_json("{}");
    ok(fence_key_commits(&d, "MAIN MENU", "Enter"),
       "a bot that declares nothing is fenced everywhere");
    cbor_decref(&d.setup);
    return tap_done();
}
