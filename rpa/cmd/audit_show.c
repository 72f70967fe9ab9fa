#include "rpa/cmd/audit.h"
#include "rpa/config/cbor_json.h"

#include <cbor.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { TAIL = 10 };

/* content is CBOR; what is not is shown in hexadecimal */
static json_t *content_json(const void *bytes, size_t len)
{
    struct cbor_load_result result;
    cbor_item_t *item = len ? cbor_load(bytes, len, &result) : NULL;
    if (!item || result.read != len) {
        if (item)
            cbor_decref(&item);
        return cbor_json_hex(bytes, len);
    }
    json_t *json = cbor_json(item);
    cbor_decref(&item);
    return json;
}

char *audit_content_text(const struct rpa_audit_entry *e)
{
    json_t *json = content_json(e->content, e->content_len);
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(json);
    return text;
}

static void put_json(const struct rpa_audit_entry *e)
{
    char when[28];
    const char *kind = rpa_audit_kind_name(e->kind);
    const char *verb = rpa_s62_name(e->verb);
    json_t *plain = json_loads(*e->plain ? e->plain : "{}", 0, NULL);
    json_t *row = json_pack(
        "{s:I,s:s,s:I,s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:s,s:I,s:o}", "seq",
        (json_int_t)e->seq, "time", rpa_time_iso(e->t_us, when), "mono_us",
        (json_int_t)e->mono_us, "run", (json_int_t)e->run, "rseq",
        (json_int_t)e->rseq, "grp", (json_int_t)e->grp, "kind",
        kind ? kind : "?", "verb", verb ? verb : "?", "target", e->target,
        "window", e->window, "field", e->field, "sealed_len",
        (json_int_t)e->sealed_len, "plain", plain ? plain : json_null());
    if (e->content)
        json_object_set_new(row, "content",
                            content_json(e->content, e->content_len));
    json_dumpf(row, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(row);
}

/* 'target/window/field', without those that are none */
static void add_labels(struct rpa_buf *line, const struct rpa_audit_entry *e)
{
    const char *const all[] = { e->target, e->window, e->field };
    char before = '\'';
    for (size_t i = 0; i < 3; i++) {
        if (!*all[i])
            continue;
        rpa_buf_putc(line, before);
        rpa_buf_escape(line, all[i], strlen(all[i]));
        before = '/';
    }
    if (before == '/')
        rpa_buf_puts(line, "' ");
}

static void put_line(const struct rpa_audit_entry *e)
{
    char when[28];
    const char *kind = rpa_audit_kind_name(e->kind);
    const char *verb = rpa_s62_name(e->verb);
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%6lld  %s  run %-4lld %-11s %-12s ",
                   (long long)e->seq, rpa_time_iso(e->t_us, when),
                   (long long)e->run, kind ? kind : "?", verb ? verb : "?");
    add_labels(&line, e);
    rpa_buf_escape(&line, e->plain, strlen(e->plain));
    if (e->content) {
        char *text = audit_content_text(e);
        rpa_buf_putc(&line, ' ');
        rpa_buf_escape(&line, text ? text : "?", text ? strlen(text) : 1);
        free(text);
    } else if (e->sealed_len) {
        rpa_buf_printf(&line, " [%zu bytes sealed]", e->sealed_len);
    }
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

static int print(const struct audit_options *o, int64_t *after,
                 struct rpa_err *err)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry entry;
    struct rpa_audit_filter filter = o->filter;
    filter.after = *after;
    int r = rpa_audit_reader_open(o->state_dir, &filter, o->content, &reader,
                                  err);
    while (r == 0 && (r = rpa_audit_reader_next(reader, &entry, err)) > 0) {
        if (o->json)
            put_json(&entry);
        else
            put_line(&entry);
        *after = entry.seq;
        r = ferror(stdout) ? rpa_fail(err, RPA_EIO, "cannot write") : 0;
    }
    rpa_audit_reader_close(reader);
    return r;
}

/* no row is an answer of a run, if there is one */
static int is_run(const struct audit_options *o, struct rpa_err *err)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry entry;
    struct rpa_audit_filter filter = { .run = o->filter.run };
    int r = rpa_audit_reader_open(o->state_dir, &filter, false, &reader, err);
    if (r == 0 && (r = rpa_audit_reader_next(reader, &entry, err)) == 0)
        r = rpa_fail(err, RPA_ENOTFOUND, "there is no run %lld",
                     (long long)o->filter.run);
    rpa_audit_reader_close(reader);
    return r < 0 ? r : 0;
}

int audit_show(const struct audit_options *o, struct rpa_err *err)
{
    int64_t after = 0;
    int r = audit_log_rows(o, o->content ? "show --content" : "show", err);
    if (r == 0)
        r = print(o, &after, err);
    return r == 0 && !after && o->filter.run > 0 ? is_run(o, err) : r;
}

/* until somebody writes to the store; a minute at most, in case it was moved */
static int wait_for_change(int watch, struct rpa_err *err)
{
    char events[4096];
    struct pollfd p = { .fd = watch, .events = POLLIN };
    if (poll(&p, 1, 60000) < 0 && errno != EINTR)
        return rpa_fail_errno(err, RPA_EIO, "waiting for rows");
    while (read(watch, events, sizeof events) > 0)
        ;
    return 0;
}

/* the last rows, and with --follow what comes */
int audit_tail(const struct audit_options *o, struct rpa_err *err)
{
    int64_t after = 0;
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    int r = audit_log_rows(o, "tail", err);
    if (r == 0 && (watch < 0 || inotify_add_watch(watch, o->state_dir,
                                                  IN_MODIFY | IN_CREATE) < 0))
        r = rpa_fail_errno(err, RPA_ENOTFOUND, "cannot watch %s", o->state_dir);
    if (r == 0)
        r = rpa_audit_reader_tail(o->state_dir, &o->filter, TAIL, &after, err);
    if (r == 0)
        r = print(o, &after, err);
    while (r == 0 && o->follow) {
        fflush(stdout);
        r = wait_for_change(watch, err);
        if (r == 0)
            r = print(o, &after, err);
    }
    if (watch >= 0)
        close(watch);
    return r;
}
