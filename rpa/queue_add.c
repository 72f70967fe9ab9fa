#include "rpa/queue_add.h"
#include "rpa/base/log.h"
#include "rpa/desk.h"
#include "rpa/queue/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOLD_MAX = 1000 }; /* faults; the rest are counted */

struct adding {
    struct rpa_queues *queues; /* NULL: a supervisor has them, and gets @rows */
    cbor_item_t *rows;
    struct rpa_buf nths; /* int64_t: which row of the file each of them is */
    const char *queue;
    struct rpa_who who;
    rpa_time now;
    int64_t good, bad; /* rows */
    int64_t faults;
    int64_t last_bad;
    struct rpa_err stopped; /* the store itself failed */
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

static void on_bad(void *data, int64_t row, const char *column,
                   const char *what)
{
    tell(data, row, column, strlen(column), what, strlen(what));
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

static void hand_over(struct adding *a, int64_t row,
                      const struct rpa_work_new *work)
{
    cbor_item_t *one = rpa_cbor_map();
    rpa_msg_put_str(one, "reference", work->reference);
    rpa_msg_put_strn(one, "payload", work->payload, work->payload_len);
    rpa_msg_put_int(one, "priority", work->priority);
    rpa_msg_put_int(one, "deadline_us", work->deadline_us);
    rpa_cbor_push(a->rows, one);
    rpa_buf_add(&a->nths, &row, sizeof row);
    a->good++;
}

static int on_row(void *data, int64_t row, const struct rpa_work_new *work)
{
    struct adding *a = data;
    struct rpa_err err = { 0 };
    struct rpa_buf faults = { 0 };
    if (!a->queues) {
        hand_over(a, row, work);
        return 0;
    }
    int r = rpa_work_add(a->queues, a->queue, work, a->who, a->now, &faults,
                         NULL, &err);
    if (r == 0)
        a->good++;
    else if (r != -RPA_EINVAL && r != -RPA_EEXIST)
        a->stopped = err;
    else if (faults.len)
        tell_faults(a, row, faults.data);
    else
        tell(a, row, "", 0, err.msg, strlen(err.msg));
    rpa_buf_clear(&faults);
    return a->stopped.code != 0;
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
        r = rpa_fail_errno(err, RPA_EIO, "reading the file");
    return r == 0 ? rpa_import_end(import, err) : r;
}

static int add_all(struct adding *a, const char *path, struct rpa_options *o,
                   struct rpa_err *err)
{
    const char *reference = rpa_option_text(o, "reference");
    const struct rpa_import_spec spec = {
        .form = form_of(path),
        .reference = reference ? reference : "id",
        .priority = rpa_option_text(o, "priority"),
        .deadline = rpa_option_text(o, "deadline"),
    };
    const struct rpa_import_to to = { on_row, on_bad, a };
    struct rpa_import *import = NULL;
    bool from_stdin = !strcmp(path, "-");
    FILE *file = from_stdin ? stdin : fopen(path, "re");
    if (!file)
        return rpa_fail_errno(err, RPA_EINVAL, "opening %s", path);
    int r = rpa_import_new(&spec, &to, &import, err);
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

/* what the supervisor says of the rows that could be read */
static int submit(struct adding *a, const char *state_dir, bool dry,
                  struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    size_t n;
    int64_t at;
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", "add");
    rpa_msg_put_str(msg, "queue", a->queue);
    rpa_msg_put_bool(msg, "dry", dry || a->bad > 0);
    rpa_msg_put_item(msg, "rows", cbor_incref(a->rows));
    int r = a->nths.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for the rows")
                           : desk_ask(state_dir, msg, &ok, err);
    cbor_item_t **bad = r == 0 ? rpa_msg_array(ok, "bad", &n) : NULL;
    for (size_t i = 0; bad && i < n; i++) {
        char *what = rpa_msg_dup(bad[i], "what");
        if (what && rpa_msg_int(bad[i], "row", &at) &&
            at < (int64_t)(a->nths.len / sizeof at))
            tell_faults(a, ((const int64_t *)(const void *)a->nths.data)[at],
                        what);
        a->good--;
        free(what);
    }
    rpa_msg_free(&ok);
    rpa_msg_free(&msg);
    return r;
}

static int settle(struct adding *a, const char *state_dir, bool dry,
                  struct rpa_err *err)
{
    int r = a->queues ? 0 : submit(a, state_dir, dry, err);
    if (r < 0)
        return r;
    if (a->faults > TOLD_MAX)
        fprintf(stderr, "and %lld faults more\n",
                (long long)(a->faults - TOLD_MAX));
    if (a->queues && !a->bad && !dry)
        return rpa_queues_commit(a->queues, err);
    if (a->queues)
        rpa_queues_rollback(a->queues);
    if (!a->bad)
        return 0;
    rpa_fail(err, RPA_EINVAL, "%lld of %lld rows cannot be queued; none was",
             (long long)a->bad, (long long)(a->bad + a->good));
    return rpa_err_hint(err, "mend those rows and add the file again");
}

/* the queues themselves, or none while a supervisor has them */
static int open_queues(struct adding *a, const char *state_dir,
                       struct rpa_err *err)
{
    struct rpa_queue_info info;
    int r = rpa_queues_open(state_dir, &a->queues, err);
    if (r == -RPA_EEXIST)
        return 0;
    if (r == 0)
        r = rpa_queue_info(a->queues, a->queue, &info, err);
    return r == 0 ? rpa_queues_begin(a->queues, err) : r;
}

int queue_add_file(const char *state_dir, const char *queue, const char *path,
                   struct rpa_options *o, struct rpa_who who)
{
    struct adding a = { .queue = queue, .who = who, .now = rpa_now_us(),
                        .rows = rpa_cbor_array() };
    struct rpa_err err;
    bool dry = rpa_option_flag(o, "dry_run");
    int r = open_queues(&a, state_dir, &err);
    if (r == 0)
        r = add_all(&a, path, o, &err);
    if (r == 0)
        r = settle(&a, state_dir, dry, &err);
    else if (a.queues)
        rpa_queues_rollback(a.queues);
    rpa_queues_close(a.queues);
    rpa_msg_free(&a.rows);
    rpa_buf_clear(&a.nths);
    if (r < 0) {
        rpa_log_err(&err);
        return rpa_code_exit(err.code);
    }
    printf("%lld items %s\n", (long long)a.good,
           dry ? "would be queued (--dry-run)" : "queued");
    return 0;
}
