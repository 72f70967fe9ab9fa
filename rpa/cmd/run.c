/* rpa run: one bot in the foreground, or by a daemon. */
#include "rpa/cmd/run.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/config/purpose.h"
#include "rpa/supervisor/control.h"
#include "rpa/supervisor/order.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTINGS_MAX 64

static const char synopsis[] =
    "usage: rpa run BOT [options]\n"
    "       rpa run -e LUA [--allow window=TITLE] [--allow host=HOST:PORT]\n"
    "                  [--allow output=FILE]\n"
    "       rpa run BOT -e LUA\n"
    "\n"
    "BOT is a folder in bots/, or in the folder that RPA_BOTS names, or a path\n"
    "to one; with -e, LUA is run by its manifest in place of its main.lua.\n"
    "Options:\n";

struct command {
    struct rpa_options options;
    struct rpa_purpose purpose;
    struct rpa_bundle bundle;
    struct rpa_run_options run;
    char files[PATH_MAX]; /* from wherever it is looked at */
};

static int read_purpose(struct command *c, struct rpa_err *err)
{
    const char *list = rpa_option_text(&c->options, "purpose");
    int r = list ? rpa_purpose_read(list, &c->purpose, err) : 0;
    bool show = rpa_option_flag(&c->options, "show");
    if (r == 0 && show && !rpa_option_flag(&c->options, "dry_run"))
        return rpa_fail(err, RPA_EINVAL, "--show is of a --dry-run");
    if (r < 0 || c->purpose.block.justification ||
        !(show || rpa_option_demanded(&c->options, "purpose_required")))
        return r;
    rpa_fail(err, RPA_EPERM, show ? "--show discloses what would be keyed: it "
                                    "needs a purpose"
                                  : "this installation runs nothing without a "
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
    if (r == 0 && c->options.nargs && rpa_option_text(&c->options, "map"))
        r = rpa_fail(err, RPA_EINVAL, "--map is for a chunk (-e): the manifest "
                                      "names a bot's map");
    if (r == 0)
        r = c->options.nargs
                ? rpa_bundle_load(c->options.args[0], chunk, set, n, &c->bundle,
                                  err)
                : load_chunk(c, chunk, set, n, err);
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

/* ---- the order ---- */

static int make(struct command *c, cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_options *o = &c->options;
    const char *files = rpa_option_text(o, "files");
    double seconds = 0;
    rpa_option_number(o, "timeout", &seconds);
    c->run = (struct rpa_run_options){
        .display = rpa_option_text(o, "display"),
        .timeout_ms = seconds > 0 ? (int64_t)(seconds * 1000) + 1 : 0,
        .purpose = c->purpose.block,
        .json = rpa_option_flag(o, "json"),
        .quiet = rpa_option_flag(o, "quiet"),
        .dry = rpa_option_flag(o, "dry_run"),
        .show = rpa_option_flag(o, "show"),
        .tty = isatty(STDERR_FILENO),
        .files_dir = c->files,
    };
    if (!realpath(files ? files : ".", c->files))
        return rpa_fail_errno(err, RPA_EINVAL, "--files %s",
                              files ? files : ".");
    int r = load_bot(c, err);
    if (r < 0)
        return r;
    c->run.pictures = choose_pictures(c);
    const struct order_parts parts = {
        .bundle = &c->bundle, .confs = o->confs,
        .target_required = rpa_option_demanded(o, "target_required"),
        .mode = rpa_option_text(o, "mode"),
    };
    *ret = order_make(&c->run, &parts);
    return *ret ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for an order");
}

/* a manifest's mode is no default, which a word could change */
static bool mode_fits(const struct command *c)
{
    struct rpa_err err;
    char asked[8], has[8];
    if (!rpa_msg_copy(c->options.argv, "mode", asked, sizeof asked) ||
        !rpa_msg_copy(c->bundle.manifest, "mode", has, sizeof has) ||
        !strcmp(asked, has))
        return true;
    rpa_fail(&err, RPA_EINVAL, "%s is a bot for %s: --mode %s is not for it",
             c->bundle.name, has, asked);
    rpa_err_hint(&err, "its mode is in its bot.lua; --mode is for what says none");
    rpa_log_err(&err);
    return false;
}

/* *@ret_order, or NULL and the exit status: all was told */
static void read_command(struct command *c, int argc, char **argv,
                         cbor_item_t **ret_order, int *ret_status)
{
    struct rpa_err err;
    if (!rpa_options_read(RPA_OF_RUN, synopsis, argc, argv, &c->options,
                          ret_status))
        return;
    *ret_status = 2;
    bool chunk = rpa_option_text(&c->options, "execute");
    if (c->options.nargs > 1 || (!chunk && !c->options.nargs)) {
        rpa_fail(&err, RPA_EINVAL,
                 "which bot? One folder in bots/, or a path to one");
        rpa_err_hint(&err, "rpa run --help");
        rpa_log_err(&err);
    } else if (read_purpose(c, &err) < 0) {
        rpa_log_err(&err);
        *ret_status = err.code == RPA_EINVAL ? 2 : rpa_code_exit(err.code);
    } else if (make(c, ret_order, &err) < 0) {
        rpa_log_err(&err);
        *ret_status = rpa_code_exit(err.code);
    } else if (!mode_fits(c)) {
        rpa_msg_free(ret_order);
    }
}

static void clear(struct command *c)
{
    rpa_bundle_clear(&c->bundle);
    rpa_purpose_clear(&c->purpose);
    rpa_options_clear(&c->options);
}

/* ---- carrying it out ---- */

static void take_exit(void *data, const struct run *run)
{
    int *ret_exit = data;
    *ret_exit = run->exit;
}

/* as the supervisor of the state directory, for this run */
static int run_here(const char *state_dir, const cbor_item_t *msg,
                    int64_t segment_rows, int *ret_exit, struct rpa_err *err)
{
    struct supervisor *sup = NULL;
    struct order *order = NULL;
    struct person me;
    struct rpa_err ignored;
    int r = order_open(msg, NULL, &order, err);
    people_me(&me);
    if (r == 0)
        r = people_here(people_for_mode(order->policy.mode), err);
    if (r == 0)
        r = supervisor_open(state_dir, &sup, err);
    if (r == 0) {
        sup->segment_rows = segment_rows;
        order->run.uid = me.uid;
        order->run.operator_name = me.name;
        order->run.tried = people_here(PEOPLE_OPERATOR, &ignored) < 0;
        r = supervisor_submit(sup, &order->run, take_exit, ret_exit, NULL, err);
    }
    if (r == 0)
        supervisor_loop(sup);
    supervisor_close(sup);
    order_free(order);
    return r;
}

int cmd_run(int argc, char **argv, const char *state_dir)
{
    struct command c = { .purpose.block.reason = -1 };
    cbor_item_t *order = NULL;
    struct rpa_err err;
    int status = 2;
    read_command(&c, argc, argv, &order, &status);
    if (order) {
        const char *state = rpa_option_text(&c.options, "state");
        double rows = RPA_AUDIT_SEGMENT_ROWS;
        rpa_option_number(&c.options, "segment_rows", &rows);
        state = state ? state : state_dir;
        rpa_log_init("", c.run.quiet ? RPA_LOG_WARN : RPA_LOG_INFO);
        int r = control_run(state, order, &status, &err);
        if (r == -RPA_ENOTFOUND && err.native) /* no daemon there */
            r = run_here(state, order, (int64_t)rows, &status, &err);
        if (r < 0) {
            rpa_log_err(&err);
            status = rpa_code_exit(err.code);
        }
    }
    rpa_msg_free(&order);
    clear(&c);
    return status;
}

int rpa_role_load(int argc, char **argv)
{
    struct command c = { .purpose.block.reason = -1 };
    cbor_item_t *order = NULL;
    struct rpa_err err;
    int status = 2;
    read_command(&c, argc, argv, &order, &status);
    if (order && rpa_msg_send(3, order, NULL, 0, &err) < 0)
        rpa_log_err(&err);
    else if (order)
        status = 0;
    rpa_msg_free(&order);
    clear(&c);
    return status;
}
