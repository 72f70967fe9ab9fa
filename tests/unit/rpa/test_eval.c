/* Data files are evaluated in a process that can do nothing else. This program
 * is that process too, when it is started as `PROGRAM role bot`. */
#include "rpa/config/eval.h"
#include "rpa/config/file.h"
#include "rpa/base/time.h"
#include "rpa/role/bot.h"
#include "tap.h"

static const struct {
    const char *name, *source;
    int code;
    const char *bad; /* part of the sentence */
} cases[] = {
    { "a table", "return { a = 1, b = { 'x', true, 2.5 } }", 0, NULL },
    { "an empty one", "return {}", 0, NULL },
    { "nothing", "local x = 1", RPA_EINVAL, NULL },
    { "a syntax error", "return { a = ", RPA_ESYNTAX, "(f.lua:1)" },
    { "an error", "error('boo')", RPA_EINVAL, "boo  (f.lua:1)" },
    { "for ever", "while true do end", RPA_EINVAL, "did not come to an end" },
    { "for ever in C", "return ('a'):rep(30):find(('a?'):rep(30) .. "
                       "('a'):rep(30) .. 'b')",
      -1, NULL },
    { "a gigabyte", "return { ('x'):rep(1 << 30) }", RPA_EINVAL, "16 MiB" },
    { "no acts", "return { rpa = require('rpa').call('run.info', {}) }", -1,
      NULL },
    { "no files", "return { io and io.open('/etc/passwd') or 'none' }", 0,
      NULL },
    { "no os", "return { os and os.execute and 'yes' or 'none' }", 0, NULL },
    { "a function", "return { f = function() end }", -1, NULL },
    { "itself", "local t = {} t.t = t return t", -1, NULL },
};

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "role"))
        return rpa_role_bot();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cbor_item_t *value = NULL;
        struct rpa_err err = { 0 };
        int64_t began = rpa_mono_us();
        int r = rpa_eval("f.lua", cases[i].source, strlen(cases[i].source),
                         &value, &err);
        bool fits = cases[i].code < 0 ? r < 0 : r == -cases[i].code;
        fits = fits && (!cases[i].bad || strstr(err.msg, cases[i].bad));
        if (!ok(fits, "%s: %d %s", cases[i].name, r, err.msg))
            printf("# wanted %d %s\n", -cases[i].code,
                   cases[i].bad ? cases[i].bad : "");
        ok(rpa_mono_us() - began < 15000000, "%s: in time", cases[i].name);
        ok((r == 0) == (value != NULL), "%s: a value or an error",
           cases[i].name);
        if (value)
            cbor_decref(&value);
    }
    cbor_item_t *value = NULL;
    struct rpa_err err = { 0 };
    is_int(rpa_eval_file("/nowhere/at/all", &value, &err), -RPA_ENOTFOUND,
           "no such file");
    char *text = NULL;
    size_t len;
    is_int(rpa_read_file("/proc/self/maps", 16, &text, &len, &err),
           -RPA_EINVAL, "a file larger than asked for");
    ok(strstr(err.msg, "16 bytes") != NULL, "%s", err.msg);
    return tap_done();
}
