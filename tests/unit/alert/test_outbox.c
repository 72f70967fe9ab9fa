/* One letter when it begins, one when it is over, and none is lost. */
#include "rpa/alert/outbox.h"
#include "tap.h"
#include "unit/tmpdir.h"

#include <string.h>

#define ALL (~0u)

static const char *const both[] = { "mail", "webhook" };
static const struct rpa_outbox_rules rules = { both, 2, 300 };
static const struct rpa_outbox_rules one = { both, 1, 300 };

static struct rpa_outbox *outbox;
static struct rpa_err err;

static const struct rpa_alert doubt = { RPA_ALERT_DOUBT, "queue crime",
                                        "3 in doubt" };
static const struct rpa_alert late = { RPA_ALERT_LATE, "schedule rekey",
                                       "missed" };

static void reopen(void)
{
    rpa_outbox_close(outbox);
    outbox = NULL;
    is_int(rpa_outbox_open(tmpdir, &outbox, &err), 0, "open");
}

static int tell(const struct rpa_alert *alerts, size_t n, unsigned seen,
                int64_t now)
{
    return rpa_outbox_tell(outbox, alerts, n, seen, &rules, now, &err);
}

static int add(void *data, const struct rpa_letter *l)
{
    char line[512], *all = data;
    snprintf(line, sizeof line, "%s%s %s%s%s;", *l->channel ? l->channel : "*",
             l->over ? " over" : "", rpa_alert_name(l->alert.kind),
             *l->why ? " " : "", l->why);
    strcat(all, line);
    return 0;
}

/* what lasts, and the letters that wait */
static const char *all(void)
{
    static char text[4096];
    *text = '\0';
    rpa_outbox_each(outbox, add, text, &err);
    return text;
}

/* send all that is due; how many */
static int send_all(int64_t now)
{
    struct rpa_letter letter;
    int n = 0;
    for (; rpa_outbox_next(outbox, now, &letter, &err) > 0; n++)
        rpa_outbox_sent(outbox, letter.id, now, &err);
    return n;
}

static void lasts(void)
{
    is_int(tell(&doubt, 1, ALL, 1000), 0, "it begins");
    is_str(all(), "* in doubt;mail in doubt;webhook in doubt;",
           "a letter to each channel");
    is_int(send_all(1000), 2, "sent");
    for (int64_t t = 1060; t < 5000; t += 60)
        tell(&doubt, 1, ALL, t);
    is_str(all(), "* in doubt;", "while it lasts there is no other");
    tell(NULL, 0, ALL & ~(1u << RPA_ALERT_DOUBT), 9000);
    is_str(all(), "* in doubt;", "one that could not be looked at lasts");
    tell(&doubt, 1, ALL, 9060);
    tell(NULL, 0, ALL, 9120);
    is_str(all(), "* in doubt;", "gone for a moment is not over");
    tell(&doubt, 1, ALL, 9180);
    tell(NULL, 0, ALL, 9480);
    is_str(all(), "mail over in doubt;webhook over in doubt;", "it is over");
    struct rpa_letter letter;
    is_int(rpa_outbox_next(outbox, 9480, &letter, &err), 1, "the next");
    ok(letter.began == 1000 && letter.ended == 9480 && letter.over &&
           !strcmp(letter.alert.about, "queue crime") &&
           !strcmp(letter.alert.text, "3 in doubt"),
       "says when it began and ended, and of what");
    is_int(send_all(9480), 2, "sent");
    is_str(all(), "", "nothing is left");
    tell(&doubt, 1, ALL, 9500);
    is_int(send_all(9500), 2, "when it begins again it is told of again");
    tell(NULL, 0, ALL, 9900);
    send_all(9900);
}

static void retries(void)
{
    static const int64_t waits[] = { 30, 60, 120, 240, 480, 960, 1920, 3600,
                                     3600 };
    struct rpa_letter letter;
    bool given_up = true;
    int64_t now = 10000, due = 0, id = 0;
    rpa_outbox_tell(outbox, &late, 1, ALL, &one, now, &err);
    is_int(rpa_outbox_due(outbox, &due, &err), 0, "due");
    is_int(due, now, "at once");
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        is_int(rpa_outbox_next(outbox, now, &letter, &err), 1, "a letter");
        ok(!id || id == letter.id, "the same");
        id = letter.id;
        rpa_outbox_failed(outbox, id, "refused", now, &given_up, &err);
        rpa_outbox_due(outbox, &due, &err);
        is_int(due - now, waits[i], "it waits longer each time");
        is_int(rpa_outbox_next(outbox, due - 1, &letter, &err), 0,
               "and is not due before");
        reopen();
        now = due;
    }
    ok(!given_up, "it is not given up");
    rpa_outbox_tell(outbox, (struct rpa_alert[]){ late, doubt }, 2, ALL, &one,
                    now - 1, &err);
    is_int(rpa_outbox_next(outbox, now - 1, &letter, &err), 0,
           "a new one to a channel that fails waits too");
    is_int(rpa_outbox_next(outbox, now, &letter, &err), 1, "then");
    is_int(letter.id, id, "the oldest comes first");
    now = 10000 + 3 * 86400;
    rpa_outbox_failed(outbox, id, "refused", now, &given_up, &err);
    ok(given_up, "after three days it is given up");
    is_int(send_all(now + 3600), 1, "the other goes");
    rpa_outbox_due(outbox, &due, &err);
    ok(due == INT64_MAX, "and nothing waits");
}

static void is_kept_apart(void)
{
    struct rpa_outbox *other = NULL;
    is_int(rpa_outbox_open(tmpdir, &other, &err), -RPA_EEXIST,
           "it has one writer");
    is_int(rpa_outbox_open_ro(tmpdir, &other, &err), 0, "and who looks");
    rpa_outbox_close(other);
    is_int(rpa_outbox_open_ro("/nowhere", &other, &err), -RPA_ENOTFOUND,
           "none");
    ok(!strcmp(rpa_alert_name(0), "?") &&
           !strcmp(rpa_alert_name(RPA_ALERT_TEST), "test"),
       "names");
}

int main(void)
{
    tmp_begin();
    reopen();
    lasts();
    retries();
    is_kept_apart();
    rpa_outbox_close(outbox);
    return tap_done();
}
