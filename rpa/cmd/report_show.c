/* A night's report, as text and as a page. */
#include "rpa/cmd/report.h"
#include "rpa/base/buf.h"
#include "rpa/config/json_get.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *key, *head;
} columns[] = {
    { "keyed", "keyed" },        { "rejected", "rejected" },
    { "doubt", "in doubt" },     { "failed", "failed" },
    { "in_hand", "in hand" },    { "not_started", "not started" },
};
#define COLUMNS (sizeof columns / sizeof *columns)

/* "5 success, 1 failure" */
static void put_counts(struct rpa_buf *out, json_t *counts, const char *but)
{
    const char *name;
    json_t *n;
    bool more = false;
    json_object_foreach(counts, name, n)
    {
        if (!strcmp(name, but))
            continue;
        rpa_buf_printf(out, "%s%lld %s", more ? ", " : "",
                       (long long)json_integer_value(n), name);
        more = true;
    }
}

/* the same of what programs call skipped_overlap */
static void put_words(struct rpa_buf *out, json_t *counts, const char *but)
{
    size_t at = out->len;
    put_counts(out, counts, but);
    for (; at < out->len; at++)
        if (out->data[at] == '_')
            out->data[at] = ' ';
}

/* "6 runs: 5 success, 1 failure; 1 missed" */
static void put_schedule(struct rpa_buf *out, const json_t *one)
{
    long long runs = json_long(one, "runs");
    json_t *decided = json_object_get(one, "decided");
    rpa_buf_printf(out, "%lld run%s%s", runs, runs == 1 ? "" : "s",
                   runs ? ": " : "");
    put_words(out, json_object_get(one, "ended"), "");
    if (json_object_size(decided) > (json_object_get(decided, "fired") != NULL))
        rpa_buf_puts(out, "; ");
    put_words(out, decided, "fired");
}

/* "21 Nov 2026 12:00" of "2026-11-21T12:00:00+00:00" */
static void put_head(struct rpa_buf *out, const json_t *report)
{
    rpa_buf_printf(out, "The night of %.10s (%.16s to %.16s)%s",
                   json_text(report, "from"), json_text(report, "from"),
                   json_text(report, "to"),
                   json_is_true(json_object_get(report, "over")) ? ""
                   : json_is_true(json_object_get(report, "begun"))
                       ? ", which goes on"
                       : ", which has not begun");
}

static void print(struct rpa_buf *line)
{
    puts(line->data ? line->data : "");
    rpa_buf_clear(line);
}

/* ---- text ---- */

static void text_queue(struct rpa_buf *line, const json_t *queue)
{
    json_t *reasons = json_object_get(queue, "reasons");
    rpa_buf_printf(line, "%-24s", json_text(queue, "queue"));
    for (size_t i = 0; i < COLUMNS; i++)
        rpa_buf_printf(line, "%12lld", json_long(queue, columns[i].key));
    print(line);
    if (!json_object_size(reasons))
        return;
    rpa_buf_puts(line, "  rejected: ");
    put_counts(line, reasons, "");
    print(line);
}

static void text_schedule(struct rpa_buf *line, const char *name, json_t *one)
{
    size_t i;
    json_t *tick;
    rpa_buf_printf(line, "%-24s    ", name);
    put_schedule(line, one);
    print(line);
    json_array_foreach(json_object_get(one, "not_run"), i, tick)
    {
        rpa_buf_printf(line, "  %.16sZ %s: ", json_text(tick, "due"),
                       json_text(tick, "fate"));
        rpa_buf_escape(line, json_text(tick, "why"),
                       strlen(json_text(tick, "why")));
        print(line);
    }
}

void report_text(const json_t *report)
{
    size_t i;
    const char *name;
    json_t *one, *queues = json_object_get(report, "queues"),
                *schedules = json_object_get(report, "schedules");
    struct rpa_buf line = { 0 };
    put_head(&line, report);
    print(&line);
    if (json_array_size(queues)) {
        rpa_buf_printf(&line, "\n%-24s", "queue");
        for (size_t c = 0; c < COLUMNS; c++)
            rpa_buf_printf(&line, "%12s", columns[c].head);
        print(&line);
    }
    json_array_foreach(queues, i, one)
        text_queue(&line, one);
    if (json_object_size(schedules))
        puts("\nschedule");
    json_object_foreach(schedules, name, one)
        text_schedule(&line, name, one);
    if (!json_array_size(queues) && !json_object_size(schedules))
        puts("There are no queues, and no schedule was due.");
}

/* ---- a page ---- */

static void put_html(struct rpa_buf *out, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '&': rpa_buf_puts(out, "&amp;"); break;
        case '<': rpa_buf_puts(out, "&lt;"); break;
        case '>': rpa_buf_puts(out, "&gt;"); break;
        case '"': rpa_buf_puts(out, "&quot;"); break;
        default: rpa_buf_putc(out, *s);
        }
}

/* a cell of what @put would have as text */
static void put_cell(struct rpa_buf *out, const struct rpa_buf *content)
{
    rpa_buf_puts(out, "<td>");
    put_html(out, content->data ? content->data : "");
    rpa_buf_puts(out, "</td>");
}

static void html_queue(struct rpa_buf *out, const json_t *queue)
{
    struct rpa_buf cell = { 0 };
    rpa_buf_puts(out, "<tr><th>");
    put_html(out, json_text(queue, "queue"));
    rpa_buf_puts(out, "</th>");
    for (size_t i = 0; i < COLUMNS; i++)
        rpa_buf_printf(out, "<td>%lld</td>", json_long(queue, columns[i].key));
    put_counts(&cell, json_object_get(queue, "reasons"), "");
    put_cell(out, &cell);
    rpa_buf_puts(out, "</tr>\n");
    rpa_buf_clear(&cell);
}

static void html_schedule(struct rpa_buf *out, const char *name, json_t *one)
{
    size_t i;
    json_t *tick;
    struct rpa_buf cell = { 0 };
    rpa_buf_puts(out, "<tr><th>");
    put_html(out, name);
    rpa_buf_puts(out, "</th>");
    put_schedule(&cell, one);
    put_cell(out, &cell);
    rpa_buf_clear(&cell);
    json_array_foreach(json_object_get(one, "not_run"), i, tick)
        rpa_buf_printf(&cell, "%s%.16sZ %s: %s", i ? "; " : "",
                       json_text(tick, "due"), json_text(tick, "fate"),
                       json_text(tick, "why"));
    put_cell(out, &cell);
    rpa_buf_puts(out, "</tr>\n");
    rpa_buf_clear(&cell);
}

void report_html(const json_t *report)
{
    size_t i;
    const char *name;
    json_t *one;
    struct rpa_buf out = { 0 }, head = { 0 };
    put_head(&head, report);
    rpa_buf_puts(&out, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
                       "<meta charset=\"utf-8\"><title>");
    put_html(&out, head.data ? head.data : "");
    rpa_buf_puts(&out, "</title></head><body>\n<h1>");
    put_html(&out, head.data ? head.data : "");
    rpa_buf_puts(&out, "</h1>\n<table><tr><th>queue</th>");
    for (size_t c = 0; c < COLUMNS; c++)
        rpa_buf_printf(&out, "<th>%s</th>", columns[c].head);
    rpa_buf_puts(&out, "<th>rejected for</th></tr>\n");
    json_array_foreach(json_object_get(report, "queues"), i, one)
        html_queue(&out, one);
    rpa_buf_puts(&out, "</table>\n<table><tr><th>schedule</th><th>runs</th>"
                       "<th>did not run</th></tr>\n");
    json_object_foreach(json_object_get(report, "schedules"), name, one)
        html_schedule(&out, name, one);
    rpa_buf_puts(&out, "</table></body></html>");
    print(&out);
    rpa_buf_clear(&head);
}
