/* Configuration without memory: options, rpa.conf, manifests, targets. The
 * evaluation itself is another process: here files mean what stands below. */
#include "rpa/config/eval.h"
#include "rpa/config/options.h"
#include "rpa/config/policy.h"
#include "rpa/config/purpose.h"
#include "unit/oom.h"
#include "unit/of_json.h"
#include "unit/tmpdir.h"

#include <fcntl.h>
#include <sys/stat.h>

#define MANIFEST                                                               \
    "{'name':'b','target':'crs','map':'m','windows':['CRS ${where}'],'http':[" \
    "'${host}:80'],'app':{'argv':['x','${where}${host}']},'set':{'host':"      \
    "'localhost','where':'Bala'}}"
#define MAP "{'repertoire':'cp1146','folds':{'ŵ':'w'},'screens':[{'title':'A'}]}"
#define OVERLAY                                                                \
    "{'base':'base','screens':[{'name':'A','title':'Z','order':['x','y'],"     \
    "'navigation':['F12']}],'fields':[{'label':'x','width':3},{'label':'y',"   \
    "'text':'Y'}],'labels':{'x':'X'}}"
#define TARGETS                                                                \
    "'targets':{'crs':{'windows':['CRS'],'hosts':['localhost'],'repertoire':"  \
    "'cp1146','folds':{'Ł':'L'},'mode_at':{'row':1,'col':2},'outage':["        \
    "'02:00-03:00'],'budget':{'per_minute':9}}}"

static char bot[128];

/* ---- what the files say ---- */

static int evaluated(const char *name, cbor_item_t **ret)
{
    bool was = oom.on;
    oom.on = false;
    *ret = of_json(strstr(name, "bot.lua")   ? MANIFEST
                   : strstr(name, "m.lua")   ? OVERLAY
                   : strstr(name, "base.lua") ? MAP
                   : strstr(name, "bad.conf") ? "{'tmeout':1,'timeout':-1}"
                                             : "{'timeout':5," TARGETS "}");
    oom.on = was;
    return 0;
}

int __wrap_rpa_eval(const char *name, const char *source, size_t len,
                    cbor_item_t **ret, struct rpa_err *err);
int __wrap_rpa_eval_file(const char *path, cbor_item_t **ret,
                         struct rpa_err *err);

int __wrap_rpa_eval(const char *name, const char *source, size_t len,
                    cbor_item_t **ret, struct rpa_err *err)
{
    (void)source;
    (void)len;
    (void)err;
    return evaluated(name, ret);
}

int __wrap_rpa_eval_file(const char *path, cbor_item_t **ret,
                         struct rpa_err *err)
{
    if (!strncmp(path, "/etc", 4))
        return rpa_fail(err, RPA_ENOTFOUND, "no %s", path);
    return evaluated(path, ret);
}

/* ---- the cases ---- */

static const struct {
    const char *value;
    int code;
} schemas[] = {
    { "{'timeout':1," TARGETS "}", 0 },
    { "{'timeout':-1,'targets':{'a':{'mode':'x','hosts':['/']}}}",
      -RPA_EINVAL },
};

static int schema(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    struct rpa_schema rows[RPA_CONF_ROWS];
    cbor_item_t *value = of_json(schemas[i].value);
    (void)out;
    rpa_options_conf_rows(rows);
    oom.on = true;
    int r = rpa_schema_check(rows, "f", value, err);
    oom.on = false;
    cbor_decref(&value);
    return r;
}

static const struct {
    const char *name, *conf;
    int code;
} policies[] = {
    { "a bot that may", "{" TARGETS "}", 0 },
    { "no target", "{}", 0 },
    { "one that may not",
      "{'targets':{'crs':{'windows':['Custody'],'hosts':['h']}}}", -RPA_EPERM },
    { "another code page",
      "{'targets':{'crs':{'repertoire':'ascii','folds':{'ŵ':'v'}}}}",
      -RPA_EINVAL },
};

static int policy(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    struct rpa_bundle b = {
        .manifest = of_json("{'name':'b','target':'crs','windows':['CRS A'],"
                            "'http':['localhost:80']}"),
        .map = of_json(MAP),
    };
    struct rpa_policy p = { 0 };
    struct rpa_err second;
    cbor_item_t *conf = of_json(policies[i].conf);
    oom.on = true;
    int r = rpa_policy_read(&conf, 1, false, NULL, &b, &p, err);
    oom.on = false;
    if (r == 0)
        rpa_cbor_dump(b.map, out, &second);
    rpa_policy_clear(&p);
    rpa_bundle_clear(&b);
    cbor_decref(&conf);
    return r;
}

static const struct {
    const char *name, *key;
    int code;
} bundles[] = {
    { "a bot", "where", 0 },
    { "a setting nobody knows", "colour", -RPA_EINVAL },
};

/* all that a run takes of it */
static void dump_bundle(const struct rpa_bundle *b, struct rpa_buf *out)
{
    struct rpa_err second;
    const cbor_item_t *parts[] = { b->manifest, b->set, b->modules, b->map };
    for (size_t i = 0; i < 4; i++)
        if (parts[i] && rpa_cbor_dump(parts[i], out, &second) < 0)
            rpa_buf_puts(out, "incomplete");
    rpa_buf_add(out, b->source, b->source_len);
}

static int bundle(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    struct rpa_bundle b = { 0 };
    struct rpa_setting set = { bundles[i].key, "Corwen" };
    oom.on = true;
    int r = rpa_bundle_load(bot, NULL, &set, 1, &b, err);
    oom.on = false;
    if (r == 0)
        dump_bundle(&b, out);
    rpa_bundle_clear(&b);
    return r;
}

static int chunk(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    struct rpa_bundle b = { 0 };
    struct rpa_setting allow[] = { { "window", "CRS" }, { "host", "h:80" } },
                       set = { "k", "v" };
    (void)i;
    oom.on = true;
    int r = rpa_bundle_chunk("chunk", "print(1)", "crs", NULL, allow, 2, &set, 1, &b,
                             err);
    oom.on = false;
    if (r == 0)
        dump_bundle(&b, out);
    rpa_bundle_clear(&b);
    return r;
}

static const struct {
    char *argv[8];
    int code;
} lines[] = {
    { { "run", "--set", "a=b", "--state", "/s", "--timeout", "3", "bot" }, 0 },
    { { "run", "--set", "a", "--mode", "x", "--oops", "bot" }, -RPA_EINVAL },
    { { "run", "--config", "bad.conf", "bot" }, -RPA_EINVAL },
};

/* read aloud, which is not for the eyes of who runs the tests */
static bool quietly(size_t i, struct rpa_options *o, int *status)
{
    static char *argv[9]; /* the options keep what is none */
    int old = dup(2), null = open("/dev/null", O_WRONLY), n = 0;
    for (; n < 8 && lines[i].argv[n]; n++)
        argv[n] = lines[i].argv[n];
    argv[n] = NULL;
    dup2(null, 2);
    oom.on = true;
    bool go = rpa_options_read(RPA_OF_RUN, "usage\n", n, argv, o, status);
    oom.on = false;
    dup2(old, 2);
    close(null);
    close(old);
    return go;
}

static int options(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    struct rpa_options o;
    struct rpa_setting set[2];
    size_t n = 0;
    double seconds = 0;
    int status = 0, r = 0;
    if (!quietly(i, &o, &status)) {
        r = rpa_fail(err, status == 8 ? RPA_ENOMEM : RPA_EINVAL, "told");
    } else {
        oom.on = true;
        r = rpa_option_pairs(&o, "set", set, 2, &n, err);
        oom.on = false;
    }
    if (r == 0) {
        const char *state = rpa_option_text(&o, "state");
        rpa_option_number(&o, "timeout", &seconds);
        rpa_buf_printf(out, "%s %.0f %s=%s %s", state ? state : "", seconds,
                       n ? set[0].key : "", n ? set[0].value : "", o.args[0]);
    }
    rpa_options_clear(&o);
    return r;
}

static int purpose(size_t i, struct rpa_buf *out, struct rpa_err *err)
{
    struct rpa_purpose p = { 0 };
    oom.on = true;
    int r = rpa_purpose_read(i ? "justification=x,colour=red"
                               : "justification=for the desk,reason=3",
                             &p, err);
    oom.on = false;
    if (r == 0)
        rpa_buf_printf(out, "%s", p.block.justification);
    rpa_purpose_clear(&p);
    return r;
}

static void put(const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", bot, name);
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

static void drop(const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", bot, name);
    remove(path);
}

int main(void)
{
    static const char *const files[] = { "bot.lua", "main.lua", "util.lua",
                                         "../m.lua" };
    tmp_begin();
    snprintf(bot, sizeof bot, "%s/b", tmpdir);
    mkdir(bot, 0700);
    for (size_t i = 0; i < 4; i++)
        put(files[i], "return {}");
    for (size_t i = 0; i < 2; i++)
        oom_walk(schemas[i].value, schema, i, schemas[i].code);
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        oom_walk(policies[i].name, policy, i, policies[i].code);
    for (size_t i = 0; i < 2; i++)
        oom_walk(bundles[i].name, bundle, i, bundles[i].code);
    oom_walk("a chunk", chunk, 0, 0);
    for (size_t i = 0; i < 3; i++)
        oom_walk(lines[i].argv[1], options, i, lines[i].code);
    oom_walk("a purpose", purpose, 0, 0);
    oom_walk("a wrong purpose", purpose, 1, -RPA_EINVAL);
    for (size_t i = 0; i < 4; i++)
        drop(files[i]);
    rmdir(bot);
    return tap_done();
}
