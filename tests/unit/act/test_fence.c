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
    struct rpa_err err;
    char label[8];
    for (int i = 0; i < 40; i++) {
        snprintf(label, sizeof label, "f%d", i);
        fence_doubt(d, label, 0);
    }
    for (int i = 0; i < 40; i++) {
        snprintf(label, sizeof label, "f%d", i);
        fence_proved(d, label, 0);
    }
    is_int(fence_check(d, &err), -RPA_EUNPROVED,
           "more doubts than can be kept stay");
    fence_forget(d);
    is_int(fence_check(d, &err), 0, "until the next item");
}

static void doubts(struct rpa_driver *d)
{
    struct rpa_err err = { 0 };
    is_int(fence_check(d, &err), 0, "nothing typed yet");
    fence_doubt(d, "Surname", 0);
    fence_doubt(d, "Surname", 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "a field in doubt");
    ok(strstr(err.msg, "'Surname'") != NULL, "it is named");
    fence_doubt(d, "Town", 0);
    fence_proved(d, "Town", 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED,
           "the proof of another does not speak for it");
    fence_proved(d, "Surname", 1);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "nor that of another line");
    fence_proved(d, "Surname", 0);
    is_int(fence_check(d, &err), 0, "its own does");
    fence_doubt(d, FENCE_CURSOR, 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "text at the cursor");
    fence_proved(d, "Town", 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED, "no field speaks for it");
    fence_proved(d, FENCE_CURSOR, 0);
    is_int(fence_check(d, &err), 0, "its own echo does");
    fence_doubt(d, FENCE_EDITED, 0);
    fence_proved(d, "Town", 0);
    fence_proved(d, FENCE_CURSOR, 0);
    is_int(fence_check(d, &err), -RPA_EUNPROVED,
           "nothing speaks for a field changed by a key");
    fence_forget(d);
    many(d);
}

int main(void)
{
    struct rpa_driver d = { .setup = of_json(setup) };
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
