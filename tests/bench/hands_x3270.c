/* Filling in the first screen of a crime report in Debian's x3270. */
#include "typists.h"

#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/window.h"
#include "screen/x3270.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct field {
    const char *label, *value;
    bool skips; /* when it is full, the cursor goes on by itself */
} record[] = {
    { "Online Ref", "Siân Ó Néill, Pâté & Crème £45.00 ñ ü ß Æ ¼" },
    { "Submitted", "2026-11-20T08:15:00+00:00" },
    { "NSIR Code", "012" },
    { "CJS Offence Code", "TH68010" },
    { "HO Class", "048/01", true },
    { "Crime Type", "THEFT FROM MOTOR VEHICLE, É Ü" },
    { "Start", "19/11/2026 22:00" },
    { "End", "20/11/2026 07:45" },
    { "Hate Crime", "N" },
    { "Weapon", "Y" },
};
enum { FIELDS = sizeof record / sizeof *record };

static bool tab_behind(int i)
{
    return i < FIELDS - 1 && !record[i].skips;
}

/* keys of one record: its characters and a Tab between most fields */
static long keys_of_record(void)
{
    long n = 0;
    for (int i = 0; i < FIELDS; i++)
        n += bench_chars(record[i].value) + tab_behind(i);
    return n;
}

static void note_field(const char *value, const char *got, long *wrong, long *n)
{
    *wrong += bench_wrong(value, got);
    *n += bench_chars(value);
}

/* ---- the host ---- */

struct host {
    pid_t pid;
    char file[300], address[32];
};

static void host_start(struct bench *b, struct host *h)
{
    char said[300], run[1024];
    size_t len;
    snprintf(said, sizeof said, "%s/host.port", b->dir);
    snprintf(h->file, sizeof h->file, "%s/host", b->dir);
    snprintf(run, sizeof run,
             "exec '%s/tests/fake/crime_host' --port 0 --file '%s' --user "
             "RPABOT --password demo1234 --justify-every 0 >'%s'",
             b->build, h->file, said);
    struct xvfb none = { .name = "" };
    h->pid = xvfb_spawn(&none, (const char *[]){ "sh", "-c", run, NULL });
    char *text = file_wait(said, 7, 10000, &len);
    int port = 0;
    if (sscanf(text, "port %d", &port) != 1)
        bench_fail("the crime host does not start");
    snprintf(h->address, sizeof h->address, "127.0.0.1:%d", port);
    free(text);
}

/* ---- rpa: from the first row of the screen to its last; what the host filed
 * is what counts ---- */

static void host_wrong(const struct host *h, long *wrong, long *n)
{
    char *text = bench_read(h->file);
    int reports = 0;
    for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
        json_t *report = json_loadb(at, (size_t)(end - at), 0, NULL);
        json_t *fields = json_object_get(report, "fields");
        for (int i = 0; i < FIELDS; i++) {
            json_t *got = json_object_get(fields, record[i].label);
            note_field(record[i].value, got ? json_string_value(got) : "",
                       wrong, n);
        }
        reports += report != NULL;
        json_decref(report);
    }
    if (reports != ROUNDS)
        bench_fail("rpa: %d of %d reports were filed", reports, ROUNDS);
    free(text);
}

static void with_rpa(struct bench *b, const struct host *h)
{
    char host[64], times[32], secret[700], set_record[1024] = "record=";
    double rate[ROUNDS];
    long wrong = 0, n = 0, at = 0;
    snprintf(host, sizeof host, "host=%s", h->address);
    snprintf(times, sizeof times, "times=%d", ROUNDS);
    for (int i = 0; i < FIELDS; i++)
        snprintf(set_record + strlen(set_record),
                 sizeof set_record - strlen(set_record), "%s=%s|",
                 record[i].label, record[i].value);
    snprintf(secret, sizeof secret,
             "printf demo1234 | '%s/rpa/rpa' secret set crs-password --state "
             "'%s/state-x3270'",
             b->build, b->dir);
    free(bench_run((const char *[]){ "sh", "-c", secret, NULL }, 0));
    json_t *rows = bench_bot(b, "x3270",
                             (const char *[]){ host, times, set_record, NULL });
    for (int r = 0; r < ROUNDS; r++) {
        at = bench_find_row(rows, (size_t)at, "KEY", record[0].label);
        double since = bench_row_s(rows, at);
        at = bench_find_row(rows, (size_t)at, "KEY", record[FIELDS - 1].label);
        at = bench_find_row(rows, (size_t)at, "OUTCOME", NULL);
        rate[r] = (double)keys_of_record() / (bench_row_s(rows, at) - since);
    }
    json_decref(rows);
    host_wrong(h, &wrong, &n);
    bench_row(b, "x3270", "rpa", rate, "keys/s", wrong, n);
}

/* ---- the others: what x3270's buffer holds is what counts ---- */

struct term {
    struct xvfb x;
    pid_t pid;
    struct rpa_display *d;
    rpa_window window;
};

/* the answer to actions; free() it */
static char *ask(const struct term *t, const char *actions)
{
    char *said = x3270_ask(t->pid, actions);
    if (!said)
        bench_fail("x3270 does not answer to %s", actions);
    return said;
}

static void act(const struct term *t, const char *action)
{
    free(ask(t, action));
}

static void await(const struct term *t, const char *title)
{
    for (int64_t deadline = rpa_mono_us() + 10000000;;) {
        act(t, "Wait(5,Unlock)\n");
        char *screen = ask(t, "Ascii1()\n");
        bool there = strstr(screen, title) != NULL;
        free(screen);
        if (there)
            return;
        if (rpa_mono_us() > deadline)
            bench_fail("x3270 did not show %s", title);
    }
}

/* when the screen was last seen to change, and what it is then; free() it */
static char *settled(const struct term *t, int64_t *ret_us)
{
    char *last = ask(t, "Ascii1()\n");
    *ret_us = rpa_mono_us();
    while (rpa_mono_us() < *ret_us + 300000) {
        poll(NULL, 0, 5); /* x3270 is to type, not to answer */
        char *now = ask(t, "Ascii1()\n");
        if (strcmp(now, last) != 0)
            *ret_us = rpa_mono_us();
        free(last);
        last = now;
    }
    return last;
}

/* the text behind a label and its colon, without the blanks at its end; behind
 * the next two blanks another label may stand */
static void field_of(const char *screen, const char *label, char *out,
                     size_t size)
{
    const char *at = strstr(screen, label);
    const char *colon = at ? strchr(at, ':') : NULL;
    size_t len = 0;
    *out = '\0';
    if (!colon || colon[1] == '\0')
        return;
    const char *text = colon + 2, *end = strchr(text, '\n');
    const char *gap = strstr(text, "  ");
    len = (size_t)((gap && (!end || gap < end) ? gap : end) - text);
    snprintf(out, size, "%.*s", (int)len, text);
    for (len = strlen(out); len && out[len - 1] == ' ';)
        out[--len] = '\0';
}

static void term_start(struct term *t, const struct host *h, bool keymap)
{
    struct rpa_err err;
    const char *argv[] = { "x3270", "-once", "-socket", "-title",
                           "Crime Recording", "-charset", "cp1146", "-model",
                           "3279-4-E", "-efont", "3270-20", "-xrm",
                           "x3270.menuBar: False", "-xrm",
                           "x3270.unlockDelay: False", h->address, NULL };
    xvfb_start(&t->x, 1280, 1024);
    if (rpa_display_open(t->x.name, &t->d, &err) < 0 ||
        (keymap && rpa_keymap_install(t->d, NULL, 0, &err) < 0))
        bench_fail("%s", err.msg);
    t->pid = xvfb_spawn(&t->x, argv);
    if (rpa_window_find(t->d, "Crime Recording", NULL, rpa_mono_us() + 20000000,
                        &t->window, &err) < 0)
        bench_fail("%s; %s", err.msg, err.seen);
    await(t, "SIGN ON");
    act(t, "String(RPABOT)\n");
    act(t, "Tab()\n");
    act(t, "String(demo1234)\n");
    act(t, "Enter()\n");
    if (rpa_window_focus(t->d, t->window, rpa_mono_us() + 5000000, &err) < 0)
        bench_fail("%s", err.msg);
}

/* types a record; returns when it began */
typedef int64_t types(const struct bench *b, struct term *t);

static void with(struct bench *b, const struct host *h, const char *who,
                 bool keymap, types *type)
{
    struct term t = { 0 };
    double rate[ROUNDS];
    long wrong = 0, n = 0;
    term_start(&t, h, keymap);
    for (int r = 0; r < ROUNDS; r++) {
        char got[400];
        int64_t until;
        await(&t, "MAIN MENU");
        act(&t, "String(1)\n");
        act(&t, "Enter()\n");
        await(&t, "NEW CRIME REPORT 1/3");
        int64_t since = type(b, &t);
        char *screen = settled(&t, &until);
        for (int i = 0; i < FIELDS; i++) {
            field_of(screen, record[i].label, got, sizeof got);
            note_field(record[i].value, got, &wrong, &n);
        }
        free(screen);
        rate[r] = (double)keys_of_record() * 1e6 / (double)(until - since + 1);
        act(&t, "Reset()\n"); /* a key into a protected field locks it */
        act(&t, "PF(3)\n");
    }
    x3270_reap(t.pid);
    rpa_display_close(t.d);
    xvfb_stop(&t.x);
    bench_row(b, "x3270", who, rate, "keys/s", wrong, n);
}

static int64_t by_xdotool(const struct bench *b, struct term *t)
{
    const char *argv[FIELDS * 10 + 2] = { "xdotool" };
    size_t n = 1;
    int64_t since = rpa_mono_us();
    (void)b;
    for (int i = 0; i < FIELDS; i++) {
        const char *one[] = { "type", "--delay", "0", "--args", "1",
                              record[i].value, "key", "--delay", "0", "Tab" };
        memcpy(argv + n, one, sizeof one);
        n += tab_behind(i) ? 10 : 6;
    }
    argv[n] = NULL;
    setenv("DISPLAY", t->x.name, 1);
    free(bench_run(argv, 0));
    return since;
}

static int64_t by_xte(const struct bench *b, struct term *t)
{
    const char *argv[FIELDS * 2 + 5] = { "sh", "-c", "xte \"$@\" 2>/dev/null || :",
                                         "xte" };
    char text[FIELDS][200];
    size_t n = 4;
    int64_t since = rpa_mono_us();
    (void)b;
    for (int i = 0; i < FIELDS; i++) {
        snprintf(text[i], sizeof text[i], "str %s", record[i].value);
        argv[n++] = text[i];
        if (tab_behind(i))
            argv[n++] = "key Tab";
    }
    argv[n] = NULL;
    setenv("DISPLAY", t->x.name, 1);
    free(bench_run(argv, 0));
    return since;
}

static int64_t by_nutjs(const struct bench *b, struct term *t)
{
    struct rpa_buf all = { 0 };
    for (int i = 0; i < FIELDS; i++)
        rpa_buf_printf(&all, "%s%s", record[i].value, tab_behind(i) ? "\t" : "");
    setenv("DISPLAY", t->x.name, 1);
    int64_t since = nutjs_type(b, all.data);
    rpa_buf_clear(&all);
    return since;
}

/* its own way in: no keys, and nobody checks */
static int64_t by_string(const struct bench *b, struct term *t)
{
    struct rpa_buf all = { 0 };
    (void)b;
    for (int i = 0; i < FIELDS; i++)
        rpa_buf_printf(&all, "String(\"%s\")%s", record[i].value,
                       tab_behind(i) ? " Tab() " : " ");
    rpa_buf_puts(&all, "\n");
    int64_t since = rpa_mono_us();
    act(t, all.data);
    rpa_buf_clear(&all);
    return since;
}

static int64_t by_xtest(const struct bench *b, struct term *t)
{
    struct rpa_err err;
    int64_t since = rpa_mono_us();
    (void)b;
    for (int i = 0; i < FIELDS; i++)
        if (rpa_keys_text(t->d, t->window, record[i].value,
                          strlen(record[i].value), NULL, &err) < 0 ||
            (tab_behind(i) &&
             rpa_keys_chord(t->d, t->window, "Tab", NULL, &err) < 0))
            bench_fail("%s", err.msg);
    return since;
}

int main(int argc, char **argv)
{
    struct bench b;
    struct host h;
    bench_begin(&b, "hands", argc, argv);
    setenv("LC_ALL", "C.UTF-8", 1); /* xdotool types as the locale has it */
    host_start(&b, &h);
    with_rpa(&b, &h);
    with(&b, &h, "xdotool", false, by_xdotool);
    with(&b, &h, "xte", false, by_xte);
    with(&b, &h, "nutjs", false, by_nutjs);
    with(&b, &h, "xtest", true, by_xtest);
    with(&b, &h, "x3270-string", false, by_string);
    xvfb_reap(h.pid);
    bench_end(&b);
    return 0;
}
