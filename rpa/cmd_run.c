/* rpa run: one bot in the foreground. */
#include "rpa/cmd_run.h"
#include "rpa/base/log.h"
#include "rpa/options.h"
#include "rpa/purpose.h"
#include "rpa/supervisor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTINGS_MAX 64

static const char synopsis[] =
    "usage: rpa run BOT [options]\n"
    "       rpa run -e LUA [--allow window=TITLE] [--allow host=HOST:PORT]\n"
    "\n"
    "BOT is a folder in bots/, or a path to one. Options:\n";

struct command {
    struct rpa_options options;
    struct rpa_purpose purpose;
    struct rpa_bundle bundle;
    struct rpa_policy policy;
    struct rpa_run_options run;
};

static int read_purpose(struct command *c, struct rpa_err *err)
{
    const char *list = rpa_option_text(&c->options, "purpose");
    int r = list ? rpa_purpose_read(list, &c->purpose, err) : 0;
    if (r < 0 || !rpa_option_demanded(&c->options, "purpose_required") ||
        c->purpose.block.justification)
        return r;
    rpa_fail(err, RPA_EPERM, "this installation runs nothing without a "
                             "purpose");
    return rpa_err_hint(err, "--purpose justification=…,reason=…");
}

static int load_chunk(struct command *c, const char *chunk,
                      const struct rpa_setting *set, size_t nset,
                      struct rpa_err *err)
{
    struct rpa_setting allow[SETTINGS_MAX];
    size_t n;
    int r = rpa_option_pairs(&c->options, "allow", allow, SETTINGS_MAX, &n,
                             err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        if (!strcmp(allow[i].key, "window"))
            c->run.needs_display = c->run.display == NULL;
    return rpa_bundle_chunk("chunk", chunk,
                            rpa_option_text(&c->options, "target"),
                            rpa_option_text(&c->options, "map"), allow, n, set,
                            nset, &c->bundle, err);
}

static int load_bot(struct command *c, struct rpa_err *err)
{
    struct rpa_setting set[SETTINGS_MAX];
    size_t n;
    const char *chunk = rpa_option_text(&c->options, "execute");
    int r = rpa_option_pairs(&c->options, "set", set, SETTINGS_MAX, &n, err);
    if (r == 0 && !chunk && rpa_option_text(&c->options, "map"))
        r = rpa_fail(err, RPA_EINVAL, "--map is for a chunk (-e): the manifest "
                                      "names a bot's map");
    if (r == 0)
        r = chunk ? load_chunk(c, chunk, set, n, err)
                  : rpa_bundle_load(c->options.args[0], set, n, &c->bundle,
                                    err);
    if (r == 0)
        r = rpa_policy_read(c->options.confs, RPA_CONFS,
                            rpa_option_demanded(&c->options, "target_required"),
                            rpa_option_text(&c->options, "mode"), &c->bundle,
                            &c->policy, err);
    return r;
}

/* the option, else the bot; both were checked */
static const char *choose_pictures(struct command *c)
{
    static const char *const all[] = { "none", "screens" };
    const char *option = rpa_option_text(&c->options, "pictures");
    for (size_t i = 0; i < 2; i++)
        if (option ? !strcmp(option, all[i])
                   : rpa_msg_is(c->bundle.manifest, "pictures", all[i]))
            return all[i];
    return "failure";
}

static void take_exit(void *data, const struct run *run)
{
    int *ret_exit = data;
    *ret_exit = run->exit;
}

static int run_it(struct command *c, const char *state_dir, int *ret_exit,
                  struct rpa_err *err)
{
    struct rpa_options *o = &c->options;
    struct supervisor *sup = NULL;
    const char *state = rpa_option_text(o, "state");
    const char *files = rpa_option_text(o, "files");
    double seconds = 0, rows = RPA_AUDIT_SEGMENT_ROWS;
    rpa_option_number(o, "timeout", &seconds);
    rpa_option_number(o, "segment_rows", &rows);
    c->run = (struct rpa_run_options){
        .bundle = &c->bundle,
        .policy = &c->policy,
        .display = rpa_option_text(o, "display"),
        .timeout_ms = seconds > 0 ? (int64_t)(seconds * 1000) + 1 : 0,
        .purpose = c->purpose.block,
        .json = rpa_option_flag(o, "json"),
        .quiet = rpa_option_flag(o, "quiet"),
        .uid = run_login(getpid(), getuid()),
        .files_dir = files ? files : ".",
    };
    int r = load_bot(c, err);
    c->run.pictures = choose_pictures(c);
    if (r == 0)
        r = rpa_policy_check_time(&c->policy, rpa_now_us(), err);
    if (r == 0)
        r = supervisor_open(state ? state : state_dir, &sup, err);
    if (r == 0) {
        sup->segment_rows = (int64_t)rows;
        r = supervisor_submit(sup, &c->run, take_exit, ret_exit, err);
    }
    if (r == 0)
        supervisor_loop(sup);
    supervisor_close(sup);
    return r;
}

int cmd_run(int argc, char **argv, const char *state_dir)
{
    struct command c = { .purpose.block.reason = -1 };
    struct rpa_err err;
    int status = 2;
    bool go = rpa_options_read(RPA_OF_RUN, synopsis, argc, argv, &c.options,
                               &status);
    bool chunk = go && rpa_option_text(&c.options, "execute");
    if (go && c.options.nargs != (chunk ? 0 : 1)) {
        rpa_fail(&err, RPA_EINVAL,
                 chunk ? "a chunk (-e) takes no bot beside it"
                       : "which bot? One folder in bots/, or a path to one");
        rpa_err_hint(&err, "rpa run --help");
        rpa_log_err(&err);
    } else if (go && read_purpose(&c, &err) < 0) {
        rpa_log_err(&err);
        status = err.code == RPA_EINVAL ? 2 : rpa_code_exit(err.code);
    } else if (go && run_it(&c, state_dir, &status, &err) < 0) {
        rpa_log_err(&err);
        status = rpa_code_exit(err.code);
    }
    rpa_policy_clear(&c.policy);
    rpa_bundle_clear(&c.bundle);
    rpa_purpose_clear(&c.purpose);
    rpa_options_clear(&c.options);
    return status;
}
