/* rpa audit pictures, rpa audit picture: what was sealed with a run. */
#include "rpa/cmd/audit.h"
#include "rpa/audit/read.h"
#include "rpa/cmd/picture_file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int audit_pictures(const struct audit_options *o, struct rpa_err *err)
{
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int r = audit_log_rows(o, "pictures", err);
    if (r == 0)
        r = rpa_audit_reader_open(o->state_dir, &o->filter, false, &reader, err);
    while (r == 0 && (r = rpa_audit_reader_next(reader, &e, err)) > 0) {
        json_t *plain = rpa_audit_keeps_picture(&e)
                            ? json_loads(e.plain, 0, NULL)
                            : NULL;
        if (json_is_string(json_object_get(plain, "reason")))
            put(&e, plain, o->json);
        json_decref(plain);
        r = ferror(stdout) ? rpa_fail(err, RPA_EIO, "cannot write") : 0;
    }
    rpa_audit_reader_close(reader);
    return r;
}

/* ---- one of them ---- */

/* a reader at the row, which keeps one */
static int find(const struct audit_options *o, bool content,
                struct rpa_audit_reader **ret, struct rpa_audit_entry *ret_row,
                struct rpa_err *err)
{
    const struct rpa_audit_filter from = { .run = -1, .after = o->row - 1 };
    int r = rpa_audit_reader_open(o->state_dir, &from, content, ret, err);
    if (r == 0)
        r = rpa_audit_reader_next(*ret, ret_row, err);
    if (r < 0)
        return r;
    if (r > 0 && ret_row->seq == o->row && rpa_audit_keeps_picture(ret_row))
        return 0;
    rpa_fail(err, RPA_ENOTFOUND, "row %lld keeps no picture", (long long)o->row);
    return rpa_err_hint(err, "rpa audit pictures lists those that do");
}

static int open_one(const struct audit_options *o, struct rpa_buf *png,
                    struct rpa_err *err)
{
    struct rpa_audit_reader *clear = NULL, *reader = NULL;
    struct rpa_audit_entry row;
    struct audit_log log = { 0 };
    int r = find(o, false, &clear, &row, err);
    if (r == 0)
        r = audit_log_picture(&log, o, &row, err);
    if (r == 0)
        r = find(o, true, &reader, &row, err);
    if (r == 0)
        r = rpa_audit_reader_picture(reader, png, err);
    rpa_audit_reader_close(reader);
    rpa_audit_reader_close(clear);
    audit_log_end(&log);
    return r;
}

/* The file comes first: who cannot write it has not looked. */
int audit_picture(const struct audit_options *o, struct rpa_err *err)
{
    char name[64];
    struct rpa_buf png = { 0 };
    snprintf(name, sizeof name, "picture-%lld.png", (long long)o->row);
    const char *out = o->out ? o->out : name;
    int fd = picture_file(out, err);
    if (fd < 0)
        return fd;
    int r = open_one(o, &png, err);
    r = picture_write(fd, out, r, png.data, png.len, err);
    if (r == 0)
        puts(out);
    if (png.data)
        explicit_bzero(png.data, png.cap);
    rpa_buf_clear(&png);
    return r;
}
