#include "rpa/cmd/queue_add.h"
#include "rpa/base/log.h"
#include "rpa/queue/import.h"
#include "rpa/sched/cron.h"
#include "rpa/supervisor/desk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOLD_MAX = 1000 }; /* faults; the rest are counted */

struct adding {
    struct desk_door door;
    const char *queue;
    int64_t batch;
    cbor_item_t *rows;       /* the piece in hand */
    size_t nrows, bytes;
    int64_t nth[DESK_PIECE]; /* which row of the file each of them is */
    int64_t good, bad; /* rows */
    int64_t faults;
    int64_t last_bad;
    struct rpa_err stopped; /* the desk itself refused */
};

static void tell(struct adding *a, int64_t row, const char *column, size_t len,
                 const char *what, size_t what_len)
{
    struct rpa_buf line = { 0 };
    a->bad += row != a->last_bad;
    a->last_bad = row;
    if (a->faults++ >= TOLD_MAX)
        return;
    rpa_buf_printf(&line, "row %lld", (long long)row);
    if (len) {
        rpa_buf_puts(&line, ", column ");
        rpa_buf_escape(&line, column, len);
    }
    rpa_buf_puts(&line, ": ");
    rpa_buf_escape(&line, what, what_len);
    fprintf(stderr, "%s\n", line.data ? line.data : "row: no memory");
    rpa_buf_clear(&line);
}

/* "/Surname: longer than 35" a line: the member is the column */
static void tell_faults(struct adding *a, int64_t row, const char *faults)
{
    while (*faults) {
        size_t len = strcspn(faults, "\n");
        const char *colon = memmem(faults, len, ": ", 2);
        size_t name = colon ? (size_t)(colon - faults) : 0;
        if (faults[0] == '/' && name > 1)
            tell(a, row, faults + 1, name - 1, colon + 2, len - name - 2);
        else
            tell(a, row, "", 0, faults, len);
        faults += len + (faults[len] == '\n');
    }
}

static cbor_item_t *message(const struct adding *a, const char *verb)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", verb);
    rpa_msg_put_str(msg, "queue", a->queue);
    if (a->batch)
        rpa_msg_put_int(msg, "batch", a->batch);
    return msg;
}

static void tell_bad(struct adding *a, const cbor_item_t *ok)
{
    size_t n;
    int64_t at;
    cbor_item_t **bad = rpa_msg_array(ok, "bad", &n);
    for (size_t i = 0; bad && i < n; i++) {
        char *what = rpa_msg_dup(bad[i], "what");
        if (what && rpa_msg_int(bad[i], "row", &at) && at >= 0 &&
            at < (int64_t)a->nrows)
            tell_faults(a, a->nth[at], what);
        a->good--;
        free(what);
    }
}

/* hand over the piece in hand; without a batch yet, begin one */
static int hand_over(struct adding *a, struct rpa_err *err)
{
    int r;
    bool begins = !a->batch;
    do {
        cbor_item_t *msg = message(a, "add"), *ok = NULL;
        rpa_msg_put_item(msg, "rows", cbor_incref(a->rows));
        r = desk_ask(&a->door, msg, &ok, err);
        if (r == 0 && rpa_msg_int(ok, "batch", &a->batch))
            tell_bad(a, ok);
        rpa_msg_free(&ok);
        rpa_msg_free(&msg);
    } while (r == 0 && begins && !a->batch);
    rpa_msg_free(&a->rows);
    a->rows = rpa_cbor_array();
    a->nrows = a->bytes = 0;
    return r;
}

/* a row is encoded by itself: a message holds only so many values */
static int take(struct adding *a, int64_t row, const struct rpa_work_new *work,
                struct rpa_err *err)
{
    enum { PIECE_BYTES = 65536 };
    struct rpa_buf bytes = { 0 };
    cbor_item_t *one = rpa_cbor_map();
    rpa_msg_put_str(one, "reference", work->reference);
    rpa_msg_put_strn(one, "payload", work->payload, work->payload_len);
    rpa_msg_put_int(one, "priority", work->priority);
    rpa_msg_put_int(one, "deadline_us", work->deadline_us);
    int r = rpa_cbor_dump(one, &bytes, err);
    if (r == 0)
        rpa_cbor_push(a->rows, rpa_cbor_bytes(bytes.data, bytes.len));
    a->nth[a->nrows++] = row;
    a->bytes += bytes.len;
    a->good++;
    rpa_buf_clear(&bytes);
    rpa_msg_free(&one);
    return r == 0 && (a->nrows == DESK_PIECE || a->bytes > PIECE_BYTES)
               ? hand_over(a, err)
               : r;
}

static int on_row(void *data, int64_t row, const struct rpa_work_new *work)
{
    struct adding *a = data;
    struct rpa_err err;
    if (!a->stopped.code && take(a, row, work, &err) < 0)
        a->stopped = err;
    return a->stopped.code != 0;
}

/* what is wrong is told in the order of the file */
static void on_bad(void *data, int64_t row, const char *column,
                   const char *what)
{
    struct adding *a = data;
    struct rpa_err err;
    if (a->nrows && a->faults < TOLD_MAX && hand_over(a, &err) < 0)
        a->stopped = err;
    tell(a, row, column, strlen(column), what, strlen(what));
}

static enum rpa_import_form form_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcasecmp(dot, ".jsonl") || !strcasecmp(dot, ".ndjson"))
               ? RPA_IMPORT_JSONL
               : RPA_IMPORT_CSV;
}

static int read_file(FILE *file, struct rpa_import *import, struct rpa_err *err)
{
    char piece[65536];
    size_t n;
    int r = 0;
    while (r == 0 && (n = fread(piece, 1, sizeof piece, file)) > 0)
        r = rpa_import_feed(import, piece, n, err);
    if (r == 0 && ferror(file))
        r = rpa_fail_errno(err, errno == EISDIR ? RPA_EINVAL : RPA_EIO,
                           "reading the file");
    return r == 0 ? rpa_import_end(import, err) : r;
}

/* --within: a time after the one in the column of the deadline */
static int read_within(struct rpa_options *o, int64_t *ret_s,
                       struct rpa_err *err)
{
    const char *text = rpa_option_text(o, "within");
    if (!text || (rpa_option_text(o, "deadline") &&
                  rpa_duration_read(text, ret_s)))
        return 0;
    return rpa_fail(err, RPA_EINVAL,
                    "--within wants a time such as 24h, and --deadline");
}

static int add_all(struct adding *a, const char *path, struct rpa_options *o,
                   struct rpa_err *err)
{
    const char *reference = rpa_option_text(o, "reference");
    struct rpa_import_spec spec = {
        .form = form_of(path),
        .reference = reference ? reference : "id",
        .priority = rpa_option_text(o, "priority"),
        .deadline = rpa_option_text(o, "deadline"),
    };
    const struct rpa_import_to to = { on_row, on_bad, a };
    struct rpa_import *import = NULL;
    bool from_stdin = !strcmp(path, "-");
    int r = read_within(o, &spec.within_s, err);
    if (r < 0)
        return r;
    FILE *file = from_stdin ? stdin : fopen(path, "re");
    if (!file)
        return rpa_fail_errno(err, RPA_EINVAL, "opening %s", path);
    r = rpa_import_new(&spec, &to, &import, err);
    if (r == 0)
        r = read_file(file, import, err);
    if (a->stopped.code) {
        *err = a->stopped;
        r = -(int)err->code;
    }
    rpa_import_free(import);
    if (!from_stdin)
        fclose(file);
    return r;
}

/* all of it is to be, or nothing */
static int decide(struct adding *a, bool keep, struct rpa_err *err)
{
    bool left = true;
    int r = 0;
    while (r == 0 && left) {
        cbor_item_t *msg = message(a, "added"), *ok = NULL;
        rpa_msg_put_bool(msg, "keep", keep);
        r = desk_ask(&a->door, msg, &ok, err);
        left = r == 0 && rpa_msg_get(ok, "left");
        a->batch = 0;
        rpa_msg_free(&ok);
        rpa_msg_free(&msg);
    }
    return r;
}

static int add(struct adding *a, const char *path, struct rpa_options *o,
               bool dry, struct rpa_err *err)
{
    struct rpa_err ignored;
    int r = hand_over(a, err); /* is there such a queue? */
    if (r < 0)
        return r;
    r = add_all(a, path, o, err);
    if (r == 0)
        r = hand_over(a, err);
    if (r < 0) {
        decide(a, false, &ignored);
        return r;
    }
    if (a->faults > TOLD_MAX)
        fprintf(stderr, "and %lld faults more\n",
                (long long)(a->faults - TOLD_MAX));
    r = decide(a, !dry && !a->bad, err);
    if (r < 0 || !a->bad)
        return r;
    rpa_fail(err, RPA_EINVAL, "%lld of %lld rows cannot be queued; none was",
             (long long)a->bad, (long long)(a->bad + a->good));
    return rpa_err_hint(err, "mend those rows and add the file again");
}

int queue_add_file(const char *state_dir, const char *queue, const char *path,
                   struct rpa_options *o)
{
    struct adding a = { .queue = queue, .door = { .state_dir = state_dir },
                        .rows = rpa_cbor_array() };
    struct rpa_err err;
    bool dry = rpa_option_flag(o, "dry_run");
    int r = add(&a, path, o, dry, &err);
    desk_leave(&a.door);
    rpa_msg_free(&a.rows);
    if (r < 0) {
        rpa_log_err(&err);
        return rpa_code_exit(err.code);
    }
    printf("%lld items %s\n", (long long)a.good,
           dry ? "would be queued (--dry-run)" : "queued");
    return 0;
}
