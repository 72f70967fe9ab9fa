/* A bot's folder: read once, hashed, filled with its settings. This program is
 * also the bot role that evaluates the manifest. */
#include "rpa/config/bundle.h"
#include "rpa/role/bot.h"
#include "tap.h"
#include "unit/tmpdir.h"

#include <ftw.h>
#include <sys/stat.h>

static char bot[128];

/* "bot.lua" in the bot's folder; "../m.lua" beside it */
static void put(const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", bot, name);
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

static int drop(const char *path, const struct stat *st, int type,
                struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void clean(void)
{
    nftw(tmpdir, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static int load(const struct rpa_setting *set, size_t nset,
                struct rpa_bundle *b, struct rpa_err *err)
{
    *b = (struct rpa_bundle){ 0 };
    *err = (struct rpa_err){ 0 };
    return rpa_bundle_load(bot, NULL, set, nset, b, err);
}

#define MANIFEST                                                               \
    "return { name = 'b', map = 'm', windows = { 'CRS ${where}' },"            \
    " http = { '${host}:${port}' }, app = { argv = { 'x', '$', '${', '${a',"   \
    " '${where}${where}', '$${port}' } },"                                     \
    " set = { host = 'localhost', port = 80, where = 'Bala' } }"

static bool text_at(const cbor_item_t *list, size_t i, const char *want)
{
    size_t n, len = 0;
    cbor_item_t **items = rpa_cbor_elements(list, &n);
    const char *got = i < n ? rpa_cbor_text(items[i], &len) : NULL;
    return got && len == strlen(want) && !memcmp(got, want, len);
}

static void filled(void)
{
    struct rpa_bundle b;
    struct rpa_err err;
    struct rpa_setting set[] = { { "where", "Corwen" },
                                 { "where", "never" },
                                 { "port", "8080" } };
    if (!is_int(load(set, 3, &b, &err), 0, "a whole bot"))
        printf("# %s\n", err.msg);
    is_str(b.name, "b", "its name");
    is_str(b.source, "print(1)\n", "its code");
    ok(text_at(rpa_msg_get(b.manifest, "windows"), 0, "CRS Corwen"),
       "--set, the first of two");
    ok(text_at(rpa_msg_get(b.manifest, "http"), 0, "localhost:8080"),
       "a default, and a number that was set");
    const cbor_item_t *argv = rpa_msg_get(rpa_msg_get(b.manifest, "app"),
                                          "argv");
    ok(text_at(argv, 1, "$") && text_at(argv, 2, "${") &&
           text_at(argv, 3, "${a"),
       "what is no ${key} stays");
    ok(text_at(argv, 4, "CorwenCorwen") && text_at(argv, 5, "$8080"),
       "twice, and behind a $");
    ok(rpa_msg_get(b.map, "screens") != NULL, "the map");
    size_t n;
    rpa_cbor_pairs(b.modules, &n);
    ok(n == 1 && rpa_msg_get(b.modules, "util"), "one module: util");
    rpa_bundle_clear(&b);
    rpa_bundle_clear(&b);
}

/* a setting says which map; its navigation goes to the manifest */
static void overlays(void)
{
    struct rpa_bundle a, b;
    struct rpa_err err;
    size_t n = 0;
    struct rpa_setting set = { "which", "o" };
    put("bot.lua", "return { name = 'b', map = '${which}', set = { which = 'm' } }");
    put("../o.lua",
        "return { base = 'm', screens = { { name = 'A', title = 'Z',"
        " navigation = { 'F12' } } } }");
    is_int(load(NULL, 0, &a, &err), 0, "the map by its default");
    if (!is_int(load(&set, 1, &b, &err), 0, "an overlay by a setting"))
        printf("# %s\n", err.msg);
    cbor_item_t **screens = rpa_msg_array(b.map, "screens", &n);
    ok(n == 1 && rpa_msg_is(screens[0], "title", "Z") &&
           rpa_msg_is(screens[0], "name", "A"),
       "the merged map");
    rpa_msg_array(b.manifest, "navigation", &n);
    ok(n == 1, "its navigation");
    ok(memcmp(a.sha256, b.sha256, 32) != 0, "another overlay, another hash");
    rpa_bundle_clear(&a);
    rpa_bundle_clear(&b);
    put("bot.lua", MANIFEST);
}

/* what may file approved changes alone, and what only says so */
static const struct {
    const char *what, *map, *manifest, *says;
} gates[] = {
    { "all it wants", "{ title = 'A', commit = { 'F6' } }",
      "target = 't', max_changes = 1", NULL },
    { "no target", "{ title = 'A', commit = { 'F6' } }", "max_changes = 1", "target" },
    { "no cap", "{ title = 'A', commit = { 'F6' } }", "target = 't'", "max_changes" },
    { "no commit key", "{ title = 'A' }", "target = 't', max_changes = 1",
      "names no key" },
    { "an empty list", "{ title = 'A', commit = {} }", "target = 't', max_changes = 1",
      "names no key" },
    { "only that of an answer", "{ title = 'A', pending = true, commit = { 'y' } }",
      "target = 't', max_changes = 1", "names no key" },
    { "that of a form", "{ title = 'A', toolkit = 'tk', commit = { 'Enter' } }",
      "target = 't', max_changes = 1", "names no key" },
    { "navigation", "{ title = 'A', commit = { 'F6' } }",
      "target = 't', max_changes = 1, navigation = { { screen = 'A', keys = { 'F3' } } }",
      "bars navigation" },
    { "the clipboard", "{ title = 'A', commit = { 'F6' } }",
      "target = 't', max_changes = 1, clipboard = true", "bars clipboard" },
};

static void gated(void)
{
    for (size_t i = 0; i < sizeof gates / sizeof *gates; i++) {
        char text[600];
        struct rpa_bundle b;
        struct rpa_err err;
        snprintf(text, sizeof text, "return { screens = { %s } }", gates[i].map);
        put("../m.lua", text);
        snprintf(text, sizeof text, "return { name = 'b', map = 'm', changes = "
                                    "'approved', %s }", gates[i].manifest);
        put("bot.lua", text);
        int r = load(NULL, 0, &b, &err);
        ok(gates[i].says ? r == -RPA_EINVAL && strstr(err.msg, gates[i].says)
                         : r == 0,
           "approved changes alone: %s (%s)", gates[i].what, r ? err.msg : "");
        if (r == 0)
            rpa_bundle_clear(&b);
    }
    put("../m.lua", "return { screens = { { title = 'A' } } }");
    put("bot.lua", MANIFEST);
}

static void hashes(void)
{
    struct rpa_bundle a, b;
    struct rpa_err err;
    char from[300], to[300];
    struct rpa_setting set = { "where", "Corwen" };
    load(NULL, 0, &a, &err);
    load(&set, 1, &b, &err);
    ok(!memcmp(a.sha256, b.sha256, 32), "settings are not code");
    rpa_bundle_clear(&b);
    snprintf(from, sizeof from, "%s/util.lua", bot);
    snprintf(to, sizeof to, "%s/evil.lua", bot);
    rename(from, to);
    load(NULL, 0, &b, &err);
    ok(memcmp(a.sha256, b.sha256, 32) != 0, "a module's name is");
    rpa_bundle_clear(&b);
    rename(to, from);
    put("../m.lua", "return { screens = { { title = 'B' } } }");
    load(NULL, 0, &b, &err);
    ok(memcmp(a.sha256, b.sha256, 32) != 0, "so is the map");
    rpa_bundle_clear(&b);
    put("../m.lua", "return { screens = { { title = 'A' } } }");
    load(NULL, 0, &b, &err);
    ok(!memcmp(a.sha256, b.sha256, 32), "and back");
    rpa_bundle_clear(&b);
    rpa_bundle_clear(&a);
}

static const struct {
    const char *name, *file, *text;
    int code;
    const char *bad;
} wrong[] = {
    { "a map above bots/", "bot.lua", "return { name = 'b', map = '../m' }",
      RPA_EINVAL, "'../m' leaves bots/" },
    { "a map that climbs", "bot.lua", "return { name = 'b', map = 'x/../../m' }",
      RPA_EINVAL, "leaves bots/" },
    { "an absolute map", "bot.lua", "return { name = 'b', map = '/etc/m' }",
      RPA_EINVAL, "leaves bots/" },
    { "no such map", "bot.lua", "return { name = 'b', map = 'none' }",
      RPA_ENOTFOUND, "none.lua" },
    { "a setting nobody knows", "bot.lua",
      "return { name = 'b', windows = { '${x}' } }", RPA_EINVAL,
      "uses ${x}, which is no setting" },
    { "a loop", "bot.lua", "while true do end", RPA_EINVAL, "come to an end" },
    { "a typing error", "bot.lua", "return { name = 'b', }}", RPA_ESYNTAX,
      "bot.lua:1" },
    { "an unknown key", "bot.lua", "return { name = 'b', naem = 1 }",
      RPA_EINVAL, "naem is not known" },
    { "a base above bots/", "../m.lua", "return { base = '../n' }", RPA_EINVAL,
      "m.lua: base leaves bots/" },
    { "no such base", "../m.lua", "return { base = 'none' }", RPA_ENOTFOUND,
      "none.lua" },
    { "an overlay on an overlay", "../m.lua", "return { base = 'm' }",
      RPA_EINVAL, "base is not known" },
    { "an overlay with more than it may say", "../m.lua",
      "return { base = 'm', secrets = {} }", RPA_EINVAL,
      "secrets is not known" },
    { "a map named by a setting that is none", "bot.lua",
      "return { name = 'b', map = '${which}' }", RPA_EINVAL,
      "uses ${which}, which is no setting" },
    { "a map of another shape", "../m.lua", "return { screens = 1 }",
      RPA_EINVAL, "screens wants a list" },
};

static void faults(void)
{
    struct rpa_bundle b;
    struct rpa_err err;
    struct rpa_setting set = { "colour", "red" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put(wrong[i].file, wrong[i].text);
        int r = load(NULL, 0, &b, &err);
        bool told = strstr(err.msg, wrong[i].bad) ||
                    strstr(err.seen, wrong[i].bad);
        if (!ok(r == -wrong[i].code && told, "%s: %s",
                wrong[i].name, err.msg))
            printf("# %d, wanted %d %s\n", r, -wrong[i].code, wrong[i].bad);
        put("bot.lua", MANIFEST);
        put("../m.lua", "return { screens = { { title = 'A' } } }");
    }
    is_int(load(&set, 1, &b, &err), -RPA_EINVAL, "--set of no setting");
    ok(strstr(err.msg, "b has no setting 'colour'") != NULL, "%s", err.msg);
    is_int(rpa_bundle_load("no_such_bot", NULL, NULL, 0, &b, &err), -RPA_EINVAL,
           "no such bot");
    is_int(rpa_bundle_load("/no/such/bot", NULL, NULL, 0, &b, &err), -RPA_EINVAL,
           "no such folder");
    ok(err.hint[0], "%s; %s", err.msg, err.hint);
}

static void too_many_modules(void)
{
    struct rpa_bundle b;
    struct rpa_err err;
    char name[32];
    for (int i = 0; i < 64; i++) {
        snprintf(name, sizeof name, "m%d.lua", i);
        put(name, "return 1");
    }
    is_int(load(NULL, 0, &b, &err), -RPA_EINVAL,
           "65 modules: none is left out in silence");
}

static void chunk(void)
{
    struct rpa_bundle a, b;
    struct rpa_err err = { 0 };
    struct rpa_setting allow[] = { { "window", "CRS" }, { "host", "h:80" } };
    struct rpa_setting set = { "k", "v" };
    is_int(rpa_bundle_chunk("chunk", "print(1)", NULL, NULL, allow, 2, &set, 1, &a, &err),
           0, "a chunk");
    ok(text_at(rpa_msg_get(a.manifest, "windows"), 0, "CRS") &&
           text_at(rpa_msg_get(a.manifest, "http"), 0, "h:80"),
       "what it may use");
    ok(rpa_msg_is(a.set, "k", "v"), "any setting");
    rpa_bundle_chunk("chunk", "print(2)", NULL, NULL, allow, 2, &set, 1, &b, &err);
    ok(memcmp(a.sha256, b.sha256, 32) != 0, "another chunk, another hash");
    rpa_bundle_clear(&a);
    rpa_bundle_clear(&b);
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "role"))
        return rpa_role_bot();
    tmp_begin();
    atexit(clean);
    snprintf(bot, sizeof bot, "%s/b", tmpdir);
    mkdir(bot, 0700);
    put("bot.lua", MANIFEST);
    put("main.lua", "print(1)\n");
    put("util.lua", "return {}\n");
    put("notes.txt", "not a module");
    put("../m.lua", "return { screens = { { title = 'A' } } }");
    filled();
    overlays();
    gated();
    hashes();
    faults();
    too_many_modules();
    chunk();
    return tap_done();
}
