#include "rpa/cmd_audit.h"
#include "rpa/base/log.h"
#include "rpa/cmd_picture.h"
#include "rpa/control.h"
#include "rpa/ipc/msg.h"

#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

/* by the supervisor that has the store; RPA_ENOTFOUND: none has */
static int ask_for_row(const struct audit_options *o, const char *what,
                       enum rpa_s62 verb, const struct rpa_buf *purpose,
                       struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb",
                    verb == RPA_S62_DISCLOSURE ? "audit export" : "audit read");
    rpa_msg_put_str(msg, "what", what);
    rpa_msg_put_int(msg, "run", o->filter.run);
    if (purpose->len)
        rpa_msg_put_bytes(msg, "purpose", purpose->data, purpose->len);
    int r = control_ask(o->state_dir, msg, &ok, err);
    rpa_msg_free(&msg);
    rpa_msg_free(&ok);
    return r;
}

int audit_log_reading(const struct audit_options *o, const char *what,
                      enum rpa_s62 verb,
                      int (*then)(const struct audit_options *o,
                                  struct rpa_audit *audit,
                                  const struct rpa_audit_reading *who,
                                  struct rpa_err *err),
                      struct rpa_err *err)
{
    struct rpa_audit *audit = NULL;
    struct rpa_buf purpose = { 0 };
    char path[4096];
    uid_t uid = getuid();
    struct passwd *pw = getpwuid(uid);
    snprintf(path, sizeof path, "%s/audit.db", o->state_dir);
    if (access(path, F_OK) < 0) /* makes no store to read */
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    int r = rpa_purpose_pack(&o->purpose.block, &purpose, err);
    if (r == 0 && !then) {
        r = ask_for_row(o, what, verb, &purpose, err);
        if (r != -RPA_ENOTFOUND || !err->native) {
            rpa_buf_clear(&purpose);
            return r;
        }
        r = 0;
    }
    if (r == 0)
        r = rpa_audit_open(o->state_dir, &audit, err);
    if (r == -RPA_EEXIST) {
        rpa_err_context(err, "opening pictures is a logged act");
        rpa_err_hint(err, "export without --content, or wait until the "
                          "supervisor has ended");
    }
    const struct rpa_audit_reading reading = {
        .actor = pw ? pw->pw_name : "", .uid = (uint32_t)uid, .what = what,
        .run = o->filter.run, .verb = verb, .purpose = purpose.data, .purpose_len = purpose.len,
    };
    if (r == 0)
        r = rpa_audit_query(audit, &reading, err);
    if (r == 0)
        r = rpa_audit_commit(audit, err);
    if (r == 0 && then)
        r = then(o, audit, &reading, err);
    rpa_audit_close(audit);
    rpa_buf_clear(&purpose);
    return r;
}

static int audit_rebuild(const struct audit_options *o, struct rpa_err *err)
{
    struct rpa_audit *audit = NULL;
    char path[4096];
    snprintf(path, sizeof path, "%s/audit.db", o->state_dir);
    if (access(path, F_OK) < 0)
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    int r = rpa_audit_rebuild(o->state_dir, &audit, err);
    if (r == 0)
        printf("audit: rebuilt from %lld rows\n",
               (long long)rpa_audit_last(audit));
    rpa_audit_close(audit);
    return r;
}

/* ---- the command ---- */

static const char usage[] =
    "usage: rpa audit verify [--state DIR] [--run N] [--since NOTE] [--json]\n"
    "       rpa audit show [--state DIR] [FILTER…] [--json]\n"
    "                      [--content [--purpose LIST]]\n"
    "       rpa audit tail [--state DIR] [FILTER…] [--json] [--follow] [--purpose LIST]\n"
    "       rpa audit export --run N --proof DIR [--state DIR]\n"
    "                      [--content] [--purpose LIST]\n"
    "       rpa audit pictures [--state DIR] [--run N] [--json]\n"
    "       rpa audit picture ROW [--state DIR] [--out FILE] [--purpose LIST]\n"
    "       rpa audit key|note|rebuild [--state DIR]\n"
    "FILTER: --run N, --kind KIND, --target NAME, --since TIME (such as\n"
    "        2026-11-22 or 2026-11-22T14:30, UTC)\n";

static bool take_number(const char *text, int64_t *ret)
{
    char *end;
    *ret = strtoll(text, &end, 10);
    return *text && !*end && *ret >= 0;
}

static bool take_time(const char *text, rpa_time *ret)
{
    static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M",
                                         "%Y-%m-%dT%H:%M:%S",
                                         "%Y-%m-%dT%H:%M:%SZ" };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm tm = { 0 };
        const char *end = strptime(text, forms[i], &tm);
        if (end && !*end) {
            *ret = (rpa_time)timegm(&tm) * 1000000;
            return true;
        }
    }
    return false;
}

static bool take_kind(const char *text, int *ret)
{
    for (int kind = 1; kind < 64; kind++)
        if (rpa_audit_kind_name(kind) && !strcmp(rpa_audit_kind_name(kind), text))
            return (*ret = kind) != 0;
    return false;
}

static bool take_purpose(const char *text, struct rpa_purpose *ret)
{
    struct rpa_err err;
    if (rpa_purpose_read(text, ret, &err) == 0)
        return true;
    rpa_log_err(&err);
    return false;
}

static bool take(int opt, struct audit_options *o)
{
    switch (opt) {
    case 's': o->state_dir = optarg; return true;
    case 'r': return take_number(optarg, &o->filter.run);
    case 'k': return take_kind(optarg, &o->filter.kind);
    case 't': o->filter.target = optarg; return true;
    case 'n': o->since = optarg; return true;
    case 'u': return take_purpose(optarg, &o->purpose);
    case 'p': o->proof = optarg; return true;
    case 'j': return o->json = true;
    case 'c': return o->content = true;
    case 'f': return o->follow = true;
    default: return false;
    }
}

static bool parse(int argc, char **argv, struct audit_options *o)
{
    static const struct option known[] = {
        { "state", required_argument, NULL, 's' },
        { "run", required_argument, NULL, 'r' },
        { "kind", required_argument, NULL, 'k' },
        { "target", required_argument, NULL, 't' },
        { "since", required_argument, NULL, 'n' },
        { "purpose", required_argument, NULL, 'u' },
        { "proof", required_argument, NULL, 'p' },
        { "json", no_argument, NULL, 'j' },
        { "content", no_argument, NULL, 'c' },
        { "follow", no_argument, NULL, 'f' },
        { 0 },
    };
    optind = 0; /* getopt was used before for the options of rpa itself */
    for (int opt; (opt = getopt_long(argc, argv, "f", known, NULL)) != -1;)
        if (!take(opt, o))
            return false;
    return optind == argc - 1;
}

static const struct {
    const char *name, *options; /* beside --state */
    int (*run)(const struct audit_options *, struct rpa_err *);
} verbs[] = {
    { "verify", "rnj", audit_verify }, { "show", "rktnjcu", audit_show },
    { "tail", "rktnjfu", audit_tail },  { "export", "rpcu", audit_export },
    { "key", "", audit_key },          { "note", "", audit_note },
    { "rebuild", "", audit_rebuild },
};

/* an option that a command does not know is no option to be passed over */
static bool fits(const struct audit_options *o, const char *options)
{
    const struct {
        char letter;
        bool given;
    } all[] = {
        { 'r', o->filter.run >= 0 }, { 'k', o->filter.kind != 0 },
        { 't', o->filter.target },   { 'n', o->since },
        { 'u', o->purpose.text },    { 'p', o->proof },
        { 'j', o->json },            { 'c', o->content },
        { 'f', o->follow },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].given && !strchr(options, all[i].letter))
            return false;
    return true;
}

int cmd_audit(int argc, char **argv, const char *state_dir)
{
    struct audit_options o = { .state_dir = state_dir, .filter.run = -1,
                               .purpose.block.reason = -1 };
    struct rpa_err err;
    size_t i = 0;
    if (argc > 1 && !strcmp(argv[1], "pictures"))
        return cmd_pictures(argc, argv, state_dir);
    if (argc > 1 && !strcmp(argv[1], "picture"))
        return cmd_picture(argc, argv, state_dir);
    if (argc == 2 && !strcmp(argv[1], "--help")) {
        fputs(usage, stdout);
        return 0;
    }
    bool good = parse(argc, argv, &o);
    while (good && i < sizeof verbs / sizeof *verbs &&
           strcmp(argv[optind], verbs[i].name) != 0)
        i++;
    good = good && i < sizeof verbs / sizeof *verbs && fits(&o, verbs[i].options);
    if (good && o.since && verbs[i].run != audit_verify)
        good = take_time(o.since, &o.filter.since);
    if (good && verbs[i].run == audit_export)
        good = o.proof && o.filter.run >= 0;
    int r = good ? verbs[i].run(&o, &err) : EXIT_USAGE;
    rpa_purpose_clear(&o.purpose);
    if (!good)
        fputs(usage, stderr);
    if (r >= 0)
        return r;
    rpa_log_err(&err);
    return rpa_code_exit(err.code);
}
