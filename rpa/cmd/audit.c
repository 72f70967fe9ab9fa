#include "rpa/cmd/audit.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/ipc/msg.h"
#include "rpa/supervisor/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

/* ---- who reads, and why ---- */

/* by the supervisor that has the store; RPA_ENOTFOUND: none has */
static int ask_for_row(const struct audit_options *o,
                       const struct rpa_audit_reading *reading,
                       struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", reading->verb == RPA_S62_DISCLOSURE
                                     ? "audit export"
                                     : "audit read");
    rpa_msg_put_str(msg, "what", reading->what);
    rpa_msg_put_int(msg, "run", reading->run);
    if (reading->purpose_len)
        rpa_msg_put_bytes(msg, "purpose", reading->purpose,
                          reading->purpose_len);
    int r = control_ask(o->state_dir, msg, &ok, err);
    rpa_msg_free(&msg);
    rpa_msg_free(&ok);
    return r;
}

/* by us, who have the store from now on */
static int put_row(struct audit_log *log, const struct audit_options *o,
                   struct rpa_audit_reading *reading, struct rpa_err *err)
{
    struct person me;
    people_me(&me);
    reading->actor = me.name;
    reading->uid = (uint32_t)me.uid;
    int r = log->own ? 0 : rpa_audit_open(o->state_dir, &log->own, err);
    if (r == -RPA_EEXIST) {
        rpa_err_context(err, "reading content is a logged act, and who has the "
                             "store does not answer");
        rpa_err_hint(err, "wait until the supervisor has begun, or has ended");
    }
    if (r == 0)
        r = rpa_audit_query(log->own, reading, err);
    return r == 0 ? rpa_audit_commit(log->own, err) : r;
}

int audit_log_reading(struct audit_log *log, const struct audit_options *o,
                      struct rpa_audit_reading reading, struct rpa_err *err)
{
    struct rpa_buf purpose = { 0 };
    char path[4096];
    bool ours = log->own;
    if (o->purpose_required && !o->purpose.block.justification) {
        rpa_fail(err, RPA_EPERM, "this installation reads nothing without a "
                                 "purpose");
        return rpa_err_hint(err, "--purpose justification=…,reason=…");
    }
    snprintf(path, sizeof path, "%s/audit.db", o->state_dir);
    if (access(path, F_OK) < 0) /* makes no store to read */
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    int r = rpa_purpose_pack(&o->purpose.block, &purpose, err);
    reading.purpose = purpose.data;
    reading.purpose_len = purpose.len;
    if (r == 0 && !ours) {
        r = ask_for_row(o, &reading, err);
        ours = r == -RPA_ENOTFOUND && err->native;
        if (ours)
            r = 0;
    }
    if (r == 0 && ours)
        r = put_row(log, o, &reading, err);
    rpa_buf_clear(&purpose);
    return r;
}

int audit_log_picture(struct audit_log *log, const struct audit_options *o,
                      const struct rpa_audit_entry *e, struct rpa_err *err)
{
    char what[40];
    snprintf(what, sizeof what, "picture %lld", (long long)e->seq);
    return audit_log_reading(log, o, (struct rpa_audit_reading){
        .what = what, .run = e->run, .verb = RPA_S62_CONSULTATION }, err);
}

int audit_log_rows(const struct audit_options *o, const char *what,
                    struct rpa_err *err)
{
    struct audit_log log = { 0 };
    if (!o->content && !o->purpose.text && !o->purpose_required)
        return 0;
    int r = audit_log_reading(&log, o, (struct rpa_audit_reading){
        .what = what, .run = o->filter.run, .verb = RPA_S62_CONSULTATION }, err);
    audit_log_end(&log);
    return r;
}

void audit_log_end(struct audit_log *log)
{
    rpa_audit_close(log->own);
    log->own = NULL;
}

/* ---- the tables made anew ---- */

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

static const char synopsis[] =
    "usage: rpa audit verify [--run N] [--since NOTE] [--json]\n"
    "       rpa audit show [FILTER…] [--json] [--content] [--purpose LIST]\n"
    "       rpa audit tail [FILTER…] [--json] [--follow] [--purpose LIST]\n"
    "       rpa audit export --run N --proof DIR [--content] [--purpose LIST]\n"
    "       rpa audit pictures [--run N] [--json] [--purpose LIST]\n"
    "       rpa audit picture ROW [--out FILE] [--purpose LIST]\n"
    "       rpa audit key|note|rebuild\n"
    "FILTER: --run N, --kind KIND, --target NAME, --since TIME\n"
    "Each takes --state DIR and --config FILE. Content is opened after a row that says who did,\n"
    "and why.\n";

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

static const struct verb {
    struct rpa_verb is;
    int (*run)(const struct audit_options *, struct rpa_err *);
} verbs[] = {
    { { "verify", 0, 0, "run since json" }, audit_verify },
    { { "show", 0, 0, "run kind target since json content purpose" },
      audit_show },
    { { "tail", 0, 0, "run kind target since json follow purpose" },
      audit_tail },
    { { "export", 0, 0, "run proof content purpose" }, audit_export },
    { { "pictures", 0, 0, "run json purpose" }, audit_pictures },
    { { "picture", 1, 1, "out purpose" }, audit_picture },
    { { "key", 0, 0, "" }, audit_key },
    { { "note", 0, 0, "" }, audit_note },
    { { "rebuild", 0, 0, "" }, audit_rebuild },
    { { NULL, 0, 0, NULL }, NULL },
};

/* what was given, for @verb; false: it is not right, and why is said */
static bool take(const struct verb *verb, const struct rpa_options *given,
                 struct audit_options *o)
{
    struct rpa_err err;
    double run;
    const char *kind = rpa_option_text(given, "kind"),
               *purpose = rpa_option_text(given, "purpose");
    if (rpa_option_number(given, "run", &run))
        o->filter.run = (int64_t)run;
    if (rpa_option_text(given, "state"))
        o->state_dir = rpa_option_text(given, "state");
    o->filter.kinds = kind ? RPA_AUDIT_ONLY(rpa_audit_kind_of(kind)) : 0;
    o->filter.target = rpa_option_text(given, "target");
    o->since = rpa_option_text(given, "since");
    o->proof = rpa_option_text(given, "proof");
    o->out = rpa_option_text(given, "out");
    o->json = rpa_option_flag(given, "json");
    o->content = rpa_option_flag(given, "content");
    o->follow = rpa_option_flag(given, "follow");
    o->purpose_required = rpa_option_demanded(given, "purpose_required");
    if (purpose && rpa_purpose_read(purpose, &o->purpose, &err) < 0) {
        rpa_log_err(&err);
        return false;
    }
    bool good = true;
    if (o->since && verb->run != audit_verify)
        if (!take_time(o->since, &o->filter.since)) {
            rpa_fail(&err, RPA_EINVAL, "--since '%.40s' is no time", o->since);
            rpa_err_hint(&err, "as 2026-11-22, 2026-11-22T14:30 or "
                               "2026-11-22T14:30:00, all in UTC");
            rpa_log_err(&err);
            return false;
        }
    if (verb->run == audit_export)
        good = good && o->proof && o->filter.run >= 0;
    if (verb->is.most)
        good = good && rpa_option_id(given->args[1], &o->row);
    if (!good)
        fputs(synopsis, stderr);
    return good;
}

int cmd_audit(int argc, char **argv, const char *state_dir)
{
    struct rpa_options given;
    struct audit_options o = { .state_dir = state_dir, .filter.run = -1,
                               .purpose.block.reason = -1 };
    struct rpa_err err;
    int status;
    if (rpa_options_read(RPA_OF_AUDIT, synopsis, argc, argv, &given, &status)) {
        const struct verb *verb = rpa_option_verb(&given, verbs, sizeof *verbs,
                                                  synopsis);
        status = !verb || !take(verb, &given, &o) ? EXIT_USAGE
                 : people_folder(o.state_dir, &err) < 0
                     ? -RPA_EPERM
                     : verb->run(&o, &err);
        if (status < 0) {
            rpa_log_err(&err);
            status = rpa_code_exit(err.code);
        }
    }
    rpa_purpose_clear(&o.purpose);
    rpa_options_clear(&given);
    return status;
}
