/* Options: the arguments, the environment, what counts before what; and the
 * manual says of each what the table says. */
#include "rpa/config/options.h"
#include "rpa/config/alert_conf.h"
#include "rpa/role/bot.h"
#include "rpa/config/people.h"
#include "rpa/config/quota.h"
#include "tap.h"
#include "unit/tmpdir.h"

#include <fcntl.h>
#include <sys/stat.h>

static char *args[24];

/* split at blanks, which stand in no argument here */
static int split(const char *line)
{
    static char copy[512];
    int n = 0;
    snprintf(copy, sizeof copy, "run %s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        args[n++] = word;
    args[n] = NULL;
    return n;
}

/* what goes to stderr while @line is read */
static bool read_line(const char *line, struct rpa_options *o, int *status,
                      char *told, size_t size)
{
    int old = dup(2), fd = open(tmp_path("err"), O_CREAT | O_TRUNC | O_RDWR,
                                0600);
    dup2(fd, 2);
    *status = -1;
    bool go = rpa_options_read(RPA_OF_RUN, "usage\n", split(line), args, o,
                               status);
    dup2(old, 2);
    ssize_t n = pread(fd, told, size - 1, 0);
    told[n > 0 ? n : 0] = '\0';
    for (char *c = told; *c; c++) /* it goes into the name of a test */
        *c = *c == '\n' ? ' ' : *c;
    close(old);
    close(fd);
    return go;
}

static const struct {
    const char *line, *bad;
} faults[] = {
    { "--no-such", "there is no --no-such" },
    { "-q", "there is no -q" },
    { "--state", "--state wants a value" },
    { "-e", "-e wants a value" },
    { "--json=1", "--json=1 takes no value" },
    { "--timeout never", "--timeout wants a number, 0 to 1000000 s" },
    { "--timeout -1", "--timeout wants a number" },
    { "--timeout 1e9", "--timeout wants a number" },
    { "--timeout nan", "--timeout wants a number" },
    { "--timeout=", "--timeout wants a number" },
    { "--mode live", "--mode wants LIVE, TRNG or DEMO" },
    { "--set x", "--set wants KEY=VALUE" },
    { "--set =x", "--set wants KEY=VALUE" },
    { "--allow file=x", "--allow wants window=TITLE, host=HOST:PORT, output=FILE" },
    { "--allow clipboard=write", "--allow wants" },
    { "--purpose-required", "there is no --purpose-required" },
    { "--window x", "there is no --window" },
    { "--no-such --mode x --set y --set a=b --set z",
      "4 faults in the arguments" },
    { "--no-such --mode x --set y --set a=b --set z",
      "there is no --no-such, or it is not whole; --mode wants LIVE, TRNG or "
      "DEMO; --set wants KEY=VALUE; --set wants KEY=VALUE" },
};

static void wrong_arguments(void)
{
    struct rpa_options o;
    char told[1024];
    int status;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        bool go = read_line(faults[i].line, &o, &status, told, sizeof told);
        if (!ok(!go && status == 2 && strstr(told, faults[i].bad), "%s: %s",
                faults[i].line, faults[i].bad))
            printf("# %d %s\n", status, told);
        rpa_options_clear(&o);
    }
}

static void right_arguments(void)
{
    struct rpa_options o;
    struct rpa_setting set[4];
    struct rpa_err err;
    char told[1024];
    int status;
    size_t n;
    double seconds = 0;
    ok(read_line("--set a=b bot --set c=d=e --timeout 0.5 --state /a --state "
                 "/b --json --tim 2",
                 &o, &status, told, sizeof told),
       "good arguments %s", told);
    is_int(rpa_option_pairs(&o, "set", set, 4, &n, &err), 0, "settings");
    ok(n == 2 && !strcmp(set[0].key, "a") && !strcmp(set[1].key, "c") &&
           !strcmp(set[1].value, "d=e"),
       "in their order");
    is_int(rpa_option_pairs(&o, "set", set, 1, &n, &err), -RPA_EINVAL,
           "too many of them");
    is_str(rpa_option_text(&o, "state"), "/b", "the later of two");
    ok(rpa_option_number(&o, "timeout", &seconds) && seconds > 1.9,
       "a number; and options may be shortened");
    ok(rpa_option_flag(&o, "json") && !rpa_option_flag(&o, "quiet"), "flags");
    ok(o.nargs == 1 && !strcmp(o.args[0], "bot"), "what is no option");
    is_str(rpa_option_text(&o, "display"), NULL, "what is not given");
    rpa_options_clear(&o);
    rpa_options_clear(&o);
}

static void long_argument(void)
{
    struct rpa_options o;
    struct rpa_setting set[1];
    struct rpa_err err;
    char line[420], told[1024];
    int status;
    size_t n = 0;
    snprintf(line, sizeof line, "--set a=%0400d", 1);
    ok(read_line(line, &o, &status, told, sizeof told) &&
           rpa_option_pairs(&o, "set", set, 1, &n, &err) == 0 && n == 1 &&
           strlen(set[0].value) == 400,
       "a setting of 400 characters");
    rpa_options_clear(&o);
}

static void put_conf(const char *name, const char *text)
{
    FILE *f = fopen(tmp_path(name), "w");
    fputs(text, f);
    fclose(f);
}

static double timeout_of(const char *line)
{
    struct rpa_options o;
    char told[1024];
    int status;
    double seconds = -1;
    if (read_line(line, &o, &status, told, sizeof told))
        rpa_option_number(&o, "timeout", &seconds);
    else
        printf("# %s\n", told);
    rpa_options_clear(&o);
    return seconds;
}

static void what_counts(void)
{
    char line[600], told[1024];
    struct rpa_options o;
    int status;
    snprintf(line, sizeof line, "%s/rpa", tmpdir);
    mkdir(line, 0700);
    setenv("XDG_CONFIG_HOME", tmpdir, 1);
    put_conf("rpa/rpa.conf", "return { timeout = 1, purpose_required = true }");
    is_int((long long)timeout_of("b"), 1, "the user's own rpa.conf");
    put_conf("more", "return { timeout = 2.5, purpose_required = false }");
    snprintf(line, sizeof line, "--config %s b", tmp_path("more"));
    is_int((long long)timeout_of(line), 2, "--config counts before it");
    ok(read_line(line, &o, &status, told, sizeof told) &&
           rpa_option_demanded(&o, "purpose_required"),
       "but takes no demand away");
    rpa_options_clear(&o);
    setenv("RPA_TIMEOUT", "3", 1);
    is_int((long long)timeout_of(line), 3, "the environment before that");
    is_int((long long)timeout_of("--timeout 4 b"), 4, "an argument before all");
    setenv("RPA_TIMEOUT", "soon", 1);
    setenv("RPA_QUIET", "maybe", 1);
    ok(!read_line("b", &o, &status, told, sizeof told) && status == 4 &&
           strstr(told, "RPA_TIMEOUT wants a number, 0 to 1000000 s; RPA_QUIET "
                        "wants true or false"),
       "a wrong environment: %s", told);
    rpa_options_clear(&o);
    unsetenv("RPA_TIMEOUT");
    unsetenv("RPA_QUIET");
    put_conf("more", "return { timeout = 'x', stat = 1 }");
    ok(!read_line(line, &o, &status, told, sizeof told) && status == 4 &&
           strstr(told, "timeout wants a number, 0 to 1000000 s") &&
           strstr(told, "stat is not known"),
       "a wrong file: %s", told);
    snprintf(line, sizeof line, "--config %s/none b", tmpdir);
    rpa_options_clear(&o);
    ok(!read_line(line, &o, &status, told, sizeof told) && status == 4,
       "a named file that is not there: %s", told);
    rpa_options_clear(&o);
    unlink(tmp_path("rpa/rpa.conf"));
    snprintf(line, sizeof line, "%s/rpa", tmpdir);
    rmdir(line);
}

/* ---- the manual ---- */

/* a page without what scdoc takes away */
static char *page(const char *root, const char *name)
{
    static char text[65536];
    char path[512];
    snprintf(path, sizeof path, "%s/rpa/%s", root, name);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0, kept = 0;
    if (f)
        fclose(f);
    for (size_t i = 0; i < n; i++)
        if (text[i] != '\\' && text[i] != '\n' && text[i] != '\t')
            text[kept++] = text[i];
        else if (text[i] == '\n')
            text[kept++] = ' ';
    text[kept] = '\0';
    return text;
}

/* "*name* (what it must be; default)" and its sentence */
static void in_manual(const char *manual, const struct rpa_schema *row)
{
    struct rpa_buf want = { 0 };
    char doc[200];
    rpa_buf_printf(&want, "*%s* (", row->name);
    rpa_schema_wants(row, &want);
    if (row->otherwise)
        rpa_buf_printf(&want, "; %s", row->otherwise);
    rpa_buf_puts(&want, ")");
    ok(strstr(manual, want.data) != NULL, "rpa.conf(5): %s", want.data);
    snprintf(doc, sizeof doc, "%c%s", row->doc[0] & ~0x20, row->doc + 1);
    ok(strstr(manual, doc) != NULL, "rpa.conf(5): %s", doc);
    rpa_buf_clear(&want);
}

static void manual(const char *root)
{
    struct rpa_schema rows[RPA_CONF_ROWS];
    const struct rpa_option *o;
    char *text = page(root, "rpa.conf.5.scd"), name[64];
    rpa_options_conf_rows(rows);
    for (size_t i = 0; rows[i].name; i++)
        in_manual(text, &rows[i]);
    for (const struct rpa_schema *row = rpa_schema_targets.sub; row->name; row++)
        in_manual(text, row);
    for (const struct rpa_schema *row = rpa_roles_rows; row->name; row++)
        in_manual(text, row);
    for (const struct rpa_schema *row = rpa_quota_rows; row->name; row++)
        in_manual(text, row);
    for (const struct rpa_schema *row = alert_rows; row->name; row++)
        in_manual(text, row);
    text = page(root, "rpa.1.scd");
    for (size_t i = 0; (o = rpa_option_at(i)); i++) {
        if (o->from & RPA_FROM_ARGV) {
            char shown[40];
            snprintf(name, sizeof name, "%s*",
                     rpa_option_shown(o, RPA_FROM_ARGV, shown));
            ok(strstr(text, name) != NULL, "rpa(1): %s", name);
        }
        if (o->from & RPA_FROM_ENV) {
            snprintf(name, sizeof name, "_RPA_%s_", o->row.name);
            for (char *c = name + 5; *c; c++)
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
            ok(strstr(text, name) != NULL, "rpa(1): %s", name);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "role"))
        return rpa_role_bot();
    tmp_begin();
    setenv("XDG_CONFIG_HOME", tmpdir, 1);
    wrong_arguments();
    right_arguments();
    long_argument();
    what_counts();
    manual(argc > 1 ? argv[1] : ".");
    return tap_done();
}
