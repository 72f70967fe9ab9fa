/* What rpa.conf says of a bot's target: all files count, and what they do not
 * agree on is an error. */
#include "rpa/config/policy.h"
#include "tap.h"
#include "unit/of_json.h"

#define BOT                                                                    \
    "{'name':'b','target':'crs','mode':'DEMO','windows':['Crime Recording'],"  \
    "'http':['src:8080'],'app':{'argv':['x3270','-xrm','a.b: c','crs:3270']}}"
#define MAP "{'repertoire':'cp1146','folds':{'ŵ':'w'},'mode_at':{'row':1,'col':76}}"

static const struct {
    const char *name, *manifest, *map;
    const char *confs[2]; /* what stands in targets.crs; NULL: no file */
    int code;
    const char *bad; /* part of what is told; NULL: fine */
} cases[] = {
    { "no file", BOT, MAP, { NULL, NULL }, 0, NULL },
    { "an empty target", BOT, MAP, { "{}", NULL }, 0, NULL },
    { "all of it", BOT, MAP,
      { "{'mode':'DEMO','windows':['Crime'],'hosts':['src:*','crs:3270'],"
        "'repertoire':'cp1146','folds':{'ŵ':'w','Ł':'L'},'mode_at':{'row':1,"
        "'col':76},'budget':{'per_minute':9},'outage':['02:00-03:00']}",
        NULL },
      0, NULL },
    { "another mode", BOT, MAP, { "{'mode':'LIVE'}", NULL }, RPA_EPERM,
      "this bot runs in mode DEMO, but the target crs is LIVE" },
    { "another mode, in the other file", BOT, MAP,
      { "{'mode':'DEMO'}", "{'mode':'LIVE'}" }, RPA_EPERM, "crs is LIVE" },
    { "a window that is not its", BOT, MAP, { "{'windows':['Custody']}", NULL },
      RPA_EPERM, "windows: 'Crime Recording' is not among the target's windows" },
    { "a window that says more", BOT, MAP,
      { "{'windows':['Crime Recording - LIVE']}", NULL }, RPA_EPERM,
      "'Crime Recording' is not" },
    { "no window at all", BOT, MAP, { "{'windows':[]}", NULL }, RPA_EPERM,
      "'Crime Recording' is not" },
    { "two files, both must", BOT, MAP,
      { "{'windows':['Crime']}", "{'windows':['Custody']}" }, RPA_EPERM,
      "'Crime Recording' is not" },
    { "another port", BOT, MAP, { "{'hosts':['src:81','crs:3270']}", NULL },
      RPA_EPERM, "http: 'src:8080' is not among the target's hosts" },
    { "the application's host", BOT, MAP, { "{'hosts':['src:8080']}", NULL },
      RPA_EPERM, "argv: 'crs:3270' is not among the target's hosts" },
    { "all that it may not, at once", BOT, MAP,
      { "{'mode':'LIVE','windows':['A'],'hosts':['B']}", NULL }, RPA_EPERM,
      "crs is LIVE; windows: 'Crime Recording' is not among the target's "
      "windows; http: 'src:8080' is not among the target's hosts; argv: "
      "'crs:3270' is not among" },
    { "another code page", BOT, MAP, { "{'repertoire':'latin1'}", NULL },
      RPA_EINVAL, "repertoire: rpa.conf and the screen map differ" },
    { "another fold", BOT, MAP, { "{'folds':{'ŵ':'v'}}", NULL }, RPA_EINVAL,
      "folds: rpa.conf and the screen map differ in 'ŵ'" },
    { "another place", BOT, MAP, { "{'mode_at':{'row':2,'col':76}}", NULL },
      RPA_EINVAL, "mode_at: rpa.conf and the screen map differ" },
    { "all that differs, at once", BOT, MAP,
      { "{'repertoire':'latin1','folds':{'ŵ':'v'}}", NULL }, RPA_EINVAL,
      "map differ; folds:" },
    { "two files that differ, without a map", BOT, NULL,
      { "{'repertoire':'latin1'}", "{'repertoire':'ascii'}" }, RPA_EINVAL,
      "repertoire:" },
    { "a fold into what it cannot hold", BOT, MAP,
      { "{'folds':{'Ł':'ł'}}", NULL }, RPA_EINVAL, "cannot hold 'ł'" },
    { "a fold of two characters", BOT, MAP, { "{'folds':{'ab':'c'}}", NULL },
      RPA_EINVAL, "one character" },
    { "a map that is wrong by itself", BOT, "{'keys':{'advance':'Enter'}}",
      { NULL, NULL }, RPA_EINVAL, "might file" },
};

static int read_one(size_t i, bool required, struct rpa_bundle *bundle,
                    struct rpa_policy *p, struct rpa_err *err)
{
    cbor_item_t *confs[3] = { NULL };
    char text[1024];
    *bundle = (struct rpa_bundle){ .manifest = of_json(cases[i].manifest) };
    bundle->map = cases[i].map ? of_json(cases[i].map) : NULL;
    for (int k = 0; k < 2; k++)
        if (cases[i].confs[k]) {
            snprintf(text, sizeof text, "{'targets':{'crs':%s}}",
                     cases[i].confs[k]);
            confs[k] = of_json(text);
        }
    int r = rpa_policy_read(confs, 3, required, NULL, bundle, p, err);
    for (int k = 0; k < 2; k++)
        rpa_msg_free(&confs[k]);
    return r;
}

static void check_one(size_t i)
{
    struct rpa_bundle bundle;
    struct rpa_policy p = { 0 };
    struct rpa_err err = { 0 };
    int r = read_one(i, false, &bundle, &p, &err);
    bool told = !cases[i].bad || strstr(err.msg, cases[i].bad) ||
                strstr(err.seen, cases[i].bad);
    if (!ok(r == -cases[i].code && told, "%s", cases[i].name))
        printf("# %d %s; %s\n", r, err.msg, err.seen);
    rpa_policy_clear(&p);
    rpa_policy_clear(&p);
    rpa_bundle_clear(&bundle);
}

static const struct {
    const char *allowed, *named;
    bool covers;
} hosts[] = {
    { "h", "h", true },          { "h", "h:80", true },
    { "h", "h:443", true },      { "h", "h:8080", false },
    { "h:80", "h:80", true },    { "h:80", "h", false },
    { "h:*", "h", true },        { "h:*", "h:1", true },
    { "h:*", "hh:1", false },    { "h", "hh", false },
    { "hh", "h", false },        { "[::1]:*", "[::1]:23", true },
    { "[::1]", "[::1]:80", true }, { "[::1]:*", "[::2]:23", false },
    { "h:8", "h:80", false },    { "h:80", "h:8", false },
};

/* the map the run gets has what both said */
static void completed(void)
{
    struct rpa_bundle b = { .manifest = of_json(BOT), .map = of_json(MAP) };
    struct rpa_policy p;
    struct rpa_err err = { 0 };
    cbor_item_t *confs[2] = {
        of_json("{'targets':{'crs':{'folds':{'Ł':'L'},'commit_horizon_s':60,"
                "'budget':{'per_minute':9},'outage':['02:00-03:00']}}}"),
        of_json("{'targets':{'crs':{'folds':{'ŷ':'y'},'commit_horizon_s':90,"
                "'budget':{'per_minute':5},'outage':['04:00-05:00']}}}"),
    };
    is_int(rpa_policy_read(confs, 2, true, NULL, &b, &p, &err), 0, "two files");
    const cbor_item_t *folds = rpa_msg_get(b.map, "folds");
    ok(rpa_msg_is(folds, "ŵ", "w") && rpa_msg_is(folds, "Ł", "L") &&
           rpa_msg_is(folds, "ŷ", "y") &&
           rpa_msg_is(b.map, "repertoire", "cp1146"),
       "the folds of all three, and the map's own");
    is_int(p.per_minute, 5, "the smaller budget");
    is_int(p.commit_horizon_s, 90, "the longer horizon");
    is_int((long long)p.noutages, 2, "both outages");
    is_str(p.mode, "DEMO", "the manifest's mode");
    rpa_time at = 1795313700ll * 1000000; /* 2026-11-22 02:15:00 UTC */
    is_int(rpa_policy_check_time(&p, at, &err), -RPA_EENV, "it is down");
    is_str(err.msg, "the target crs is down until 03:00", "and until when");
    is_int(rpa_policy_check_time(&p, at + 3600ll * 1000000, &err), 0,
           "an hour later it is not");
    char after[9];
    rpa_policy_clock(&p, at + p.commit_horizon_s * 1000000, after);
    is_str(after, "02:16:30", "when a look in it tells");
    for (int i = 0; i < 2; i++)
        rpa_msg_free(&confs[i]);
    rpa_policy_clear(&p);
    rpa_bundle_clear(&b);
}

static void required(void)
{
    struct rpa_bundle bundle;
    struct rpa_policy p = { 0 };
    struct rpa_err err = { 0 };
    is_int(read_one(0, true, &bundle, &p, &err), -RPA_EPERM,
           "a target nobody lists, where one must");
    is_str(err.msg, "rpa.conf knows no target 'crs'", "it is named");
    rpa_bundle_clear(&bundle);
    is_int(read_one(1, true, &bundle, &p, &err), 0, "one that is listed");
    rpa_policy_clear(&p);
    rpa_bundle_clear(&bundle);
    cbor_item_t *none[1] = { NULL };
    bundle = (struct rpa_bundle){ .manifest = of_json("{'name':'b'}") };
    is_int(rpa_policy_read(none, 1, true, NULL, &bundle, &p, &err), -RPA_EPERM,
           "a bot without one");
    is_int(rpa_policy_read(none, 1, false, "LIVE", &bundle, &p, &err), 0,
           "fine where none is demanded");
    ok(!strcmp(p.mode, "LIVE") && p.commit_horizon_s == 120 && !bundle.map,
       "a chunk's mode; the usual horizon; no map");
    rpa_policy_clear(&p);
    rpa_bundle_clear(&bundle);
}

static void budget(void)
{
    struct rpa_budget b = { 0 };
    int64_t s = 1000000, now = 500 * s;
    is_int(rpa_budget_wait_us(&b, 0, now), 0, "no limit");
    for (int i = 0; i < 3; i++) {
        is_int(rpa_budget_wait_us(&b, 3, now + i * s), 0, "within the budget");
        rpa_budget_spend(&b, now + i * s);
    }
    is_int(rpa_budget_wait_us(&b, 3, now + 10 * s), 50 * s,
           "the fourth waits until a minute after the first");
    is_int(rpa_budget_wait_us(&b, 3, now + 60 * s), 0, "and no longer");
    rpa_budget_spend(&b, now + 60 * s);
    is_int(rpa_budget_wait_us(&b, 3, now + 60 * s), s,
           "the fifth, after the second");
    for (int i = 0; i < 2 * RPA_BUDGET_MAX; i++)
        rpa_budget_spend(&b, now + 100 * s);
    is_int(rpa_budget_wait_us(&b, RPA_BUDGET_MAX, now + 100 * s), 60 * s,
           "the largest budget");
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_one(i);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        ok(rpa_policy_host_covers(hosts[i].allowed, hosts[i].named) ==
               hosts[i].covers,
           "%s %s %s", hosts[i].allowed,
           hosts[i].covers ? "allows" : "does not allow", hosts[i].named);
    completed();
    required();
    budget();
    return tap_done();
}
