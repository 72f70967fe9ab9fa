/* How a run is told of: a line an item, and what it came to. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/buf.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double seconds(const struct run *run)
{
    return (double)(rpa_now_us() - run->began_us) / 1e6;
}

bool summary_forecast(const struct run *run, char out[static 9])
{
    int64_t left = run->total - run->nth;
    if (!run->nth || left <= 0)
        return false;
    double us = (double)(rpa_now_us() - run->began_us) / (double)run->nth *
                (double)left;
    rpa_policy_clock(run->options->policy, rpa_now_us() + (int64_t)us, out);
    out[5] = '\0'; /* to the minute */
    return true;
}

void summary_item(const struct run *run, const char *outcome)
{
    if (run->options->quiet)
        return;
    char of[32] = "", end[64] = "", at[9];
    double per = run->nth ? seconds(run) / (double)run->nth : 0;
    if (run->total)
        snprintf(of, sizeof of, " of %lld", (long long)run->total);
    if (summary_forecast(run, at))
        snprintf(end, sizeof end, ", will finish %s", at);
    char line[160];
    snprintf(line, sizeof line, "item %lld%s: %s", (long long)run->nth, of,
             outcome);
    if (!run->options->tty) {
        run_tell(run, "%s%s", line, end);
        return;
    }
    size_t n = strlen(line);
    snprintf(line + n, sizeof line - n, " (%.0f an hour%s)",
             per > 0 ? 3600 / per : 0, end);
    run_progress(run, line);
}

/* add up the folds of a KEY row */
void summary_folds(struct run *run, const cbor_item_t *body)
{
    size_t n, i;
    char from[8], to[16];
    cbor_item_t **folds = rpa_msg_array(body, "folds", &n);
    for (i = 0; i < n; i++) {
        int64_t count = 0;
        size_t k;
        json_t *one, *same = NULL;
        rpa_msg_copy(folds[i], "from", from, sizeof from);
        rpa_msg_copy(folds[i], "to", to, sizeof to);
        rpa_msg_int(folds[i], "count", &count);
        json_array_foreach(run->folds, k, one)
            if (!strcmp(json_string_value(json_object_get(one, "from")), from))
                same = one;
        if (same) {
            count += json_integer_value(json_object_get(same, "count"));
            json_object_set_new(same, "count", json_integer(count));
        } else {
            json_array_append_new(run->folds,
                                  json_pack("{s:s, s:s, s:I}", "from", from,
                                            "to", to, "count",
                                            (json_int_t)count));
        }
    }
}

static json_t *error_json(const struct run *run)
{
    if (!run->err.code)
        return json_null();
    char where[256] = "";
    rpa_str_copy(where, sizeof where, run->where);
    char *colon = strrchr(where, ':');
    int line = colon ? (int)strtol(colon + 1, NULL, 10) : 0;
    if (colon)
        *colon = '\0';
    char code[16];
    snprintf(code, sizeof code, "RPA%d", run->err.code);
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:i, s:s, s:s, s:s}", "code", code, "message",
        run->err.msg, "file", where, "line", line, "step", run->doing, "seen",
        run->err.seen, "hint", rpa_err_hint_of(&run->err));
    json_object_set_new(json, "picture",
                        run->err.picture ? json_integer(run->err.picture)
                                         : json_null());
    return json;
}

static json_t *run_json(const struct run *run)
{
    return json_pack(
        "{s:I, s:i, s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:O, s:O, s:I, s:I, s:I, "
        "s:f, s:s, s:o}",
        "run", (json_int_t)run->id, "exit", run->exit, "items", "done",
        (json_int_t)run->done, "rejected", (json_int_t)run->rejected, "failed",
        (json_int_t)run->failed, "deferred", (json_int_t)run->deferred, "doubt",
        (json_int_t)run->doubts, "found", (json_int_t)run->found, "rejects", run->rejects, "folds", run->folds,
        "keys", (json_int_t)run->keys, "rows", (json_int_t)run->rows,
        "pictures", (json_int_t)run->pictures.kept, "seconds", seconds(run), "state", run->sup->state_dir, "error",
        error_json(run));
}

static void print_json(const struct run *run)
{
    struct rpa_err ignored;
    json_t *json = run_json(run);
    if (json && run->options->dry)
        json_object_set(json, "plan", run->plan);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct rpa_buf line = { 0 };
    rpa_buf_puts(&line, text ? text : "");
    rpa_buf_putc(&line, '\n');
    run_out(run, line.data, line.len, &ignored);
    rpa_buf_clear(&line);
    free(text);
    json_decref(json);
}

void summary_print(const struct run *run)
{
    size_t i;
    json_t *one;
    if (run->options->json) {
        print_json(run);
        return;
    }
    if (run->options->quiet || !(run->used_items || run->options->dry))
        return;
    if (run->options->tty)
        run_progress(run, "");
    if (run->options->dry)
        run_log(run, RPA_LOG_INFO, "dry run: %lld would be filed; nothing was, "
                                   "and the queues are as they were",
                (long long)run->plans);
    run_log(run, RPA_LOG_INFO,
            "run %lld: %lld done, %lld rejected, %lld failed, %lld deferred, "
            "%lld in doubt, %lld found; %lld keys, %lld rows, %.1f s",
            (long long)run->id, (long long)run->done,
            (long long)run->rejected, (long long)run->failed,
            (long long)run->deferred, (long long)run->doubts,
            (long long)run->found,
            (long long)run->keys, (long long)run->rows, seconds(run));
    if (run->pictures.kept || run->pictures.lost)
        run_log(run, RPA_LOG_INFO,
                "pictures: %lld in %s/pictures (rpa audit pictures --run "
                "%lld)%s",
                (long long)run->pictures.kept, run->sup->state_dir,
                (long long)run->id,
                run->pictures.lost ? "; some were not kept" : "");
    /* by number: a reference may name a person */
    json_array_foreach(run->rejects, i, one)
    {
        char *why = json_dumps(json_object_get(one, "reasons"), JSON_COMPACT);
        run_tell(run, "item %lld of %s rejected: %s",
                 (long long)json_integer_value(json_object_get(one, "item")),
                 json_string_value(json_object_get(one, "queue")),
                 why ? why : "");
        free(why);
    }
}
