#include "rpa/config/options.h"
#include "rpa/audit/kind.h"
#include "rpa/config/alert_conf.h"
#include "rpa/config/nearest.h"
#include "rpa/config/people.h"
#include "rpa/config/policy.h"
#include "rpa/config/quota.h"
#include "rpa/config/schedule.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_pair(const char *text)
{
    const char *equals = strchr(text, '=');
    return equals && equals > text;
}

static bool is_allowance(const char *text)
{
    return !strncmp(text, "window=", 7) || !strncmp(text, "host=", 5) ||
           (!strncmp(text, "output=", 7) && text[7]) ||
           !strcmp(text, "clipboard=read");
}

static bool is_kind(const char *text)
{
    return rpa_audit_kind_of(text) != 0;
}

#define ARGV RPA_FROM_ARGV
#define ENV RPA_FROM_ENV
#define CONF RPA_FROM_CONF
#define RUN RPA_OF_RUN
#define QUEUE RPA_OF_QUEUE
#define CRON RPA_OF_CRON
#define SCHEDULE RPA_OF_SCHEDULE
#define DAEMON RPA_OF_DAEMON
#define STOP RPA_OF_STOP
#define ALERT RPA_OF_ALERT
#define REPORT RPA_OF_REPORT
#define AUDIT RPA_OF_AUDIT
#define SECRET RPA_OF_SECRET
#define REVIEW RPA_OF_REVIEW
#define ALL                                                                    \
    (RPA_OF_RUN | RPA_OF_STATUS | RPA_OF_SCREEN | QUEUE | SCHEDULE | DAEMON |  \
     STOP | ALERT | REPORT | AUDIT | SECRET | REVIEW)

/* type, name, value, where from, which commands; what else the row has */
#define OPTION(type_, name_, value_, from_, commands_, ...)                    \
    { .row = { .name = name_, .type = RPA_SCHEMA_##type_, __VA_ARGS__ },       \
      .value = value_, .from = from_, .commands = commands_ }

static const struct rpa_option options[] = {
    { .row = { .name = "execute", .type = RPA_SCHEMA_TEXT,
               .doc = "run this chunk instead of a bot" },
      .value = "LUA", .from = ARGV, .commands = RUN, .letter = 'e' },
    OPTION(TEXTS, "allow", "KIND=VALUE", ARGV, RUN,
           .doc = "what the chunk may touch (-e)",
           .unit = "window=TITLE, host=HOST:PORT, output=FILE or "
                   "clipboard=read",
           .fits = is_allowance),
    OPTION(TEXT, "target", "NAME", ARGV, RUN | AUDIT,
           .doc = "the target the chunk works on (-e); only rows about it"),
    OPTION(TEXT, "mode", "MODE", ARGV | ENV, RUN | RPA_OF_SCREEN,
           .doc = "the mode of the system, where no manifest says it", .oneof = RPA_MODES,
           .otherwise = "TRNG"),
    OPTION(TEXTS, "set", "KEY=VALUE", ARGV, RUN | QUEUE,
           .doc = "a setting of the bot; of the queue",
           .unit = "KEY=VALUE", .fits = is_pair),
    OPTION(TEXT, "purpose", "LIST", ARGV | ENV, RUN | QUEUE | AUDIT | REVIEW | REPORT,
           .doc = "why: FILE, or key=value,… (justification, reason, …)"),
    OPTION(TEXT, "state", "DIR", ARGV | ENV, ALL, .doc = "the state directory"),
    OPTION(TEXT, "config", "FILE", ARGV | ENV, RUN | DAEMON | ALERT | AUDIT,
           .doc = "one more rpa.conf, which counts before the others"),
    OPTION(TEXT, "display", ":N", ARGV | ENV, RUN | RPA_OF_SCREEN,
           .doc = "an existing display instead of a private one"),
    OPTION(TEXT, "window", "TITLE", ARGV, RPA_OF_SCREEN,
           .doc = "the window to print, by a part of its title"),
    OPTION(TEXT, "map", "MAP", ARGV, RUN | RPA_OF_SCREEN,
           .doc = "a screen map, for a chunk or to be checked: a file, or as a "
                  "manifest names it"),
    OPTION(TEXT, "saved", "FILE", ARGV, RPA_OF_SCREEN,
           .doc = "check against what --json printed, not a window"),
    OPTION(NUMBER, "timeout", "SECONDS", ARGV | ENV | CONF, RUN,
           .doc = "stop hard after this; 0 for never", .unit = "s", .least = 0,
           .most = 1000000, .otherwise = "0"),
    OPTION(TEXT, "pictures", "WHAT", ARGV | ENV | CONF, RUN,
           .doc = "what to keep pictures of, whatever the bot says",
           .oneof = RPA_PICTURES),
    OPTION(BOOL, "json", NULL, ARGV | ENV,
           RUN | RPA_OF_STATUS | RPA_OF_SCREEN | QUEUE | SCHEDULE | STOP | ALERT |
               REPORT | AUDIT | SECRET | REVIEW,
           .doc = "JSON on standard output, an object a line"),
    OPTION(BOOL, "quiet", NULL, ARGV | ENV | CONF, RUN,
           .doc = "no progress on standard error", .otherwise = "false"),
    OPTION(TEXT, "schema", "FILE", ARGV, QUEUE,
           .doc = "the JSON Schema that every payload must fit (create)"),
    OPTION(TEXT, "reference", "NAME", ARGV, QUEUE,
           .doc = "the column that names the item (add; id if not said); what "
                  "the target calls it (resolve)"),
    OPTION(TEXT, "priority", "COLUMN", ARGV, QUEUE,
           .doc = "the column with the priority, higher first (add)"),
    OPTION(TEXT, "deadline", "COLUMN", ARGV, QUEUE,
           .doc = "the column with the deadline, as 2026-11-22T04:00:00Z (add)"),
    OPTION(TEXT, "within", "TIME", ARGV, QUEUE,
           .doc = "so long after that, such as 24h, is the deadline (add)"),
    OPTION(BOOL, "dry_run", NULL, ARGV, RUN | QUEUE,
           .doc = "file nothing, and tell what would be; only tell what is wrong "
                  "(add)"),
    OPTION(BOOL, "show", NULL, ARGV, RUN,
           .doc = "of a dry run the values as well; needs --purpose"),
    OPTION(TEXT, "in", "STATE", ARGV, QUEUE,
           .doc = "only the items in this state (list)", 
           .oneof = "ready|leased|deferred|done|rejected|failed|in doubt|"
                    "cancelled"),
    OPTION(TEXT, "as", "VERDICT", ARGV, QUEUE,
           .doc = "what became of it (resolve)", .oneof = "done|retry|cancel"),
    OPTION(TEXT, "about", "LABEL", ARGV, REVIEW,
           .doc = "only those about this application or batch (list)"),
    OPTION(TEXT, "in", "STATE", ARGV, REVIEW, .doc = "only those so decided (list)",
           .oneof = "open|approved|refused"),
    OPTION(TEXT, "kind", "KIND", ARGV, REVIEW, .doc = "only such (list)",
           .oneof = "match|change"),
    OPTION(TEXT, "as", "VERDICT", ARGV, REVIEW, .doc = "what is decided (decide)",
           .oneof = "approved|refused"),
    OPTION(BOOL, "correct", NULL, ARGV, REVIEW,
           .doc = "it was decided otherwise before (decide)"),
    OPTION(TEXT, "picture", "FILE", ARGV, REVIEW,
           .doc = "write what the bot saw into this new file (show)"),
    OPTION(TEXT, "why", "TEXT", ARGV, QUEUE | SCHEDULE | REVIEW, .doc = "the reason, kept"),
    OPTION(BOOL, "content", NULL, ARGV, QUEUE | AUDIT,
           .doc = "what it holds as well; of a queue it needs --purpose (show)"),
    OPTION(INT, "run", "N", ARGV, AUDIT, .doc = "only this run",
           .least = 0, .most = 1000000000000),
    OPTION(TEXT, "kind", "KIND", ARGV, AUDIT,
           .doc = "only rows of this kind (show, tail)",
           .unit = "a kind of row, as KEY or RUN_OPEN", .fits = is_kind),
    OPTION(TEXT, "since", "TIME", ARGV, AUDIT,
           .doc = "only rows from then on, as 2026-11-22T14:30 (UTC); a file "
                  "with an earlier note (verify)"),
    { .row = { .name = "follow", .type = RPA_SCHEMA_BOOL,
               .doc = "and what comes (tail)" },
      .from = ARGV, .commands = AUDIT, .letter = 'f' },
    OPTION(BOOL, "whole", NULL, ARGV, SECRET,
           .doc = "all of standard input, not one line (set)"),
    OPTION(TEXT, "proof", "DIR", ARGV, AUDIT,
           .doc = "the folder to make (export)"),
    OPTION(TEXT, "out", "FILE", ARGV, AUDIT,
           .doc = "a new file, picture-ROW.png if not said (picture)"),
    OPTION(BOOL, "again", NULL, ARGV, QUEUE,
           .doc = "do items that have ended once more, as new items (retry)"),
    OPTION(BOOL, "yes", NULL, ARGV, QUEUE,
           .doc = "retry all that failed without asking (retry)"),
    OPTION(TEXT, "zone", "NAME", ARGV, CRON,
           .doc = "the time zone, Europe/London if not said"),
    OPTION(TEXT, "from", "TIME", ARGV, CRON | SCHEDULE,
           .doc = "after this, as 2026-11-22T01:30:00+00:00; now if not said"),
    { .row = { .name = "count", .type = RPA_SCHEMA_NUMBER,
               .doc = "so many times", .least = 1, .most = 100000 },
      .value = "N", .from = ARGV, .commands = CRON | SCHEDULE, .letter = 'n' },
    OPTION(TEXT, "night", "DATE", ARGV, REPORT,
           .doc = "the night that begins on this day, as 2026-11-22; the last "
                  "one if not said"),
    OPTION(BOOL, "html", NULL, ARGV, REPORT, .doc = "a page of HTML"),
    OPTION(TEXT, "schedules", "FILE", ARGV | ENV, SCHEDULE | DAEMON,
           .doc = "the file of schedules",
           .otherwise = SCHEDULES_FILE),
    OPTION(TEXT, "batch", "FILE", ARGV, CRON,
           .doc = "a question a line: expression, zone, from and count by "
                  "tabs; an answer a line"),
    OPTION(BOOL, "import_quartz", NULL, ARGV, CRON,
           .doc = "the expression is one of Quartz or UiPath; check says what "
                  "it is here"),
    OPTION(NUMBER, "max_bots", "N", ARGV | ENV | CONF, DAEMON,
           .doc = "so many bots at once; the others wait", .least = 1,
           .most = 64, .otherwise = "4"),
    OPTION(NUMBER, "warm", "N", ARGV | ENV | CONF, DAEMON,
           .doc = "so many displays are kept ready for the next bots",
           .least = 0, .most = 8, .otherwise = "1"),
    OPTION(BOOL, "now", NULL, ARGV, STOP,
           .doc = "not even after the item it is at"),
    OPTION(BOOL, "all", NULL, ARGV, STOP,
           .doc = "all runs, and the daemon stays"),
    OPTION(TEXT, "files", "DIR", ARGV | ENV | CONF, RUN,
           .doc = "the folder below which a bot's files are",
           .otherwise = "the current one"),
    OPTION(INT, "segment_rows", NULL, CONF, RUN | DAEMON,
           .doc = "close the audit's newest file when it has so many rows",
           .least = 1, .most = 1000000000, .otherwise = "10000000"),
    OPTION(MAP, "alerts", NULL, CONF, DAEMON | ALERT,
           .doc = "who is told when a night goes wrong", .sub = alert_rows),
    OPTION(BOOL, "purpose_required", NULL, CONF, RUN | AUDIT,
           .doc = "refuse a run, or a reading, without a justification",
           .otherwise = "false"),
    OPTION(BOOL, "target_required", NULL, CONF, RUN,
           .doc = "refuse a bot whose target is not listed here",
           .otherwise = "false"),
};

#define COUNT (sizeof options / sizeof *options)
_Static_assert(COUNT <= RPA_OPTIONS_MAX, "room for all");

const struct rpa_option *rpa_option_at(size_t n)
{
    return n < COUNT ? &options[n] : NULL;
}

void rpa_options_conf_rows(struct rpa_schema rows[RPA_CONF_ROWS])
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT && n < RPA_CONF_ROWS - 4; i++)
        if (options[i].from & CONF)
            rows[n++] = options[i].row;
    rows[n++] = rpa_schema_limits;
    rows[n++] = rpa_schema_roles;
    rows[n++] = rpa_schema_targets;
    rows[n] = (struct rpa_schema){ 0 };
}

void rpa_options_state(char *path, size_t size)
{
    const char *state = getenv("RPA_STATE"), *xdg = getenv("XDG_STATE_HOME"),
               *home = getenv("HOME");
    if (state && *state)
        snprintf(path, size, "%s", state);
    else if (xdg && *xdg == '/')
        snprintf(path, size, "%s/rpa", xdg);
    else
        snprintf(path, size, "%s/.local/state/rpa", home ? home : "/root");
}

/* ---- names, and what --help says ---- */

const char *rpa_option_shown(const struct rpa_option *o, unsigned from,
                             char out[static 40])
{
    snprintf(out, 40, "%s%s", from == ENV ? "RPA_" : "--", o->row.name);
    for (char *c = out + (from == ENV ? 4 : 2); *c; c++)
        *c = from == ENV ? (char)toupper(*c) : *c == '_' ? '-' : *c;
    return out;
}

struct rpa_schema rpa_option_single(const struct rpa_option *o)
{
    struct rpa_schema row = o->row;
    if (row.type == RPA_SCHEMA_TEXTS)
        row.type = RPA_SCHEMA_TEXT;
    return row;
}

/* "  --mode MODE   what it is for (LIVE, TRNG or DEMO)" */
static void print_option(const struct rpa_option *o)
{
    char name[40], left[80], letter[8] = "";
    struct rpa_schema row = rpa_option_single(o);
    struct rpa_buf wants = { 0 };
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, sizeof left, "%s%s%s%s", letter,
             rpa_option_shown(o, ARGV, name), o->value ? " " : "",
             o->value ? o->value : "");
    if (row.oneof || row.fits || row.most)
        rpa_schema_wants(&row, &wants);
    bool more = wants.data && strcmp(wants.data, o->value) != 0;
    printf("  %-21s %s%s%s\n", left, row.doc, more ? ": " : "",
           more ? wants.data : "");
    rpa_buf_clear(&wants);
}

/* what else may say it: the options of @from, by name */
static void print_names(const char *what, unsigned from, unsigned command)
{
    char name[40];
    bool any = false;
    for (size_t i = 0; i < COUNT; i++) {
        const struct rpa_option *o = &options[i];
        if (!(o->from & from) || !(o->commands & command))
            continue;
        printf("%s%s", any ? ", " : what,
               from == ENV ? rpa_option_shown(o, ENV, name) : o->row.name);
        any = true;
    }
    if (any)
        putchar('\n');
}

void rpa_options_help(unsigned command, const char *synopsis)
{
    fputs(synopsis, stdout);
    putchar('\n');
    for (size_t i = 0; i < COUNT; i++)
        if (options[i].from & ARGV && options[i].commands & command)
            print_option(&options[i]);
    putchar('\n');
    print_names("In the environment: ", ENV, command);
    print_names("In rpa.conf(5): targets, ", CONF, command);
}

void rpa_options_clear(struct rpa_options *o)
{
    rpa_msg_free(&o->argv);
    rpa_msg_free(&o->env);
    for (size_t i = 0; i < RPA_CONFS; i++)
        rpa_msg_free(&o->confs[i]);
    for (size_t i = 0; i < RPA_OPTIONS_MAX; i++)
        free(o->texts[i]);
    for (size_t i = 0; i < o->npairs; i++)
        free(o->pairs[i]);
    free(o->pairs);
    *o = (struct rpa_options){ 0 };
}

/* ---- looking ---- */

/* the strongest side that has it */
static const cbor_item_t *side_with(const struct rpa_options *o,
                                    const char *name)
{
    const cbor_item_t *sides[] = { o->argv, o->env, o->confs[2], o->confs[1],
                                   o->confs[0] };
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        if (rpa_msg_get(sides[i], name))
            return sides[i];
    return NULL;
}

int rpa_options_keep(struct rpa_options *o, struct rpa_err *err)
{
    for (size_t i = 0; i < COUNT; i++) {
        const char *name = options[i].row.name;
        const cbor_item_t *side = side_with(o, name);
        if (!side || o->texts[i] || options[i].row.type != RPA_SCHEMA_TEXT)
            continue;
        if (!(o->texts[i] = rpa_msg_dup(side, name)))
            return rpa_fail(err, RPA_ENOMEM, "no memory for the options");
    }
    return 0;
}

int rpa_options_renew(struct rpa_options *o,
                      cbor_item_t *const confs[RPA_CONFS], struct rpa_err *err)
{
    for (size_t i = 0; i < RPA_CONFS; i++) {
        rpa_msg_free(&o->confs[i]);
        o->confs[i] = confs[i];
    }
    for (size_t i = 0; i < COUNT; i++)
        if (options[i].from & CONF) {
            free(o->texts[i]);
            o->texts[i] = NULL;
        }
    return rpa_options_keep(o, err);
}

const char *rpa_option_text(const struct rpa_options *o, const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (!strcmp(options[i].row.name, name))
            return o->texts[i];
    return NULL;
}

bool rpa_option_number(const struct rpa_options *o, const char *name,
                       double *ret)
{
    int64_t whole;
    const cbor_item_t *value = rpa_msg_get(side_with(o, name), name);
    if (!rpa_cbor_get_int(value, &whole))
        return rpa_cbor_get_double(value, ret);
    *ret = (double)whole;
    return true;
}

bool rpa_option_flag(const struct rpa_options *o, const char *name)
{
    bool flag = false;
    rpa_msg_bool(side_with(o, name), name, &flag);
    return flag;
}

const cbor_item_t *rpa_option_table(const struct rpa_options *o,
                                    const char *name)
{
    return rpa_msg_get(side_with(o, name), name);
}

bool rpa_option_demanded(const struct rpa_options *o, const char *name)
{
    bool demanded = false;
    for (size_t i = 0; i < RPA_CONFS; i++) {
        bool flag = false;
        rpa_msg_bool(o->confs[i], name, &flag);
        demanded = demanded || flag;
    }
    return demanded;
}

/* keep @pair until the options are cleared */
static char *keep(struct rpa_options *o, char *pair)
{
    char **more = pair ? realloc(o->pairs, (o->npairs + 1) * sizeof *more)
                       : NULL;
    if (!more) {
        free(pair);
        return NULL;
    }
    o->pairs = more;
    return o->pairs[o->npairs++] = pair;
}

int rpa_option_pairs(struct rpa_options *o, const char *name,
                     struct rpa_setting *list, size_t max, size_t *ret_n,
                     struct rpa_err *err)
{
    size_t n, len;
    cbor_item_t **pairs = rpa_msg_array(side_with(o, name), name, &n);
    if (n > max)
        return rpa_fail(err, RPA_EINVAL, "--%s: more than %zu", name, max);
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(pairs[i], &len);
        char *pair = keep(o, strndup(text, len)), *equals;
        if (!pair)
            return rpa_fail(err, RPA_ENOMEM, "no memory for --%s", name);
        equals = strchr(pair, '=');
        *equals = '\0';
        list[i] = (struct rpa_setting){ pair, equals + 1 };
    }
    *ret_n = n;
    return 0;
}

bool rpa_option_id(const char *text, int64_t *ret)
{
    size_t n = strspn(text, "0123456789");
    if (!n || n > 18 || text[n] || text[0] == '0')
        return false;
    *ret = strtoll(text, NULL, 10);
    return true;
}

/* is @name one of the words of @list? */
static bool listed(const char *list, const char *name)
{
    size_t len = strlen(name);
    for (; *list; list += strspn(list, " ")) {
        size_t n = strcspn(list, " ");
        if (n == len && !strncmp(list, name, n))
            return true;
        list += n;
    }
    return false;
}

/* an option that a verb does not take is none to be passed over */
static bool takes(const struct rpa_verb *verb, const struct rpa_options *o)
{
    char shown[40];
    const struct rpa_option *option;
    for (size_t i = 0; verb->takes && (option = rpa_option_at(i)); i++) {
        const char *name = option->row.name;
        if (!rpa_msg_get(o->argv, name) || listed("state config", name) ||
            listed(verb->takes, name))
            continue;
        fprintf(stderr, "rpa: %s takes no %s\n", verb->name,
                rpa_option_shown(option, RPA_FROM_ARGV, shown));
        return false;
    }
    return true;
}

const void *rpa_option_verb(const struct rpa_options *o, const void *verbs,
                            size_t size, const char *synopsis)
{
    const char *row = verbs;
    char command[32] = "command rpa ", help[40];
    char *name = command + strlen(command);
    bool known = !o->nargs;
    struct nearest n = { .word = o->nargs ? o->args[0] : "" };
    for (; o->nargs && ((const struct rpa_verb *)(const void *)row)->name;
         row += size) {
        const struct rpa_verb *verb = (const void *)row;
        nearest_try(&n, verb->name);
        known = known || !strcmp(o->args[0], verb->name);
        if (!strcmp(o->args[0], verb->name) && o->nargs - 1 >= verb->least &&
            o->nargs - 1 <= verb->most && takes(verb, o))
            return row;
    }
    sscanf(synopsis, "usage: rpa %15s", name);
    snprintf(help, sizeof help, "rpa %s --help", name);
    if (known)
        fputs(synopsis, stderr);
    else
        nearest_tell(&n, command, help);
    return NULL;
}
