/* What stands where in the queues: read beside whoever owns them. What items
 * hold is shown only when the audit has a row that says who looks, and why. */
#include "rpa/cmd/queue_show.h"
#include "rpa/cmd/reading.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print(json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(json);
}

/* NULL for a time that is none */
static json_t *time_json(rpa_time t)
{
    char when[28];
    return t ? json_string(rpa_time_iso(t, when)) : json_null();
}

static json_t *item_json(const struct rpa_work_info *info)
{
    return json_pack("{s:I,s:s,s:s,s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:s}", "item",
                     (json_int_t)info->item, "queue", info->queue, "state",
                     rpa_work_state_name(info->state), "attempts",
                     (json_int_t)info->attempts, "spent",
                     (json_int_t)info->spent, "priority",
                     (json_int_t)info->priority, "rerun_of",
                     (json_int_t)info->rerun_of, "added",
                     time_json(info->added_us), "deadline",
                     time_json(info->deadline_us), "due",
                     time_json(info->due_us), "why", info->why);
}

static void put_item(const struct rpa_work_info *info)
{
    char when[28];
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%6lld  %-9s  %lld attempts  ", (long long)info->item,
                   rpa_work_state_name(info->state),
                   (long long)info->attempts);
    if (info->rerun_of)
        rpa_buf_printf(&line, "item %lld again  ", (long long)info->rerun_of);
    if (info->deadline_us)
        rpa_buf_printf(&line, "by %.19sZ  ",
                       rpa_time_iso(info->deadline_us, when));
    if (info->due_us && info->state == RPA_WORK_DEFERRED)
        rpa_buf_printf(&line, "not before %.19sZ  ",
                       rpa_time_iso(info->due_us, when));
    rpa_buf_escape(&line, info->why, strlen(info->why));
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

static int list_item(void *data, const struct rpa_work_info *info)
{
    struct asked *a = data;
    if (a->json)
        print(item_json(info));
    else
        put_item(info);
    return ferror(stdout);
}

static void put_queue(const struct rpa_queue_info *info)
{
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%-20s ", info->name);
    for (int s = 1; s <= RPA_WORK_CANCELLED; s++)
        if (info->count[s])
            rpa_buf_printf(&line, " %lld %s", (long long)info->count[s],
                           rpa_work_state_name(s));
    if (info->paused) {
        rpa_buf_puts(&line, "  paused: ");
        rpa_buf_escape(&line, info->paused_why, strlen(info->paused_why));
    }
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

static void print_queue(const struct rpa_queue_info *info)
{
    json_t *counts = json_object();
    for (int s = 1; s <= RPA_WORK_CANCELLED; s++)
        json_object_set_new(counts, rpa_work_state_name(s),
                            json_integer(info->count[s]));
    print(json_pack("{s:s,s:b,s:s,s:o,s:o,s:o}", "queue", info->name, "paused",
                    info->paused, "paused_why", info->paused_why, "items",
                    counts, "oldest", time_json(info->oldest_us), "deadline",
                    time_json(info->deadline_us)));
}

static int list_queue(void *data, const char *name)
{
    struct asked *a = data;
    struct rpa_queue_info info;
    struct rpa_err err;
    if (rpa_queue_info(a->queues, name, &info, &err) < 0)
        return queue_fail(&err);
    if (a->json)
        print_queue(&info);
    else
        put_queue(&info);
    return ferror(stdout);
}

/* the number of a state's name, 0 if it is none */
static int state_of(const char *name)
{
    for (int s = 1; s <= RPA_WORK_CANCELLED; s++)
        if (!strcmp(rpa_work_state_name(s), name))
            return s;
    return 0;
}

int queue_list(struct asked *a)
{
    struct rpa_err err;
    const char *in = rpa_option_text(a->o, "in");
    int r = a->nargs ? rpa_work_each(a->queues, a->args[0],
                                     in ? state_of(in) : 0, list_item, a, &err)
                     : rpa_queue_each(a->queues, list_queue, a, &err);
    return r < 0 ? queue_fail(&err) : 0;
}

static int show_step(void *data, const struct rpa_work_step *step)
{
    struct asked *a = data;
    char when[28];
    const char *from = rpa_work_state_name(step->from);
    if (a->json) {
        print(json_pack("{s:I,s:s,s:s?,s:s,s:I,s:s,s:s,s:s}", "step",
                        (json_int_t)step->n, "at",
                        rpa_time_iso(step->at_us, when), "from", from, "to",
                        rpa_work_state_name(step->to), "attempt",
                        (json_int_t)step->attempt, "who_kind",
                        rpa_who_kind_name((int)step->who.kind), "who",
                        step->who.name, "why", step->why));
        return ferror(stdout);
    }
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "  %s  %s%s%s  attempt %lld  by %s ",
                   rpa_time_iso(step->at_us, when), from ? from : "",
                   from ? " > " : "", rpa_work_state_name(step->to),
                   (long long)step->attempt,
                   rpa_who_kind_name((int)step->who.kind));
    rpa_buf_escape(&line, step->who.name, strlen(step->who.name));
    rpa_buf_puts(&line, ": ");
    rpa_buf_escape(&line, step->why, strlen(step->why));
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
    return ferror(stdout);
}

/* ---- content ---- */

static int row_reading(struct asked *a, const char *verb, struct rpa_err *err)
{
    char what[RPA_QUEUE_NAME_MAX + 32];
    snprintf(what, sizeof what, "queue %s %s", a->o->args[0], a->args[0]);
    return reading_row(a->state_dir, verb, what, a->o, err);
}

/* the part as JSON: a payload is some, the others are texts */
static int part_json(struct asked *a, int64_t item, enum rpa_work_part part,
                     json_t *into, const char *name, struct rpa_err *err)
{
    char *text = NULL;
    size_t len = 0;
    int r = rpa_work_content(a->queues, item, part, &text, &len, err);
    if (r < 0)
        return r;
    json_t *value = part == RPA_WORK_PAYLOAD
                        ? json_loadb(text, len, JSON_DECODE_ANY, NULL)
                        : json_stringn(text, len);
    json_object_set_new(into, name, value);
    free(text);
    return 0;
}

struct detail {
    struct asked *asked;
    int64_t item;
    json_t *list;
    struct rpa_err err;
};

static int add_detail(void *data, const struct rpa_work_step *step)
{
    struct detail *d = data;
    char *text = NULL;
    size_t len;
    if (!step->has_detail)
        return 0;
    if (rpa_work_detail(d->asked->queues, d->item, step->n, &text, &len,
                        &d->err) < 0)
        return 1;
    json_array_append_new(d->list,
                          json_pack("{s:I,s:s%}", "step", (json_int_t)step->n,
                                    "detail", text, len));
    free(text);
    return 0;
}

static int put_content(struct asked *a, int64_t item, struct rpa_err *err)
{
    json_t *json = json_pack("{s:I}", "item", (json_int_t)item);
    struct detail d = { .asked = a, .item = item, .list = json_array() };
    int r = part_json(a, item, RPA_WORK_REFERENCE, json, "reference", err);
    if (r == 0)
        r = part_json(a, item, RPA_WORK_PAYLOAD, json, "payload", err);
    if (r == 0)
        r = part_json(a, item, RPA_WORK_RESULT, json, "result", err);
    if (r == 0)
        r = rpa_work_history(a->queues, item, add_detail, &d, err);
    if (r == 0 && d.err.code) {
        *err = d.err;
        r = -(int)err->code;
    }
    json_object_set_new(json, "details", d.list);
    if (r == 0)
        print(json);
    else
        json_decref(json);
    return r;
}

int queue_show(struct asked *a)
{
    struct rpa_work_info info;
    struct rpa_err err;
    int64_t item;
    bool content = rpa_option_flag(a->o, "content");
    if (!queue_item(a->args[0], &item))
        return rpa_code_exit(RPA_EINVAL);
    int r = rpa_work_info(a->queues, item, &info, &err);
    if (r == 0 && content)
        r = row_reading(a, "read", &err);
    if (r == 0) {
        list_item(a, &info);
        r = rpa_work_history(a->queues, item, show_step, a, &err);
    }
    if (r == 0 && content)
        r = put_content(a, item, &err);
    return r < 0 ? queue_fail(&err) : 0;
}

struct exporting {
    struct asked *asked;
    struct rpa_err err;
};

static int export_item(void *data, const struct rpa_work_info *info)
{
    struct exporting *e = data;
    struct asked *a = e->asked;
    json_t *json = item_json(info);
    int r = part_json(a, info->item, RPA_WORK_REFERENCE, json, "reference",
                      &e->err);
    if (r == 0)
        r = part_json(a, info->item, RPA_WORK_PAYLOAD, json, "payload", &e->err);
    if (r == 0)
        r = part_json(a, info->item, RPA_WORK_RESULT, json, "result", &e->err);
    if (r == 0)
        print(json);
    else
        json_decref(json);
    return r < 0 || ferror(stdout);
}

int queue_export(struct asked *a)
{
    struct exporting e = { .asked = a };
    struct rpa_err err;
    const char *in = rpa_option_text(a->o, "in");
    int r = row_reading(a, "export", &err);
    if (r == 0)
        r = rpa_work_each(a->queues, a->args[0], in ? state_of(in) : 0,
                          export_item, &e, &err);
    if (r < 0 || e.err.code)
        return queue_fail(r < 0 ? &err : &e.err);
    return 0;
}
