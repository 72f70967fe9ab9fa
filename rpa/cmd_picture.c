/* rpa audit pictures, rpa audit picture: what was sealed with a run. */
#include "rpa/cmd_picture.h"
#include "rpa/audit/picture.h"
#include "rpa/audit/read.h"
#include "rpa/base/log.h"
#include "rpa/ipc/msg.h"
#include "rpa/purpose.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: rpa audit pictures [--state DIR] [--run N] [--json]\n"
    "       rpa audit picture ROW [--state DIR] [--out FILE] [--purpose LIST]\n"
    "\n"
    "Lists the pictures sealed with runs, by their rows; opens one into FILE\n"
    "(picture-ROW.png); who did, which and why is a row first.\n";

struct options {
    const char *state_dir, *out;
    int64_t run, seq; /* run -1 all; seq 0 none */
    bool json;
    struct rpa_purpose purpose;
};

static int fail(const struct rpa_err *err)
{
    rpa_log_err(err);
    return rpa_code_exit(err->code);
}

/* ---- the list ---- */

static void put(const struct rpa_audit_entry *e, const json_t *plain, bool json)
{
    char when[28];
    const char *reason = json_string_value(json_object_get(plain, "reason"));
    if (!json) {
        struct rpa_buf line = { 0 };
        rpa_buf_printf(&line, "%6lld  %s  run %-4lld %-12s ",
                       (long long)e->seq, rpa_time_iso(e->t_us, when),
                       (long long)e->run, reason);
        rpa_buf_escape(&line, e->window, strlen(e->window));
        puts(line.data ? line.data : "");
        rpa_buf_clear(&line);
        return;
    }
    json_t *row = json_pack("{s:I, s:s, s:I, s:I, s:s, s:s, s:s, s:O}", "seq",
                            (json_int_t)e->seq, "time",
                            rpa_time_iso(e->t_us, when), "run",
                            (json_int_t)e->run, "grp", (json_int_t)e->grp,
                            "target", e->target, "window", e->window, "reason",
                            reason, "number", json_object_get(plain, "number"));
    json_dumpf(row, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(row);
}

static int list(const struct options *o)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    struct rpa_err err;
    const struct rpa_audit_filter filter = { .run = o->run };
    int r = rpa_audit_reader_open(o->state_dir, &filter, false, &reader, &err);
    while (r == 0 && (r = rpa_audit_reader_next(reader, &e, &err)) > 0) {
        json_t *plain = e.kind == RPA_AUDIT_SCREEN
                            ? json_loads(e.plain, 0, NULL)
                            : NULL;
        if (json_is_string(json_object_get(plain, "reason")))
            put(&e, plain, o->json);
        json_decref(plain);
        r = ferror(stdout) ? rpa_fail(&err, RPA_EIO, "cannot write") : 0;
    }
    rpa_audit_reader_close(reader);
    return r < 0 ? fail(&err) : 0;
}

/* ---- one of them ---- */

static int open_one(const struct options *o, struct rpa_buf *png,
                    struct rpa_err *err)
{
    struct rpa_audit *audit = NULL;
    struct rpa_buf purpose = { 0 };
    uid_t uid = getuid();
    struct passwd *pw = getpwuid(uid);
    char path[4096];
    snprintf(path, sizeof path, "%s/audit.db", o->state_dir);
    if (access(path, F_OK) < 0) /* makes no store to look into */
        return rpa_fail_errno(err, RPA_ENOTFOUND, "%s", path);
    int r = rpa_purpose_pack(&o->purpose.block, &purpose, err);
    if (r == 0)
        r = rpa_audit_open(o->state_dir, &audit, err);
    if (r == -RPA_EEXIST) {
        rpa_err_context(err, "opening a picture is a logged act");
        rpa_err_hint(err, "wait until the supervisor has ended");
    }
    const struct rpa_audit_reading viewer = {
        .actor = pw ? pw->pw_name : "", .uid = (uint32_t)uid,
        .purpose = purpose.data, .purpose_len = purpose.len,
    };
    if (r == 0)
        r = rpa_audit_picture_open(audit, o->state_dir, o->seq, &viewer, png,
                                   err);
    rpa_audit_close(audit);
    rpa_buf_clear(&purpose);
    return r;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

/* The file comes first: who cannot write it has not looked. */
static int show(const struct options *o)
{
    char name[64];
    struct rpa_buf png = { 0 };
    struct rpa_err err;
    snprintf(name, sizeof name, "picture-%lld.png", (long long)o->seq);
    const char *out = o->out ? o->out : name;
    int fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        rpa_fail_errno(&err, RPA_EIO, "making %s", out);
        rpa_err_hint(&err, "--out names a new file");
        return fail(&err);
    }
    int r = open_one(o, &png, &err);
    if (r == 0 && write_all(fd, png.data, png.len) < 0)
        r = rpa_fail_errno(&err, RPA_EIO, "writing %s", out);
    close(fd);
    if (r < 0)
        unlink(out);
    else
        printf("%s\n", out);
    if (png.data)
        explicit_bzero(png.data, png.cap);
    rpa_buf_clear(&png);
    return r < 0 ? fail(&err) : 0;
}

/* ---- the commands ---- */

static bool number(const char *text, int64_t least, int64_t *ret)
{
    char *end;
    *ret = strtoll(text, &end, 10);
    return end != text && !*end && *ret >= least;
}

enum { OPT_STATE = 1, OPT_RUN, OPT_JSON, OPT_OUT, OPT_PURPOSE, OPT_HELP };

static const struct option known[] = {
    { "state", required_argument, NULL, OPT_STATE },
    { "run", required_argument, NULL, OPT_RUN },
    { "json", no_argument, NULL, OPT_JSON },
    { "out", required_argument, NULL, OPT_OUT },
    { "purpose", required_argument, NULL, OPT_PURPOSE },
    { "help", no_argument, NULL, OPT_HELP },
    { 0 },
};

static bool take_option(struct options *o, int opt)
{
    struct rpa_err err;
    switch (opt) {
    case OPT_STATE:
        o->state_dir = optarg;
        return true;
    case OPT_RUN:
        return number(optarg, 0, &o->run);
    case OPT_JSON:
        return o->json = true;
    case OPT_OUT:
        o->out = optarg;
        return true;
    case OPT_PURPOSE:
        if (rpa_purpose_read(optarg, &o->purpose, &err) == 0)
            return true;
        rpa_log_err(&err);
        return false;
    default:
        return false;
    }
}

/* 0, or the exit status to end with, or -1 for help */
static int parse(int argc, char **argv, struct options *o)
{
    optind = 0; /* getopt was used before for the options of rpa itself */
    for (int opt; (opt = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (opt == OPT_HELP)
            return -1;
        if (!take_option(o, opt))
            return EXIT_USAGE;
    }
    return 0;
}

static int command(int argc, char **argv, const char *state_dir, bool one)
{
    struct options o = { .state_dir = state_dir, .run = -1,
                         .purpose.block.reason = -1 };
    int status = parse(argc, argv, &o);
    if (status == -1) {
        fputs(usage, stdout);
        status = 0;
    } else if (status || argc - optind != 1 + one ||
               (one && !number(argv[optind + 1], 1, &o.seq))) {
        fputs(usage, stderr);
        status = EXIT_USAGE;
    } else {
        status = one ? show(&o) : list(&o);
    }
    rpa_purpose_clear(&o.purpose);
    return status;
}

int cmd_pictures(int argc, char **argv, const char *state_dir)
{
    return command(argc, argv, state_dir, false);
}

int cmd_picture(int argc, char **argv, const char *state_dir)
{
    return command(argc, argv, state_dir, true);
}
