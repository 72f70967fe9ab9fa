/* Files of a bot: the manifest names them, and a process of ours alone opens them
 * (filing.c), all below one folder. What is read has its row before the bot sees
 * it; what is written, before it is there. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/ipc/msg.h"
#include "rpa/supervisor/aside.h"
#include "rpa/supervisor/dry.h"
#include "rpa/supervisor/filing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_US 60000000 /* a folder's: then it does not answer */
#define LEAVE_US 5000000   /* to drop half a file */

/** The process, and what it was asked. */
struct filing {
    struct aside process;
    const cbor_item_t *args; /* of the call that waits for it; NULL: none */
    cbor_item_t *said;       /* its answer, once it is there */
    struct rpa_err lost;     /* it ended, and why; code 0: it runs */
    int64_t until_us;
    int64_t row; /* of what is being written, which has no outcome yet; or 0 */
    bool asked;  /* for it: it may have been written */
    bool last;   /* so that the file is another then */
    void (*left)(void *run); /* told that it has ended, as it is to */
};

/* ---- the process ---- */

static void forget(struct run *run)
{
    aside_end(&run->filing->process);
    rpa_msg_free(&run->filing->said);
    free(run->filing);
    run->filing = NULL;
}

static void tell_left(struct run *run);

/* the call is taken up again */
static void on_word(void *data, const cbor_item_t *msg, const struct rpa_err *why)
{
    struct run *run = data;
    struct filing *f = run->filing;
    void (*left)(void *data) = f->left;
    if (left) {
        forget(run);
        left(run);
        return;
    }
    if (why)
        f->lost = *why;
    else if (f->args && !f->said)
        f->said = rpa_cbor_ref(msg);
    if (run->held_until)
        sd_event_source_set_time(run->held_until, 0);
}

/* in our working directory: --files may be named from there */
static int start(struct run *run, struct filing *f, struct rpa_err *err)
{
    struct rpa_spawn spawn = { .role = "files", .envp = environ, .cwd = ".",
                               .output = STDERR_FILENO };
    f->lost.code = 0;
    return aside_start(&f->process, run->sup, &spawn, 0, on_word, run, err);
}

/* 1: the call of @args waits for the answer */
static int wait_for(struct run *run, const cbor_item_t *args)
{
    int64_t left_us = run->filing->until_us - rpa_mono_us();
    run->filing->args = args;
    run->wait_us = left_us > 0 ? left_us : 0;
    run->wait_for = "the folder of its files";
    return 1;
}

static int tell_lost(const struct filing *f, struct rpa_err *err)
{
    return rpa_fail(err, RPA_EIO, "who reads and writes the files is lost: %s",
                    f->lost.code ? f->lost.msg : "it hung up");
}

/* 1: it is asked, and the call of @args waits; @msg is taken. @goes_on: with a file
 * that only who was asked before knows of */
static int ask(struct run *run, const cbor_item_t *args, cbor_item_t *msg,
               bool goes_on, struct rpa_err *err)
{
    struct filing *f = run->filing;
    int r = aside_runs(&f->process) ? 0
            : goes_on               ? tell_lost(f, err)
                                    : start(run, f, err);
    f->until_us = rpa_mono_us() + ANSWER_US;
    if (r == 0)
        r = aside_say(&f->process, msg, -1, err);
    rpa_msg_free(&msg);
    return r < 0 ? r : wait_for(run, args);
}

/* 1: it is not there yet. The answer is the caller's, also if it is an error. */
static int answer_of(struct run *run, cbor_item_t **ret, struct rpa_err *err)
{
    struct filing *f = run->filing;
    if (!f->said && !f->lost.code && rpa_mono_us() < f->until_us)
        return 1;
    f->args = NULL;
    *ret = f->said;
    f->said = NULL;
    if (*ret)
        return rpa_msg_get_err(*ret, err);
    aside_end(&f->process);
    if (f->lost.code)
        return tell_lost(f, err);
    rpa_fail(err, RPA_ETIMEOUT, "the folder of the bot's files did not answer in "
                                "%d s",
             ANSWER_US / 1000000);
    return rpa_err_hint(err, "see whether this ends: ls %s",
                        run->options->files_dir);
}

static int have_filing(struct run *run, const cbor_item_t *args, struct rpa_err *err)
{
    if (!args) /* it would be the answer to itself */
        return rpa_fail(err, RPA_EPROTO, "the driver names no file");
    if (!run->filing)
        run->filing = calloc(1, sizeof *run->filing);
    return run->filing ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for files");
}

bool files_leave(struct run *run, void (*left)(void *run))
{
    struct filing *f = run->filing;
    if (!f)
        return false;
    tell_left(run);
    if (aside_runs(&f->process)) {
        f->left = left;
        aside_leave(&f->process, LEAVE_US);
        return true;
    }
    forget(run);
    return false;
}

/* ---- what it is asked ---- */

static const char *path_of(const struct run *run, const char *way,
                           const char *name, char *path, size_t size)
{
    const cbor_item_t *files =
        rpa_msg_get(run->options->bundle->manifest, "files");
    return rpa_msg_copy(rpa_msg_get(files, way), name, path, size) && *path
               ? path
               : NULL;
}

/* the file of @args is named in @msg; @way: "input" or "output" */
static int name_file(const struct run *run, const cbor_item_t *args,
                     const char *way, cbor_item_t *msg, struct rpa_err *err)
{
    char name[65] = "", path[1024];
    if (!rpa_msg_copy(args, "name", name, sizeof name) ||
        !path_of(run, way, name, path, sizeof path)) {
        rpa_fail(err, RPA_EPERM, "the manifest names no %s file '%s'", way, name);
        return rpa_err_hint(err, "files = { %s = { [\"%s\"] = \"…\" } }", way,
                            name[0] ? name : "NAME");
    }
    rpa_msg_put_str(msg, "folder", run->options->files_dir);
    rpa_msg_put_str(msg, "stores", run->sup->state_dir);
    rpa_msg_put_str(msg, "name", name);
    rpa_msg_put_str(msg, "path", path);
    return 0;
}

/* what of @args it is told too */
static void pass_on(cbor_item_t *msg, const cbor_item_t *args, const char *key)
{
    cbor_item_t *value = rpa_msg_get(args, key);
    if (value)
        rpa_msg_put_item(msg, key, rpa_cbor_ref(value));
}

static int ask_for_piece(struct run *run, const cbor_item_t *args,
                         struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "do", "read");
    pass_on(msg, args, "at");
    pass_on(msg, args, "bytes");
    pass_on(msg, args, "state");
    int r = name_file(run, args, "input", msg, err);
    if (r == 0)
        return ask(run, args, msg, false, err);
    rpa_msg_free(&msg);
    return r;
}

/* nothing is written by it: the row comes first */
static int ask_to_hold(struct run *run, const cbor_item_t *args, bool first,
                       struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "do", "hold");
    rpa_msg_put_bool(msg, "first", first);
    pass_on(msg, args, "append");
    pass_on(msg, args, "more");
    pass_on(msg, args, "data");
    int r = first ? name_file(run, args, "output", msg, err) : 0;
    if (r == 0)
        return ask(run, args, msg, !first, err);
    rpa_msg_free(&msg);
    return r;
}

static int ask_to_put(struct run *run, const cbor_item_t *args, bool last,
                      struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "do", "put");
    rpa_msg_put_bool(msg, "keep", last);
    int r = ask(run, args, msg, true, err);
    run->filing->asked = r >= 0;
    return r;
}

/* ---- the rows ---- */

/* @in: it was read; at @at there are @bytes, whose hash is in @said */
static int row_of(const struct run *run, const cbor_item_t *args, bool in,
                  int64_t at, int64_t bytes, const cbor_item_t *said,
                  int64_t *ret_seq, struct rpa_err *err)
{
    char name[65], path[1024] = "";
    cbor_item_t *map = rpa_cbor_map();
    struct rpa_buf body = { 0 };
    rpa_msg_copy(args, "name", name, sizeof name);
    path_of(run, in ? "input" : "output", name, path, sizeof path);
    rpa_msg_put_str(map, "direction", in ? "in" : "out");
    rpa_msg_put_str(map, "folder", run->options->files_dir);
    rpa_msg_put_str(map, "path", path);
    if (at)
        rpa_msg_put_int(map, "at", at);
    rpa_msg_put_int(map, "bytes", bytes);
    pass_on(map, said, "sha256");
    int r = rpa_cbor_dump(map, &body, err);
    const struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_FILE,
        .verb = in ? RPA_S62_COLLECTION : RPA_S62_DISCLOSURE, .field = name,
        .body = body.data, .body_len = body.len,
    };
    if (r == 0)
        r = rpa_audit_append(run->audit, &row, ret_seq, err);
    if (r == 0)
        r = rpa_audit_commit(run->audit, err);
    rpa_buf_clear(&body);
    rpa_msg_free(&map);
    return r;
}

/* What became of the row of what was written: @r, which is returned unless that fails.
 * With no answer, @ok NULL, what was not asked for was not done, nor is the file
 * another before its last piece is put. */
static int tell(struct run *run, int r, const cbor_item_t *ok, struct rpa_err *err)
{
    struct filing *f = run->filing;
    int64_t ignored;
    struct rpa_err second;
    bool known;
    if (!rpa_msg_bool(ok, "known", &known))
        known = !f->asked || !f->last;
    const struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_OUTCOME,
        .intent = f->row,
        .result = r == 0  ? RPA_RESULT_DONE
                  : known ? RPA_RESULT_NOT_DONE
                          : RPA_RESULT_UNKNOWN,
    };
    f->row = 0;
    int rowed = rpa_audit_append(run->audit, &row, &ignored, &second);
    if (rowed == 0)
        return r;
    *err = second;
    return rowed;
}

/* The run ends while something is written: by then it may have been answered. */
static void tell_left(struct run *run)
{
    struct filing *f = run->filing;
    struct rpa_err err;
    if (!f->row)
        return;
    int r = f->said ? rpa_msg_get_err(f->said, &err) : -RPA_EGONE;
    if (tell(run, r, rpa_msg_get(f->said, "ok"), &err) == -RPA_EAUDIT)
        run_fail_stop(run, &err);
}

/* ---- the calls ---- */

int files_read(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
               struct rpa_err *err)
{
    cbor_item_t *said = NULL;
    int64_t at = 0, seq;
    size_t len = 0;
    int r = have_filing(run, args, err);
    if (r < 0)
        return r;
    if (run->filing->args != args)
        return ask_for_piece(run, args, err);
    if ((r = answer_of(run, &said, err)) > 0)
        return wait_for(run, args);
    const cbor_item_t *ok = rpa_msg_get(said, "ok");
    rpa_msg_int(args, "at", &at);
    rpa_msg_bytes(ok, "data", &len);
    if (r == 0)
        r = row_of(run, args, true, at, (int64_t)len, ok, &seq, err);
    pass_on(reply, ok, "state");
    pass_on(reply, ok, "last");
    pass_on(reply, ok, "data");
    rpa_msg_free(&said);
    return r;
}

/* it knows what is to be written: that has its row, and is */
static int write_down(struct run *run, const cbor_item_t *args, bool last,
                      const cbor_item_t *ok, struct rpa_err *err)
{
    int64_t at = 0, bytes = 0;
    if (!rpa_msg_int(ok, "at", &at)) /* there is more of it */
        return 0;
    rpa_msg_int(ok, "bytes", &bytes);
    if (run->options->dry)
        return last ? dry_note(run, "a file is not written", NULL, err) : 0;
    run->filing->asked = false;
    run->filing->last = last;
    int r = row_of(run, args, false, at, bytes, ok, &run->filing->row, err);
    if (r == 0 && (r = ask_to_put(run, args, last, err)) < 0)
        r = tell(run, r, NULL, err);
    return r;
}

int files_write(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err)
{
    cbor_item_t *said = NULL;
    bool first = false, last = false;
    int r = have_filing(run, args, err);
    if (r < 0)
        return r;
    rpa_msg_bool(args, "first", &first);
    rpa_msg_bool(args, "last", &last);
    if (run->filing->args != args)
        return ask_to_hold(run, args, first, err);
    if ((r = answer_of(run, &said, err)) > 0)
        return wait_for(run, args);
    const cbor_item_t *ok = rpa_msg_get(said, "ok");
    if (!run->filing->row) {
        r = r == 0 ? write_down(run, args, last, ok, err) : r;
    } else {
        r = tell(run, r, ok, err);
        pass_on(reply, ok, "bytes");
    }
    rpa_msg_free(&said);
    return r;
}
