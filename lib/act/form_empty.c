/* An entry that says nothing: it is empty, or did not hear. Characters that are
 * typed make it speak, and go again. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SELECTED_US 300000 /* for an entry to select what it holds, if it does */
#define ASKS 3 /* of a text that is not yet as wanted */
#define PROBE_MAX 2

/* Numbers refuse letters, and others may refuse digits; each key by itself. */
static const char *probe_of(const struct job *job)
{
    const struct rpa_change *change = job_change(job);
    return job->rule && job->rule->probe[0]    ? job->rule->probe
           : change->number || change->mask[0] ? "1"
                                               : "x1";
}

/* do these characters show as @got? */
static bool is_part(const struct job *job, const char *part,
                    const struct rpa_buf *got)
{
    const struct rpa_change *change = job_change(job);
    struct rpa_changed made = { 0 };
    struct rpa_err why;
    size_t len = strlen(part);
    bool is = got->len == len && !strncasecmp(got->data, part, len);
    if (!is && !change->mask[0] &&
        rpa_change_apply(change, part, len, (size_t)job->width, &made, &why) == 0)
        is = got->len == made.shown.len &&
             !memcmp(got->data, made.shown.data, got->len);
    rpa_changed_clear(&made);
    return is;
}

/* How many characters of the probe @got is, and nothing else; 0: it is another
 * text. */
static size_t probed(const struct job *job, const struct rpa_buf *got)
{
    char part[PROBE_MAX + 1];
    for (const char *from = probe_of(job); *from; from++)
        for (size_t n = strlen(from); n; n--) {
            rpa_str_copy(part, n + 1, from);
            if (is_part(job, part, got))
                return n;
        }
    return 0;
}

static int back(struct job *job, size_t n, struct rpa_err *err)
{
    int r = 0;
    while (r == 0 && n--)
        r = form_chord(job, "BackSpace", err);
    return r;
}

static size_t probe_rows(struct job *job, struct row *rows)
{
    const char *probe = probe_of(job);
    size_t n = strlen(probe);
    rows[0] = form_key_row(job, probe);
    for (size_t i = 1; i <= n; i++)
        rows[i] = form_key_row(job, "BackSpace");
    return n + 1;
}

/* ---- a field that shall be empty ---- */

static int not_empty(struct job *job, const struct rpa_buf *got,
                     struct rpa_err *err)
{
    rpa_fail(err, RPA_EREADBACK, "field '%s' cannot be emptied", job->label);
    rpa_err_seen(err, "%zu characters once it was",
                 rpa_utf8_count(got->data, got->len));
    return rpa_err_hint(err, "a spin box or a date always has a value, so set it to "
                             "one; or the target selects all by another key: "
                             "select = \"ctrl+a\" in the screen map");
}

static int no_answer(struct job *job, struct rpa_err *err)
{
    rpa_fail(err, RPA_EREADBACK, "nothing shows that field '%s' is empty: it did not "
                                 "take '%s'",
             job->label, probe_of(job));
    return rpa_err_hint(err, "give a character that it takes in the screen map: "
                             "probe = \"5\", or its form: number = \"0\", mask = "
                             "\"__/__\"; if it offers no PRIMARY, copy = "
                             "\"ctrl+c\" for its screen");
}

/* It must say nothing, or show its bare mask; RPA_ENOTFOUND if it is silent.
 * Asked again like form_holds(): keys may still be under way. */
static int ask_empty(struct job *job, struct rpa_err *err)
{
    struct rpa_buf got = { 0 };
    bool blank = false;
    int r = 0;
    for (int i = 0; i < ASKS && r == 0 && !blank; i++) {
        r = form_ask(job, rpa_mono_us() + SELECTED_US, &got, err);
        blank = r == 0 &&
                rpa_change_blank(job_change(job), got.data, got.len);
    }
    if (r == 0 && !blank)
        r = not_empty(job, &got, err);
    rpa_buf_clear(&got);
    return r;
}

/* see the probe alone; *@ret of its characters */
static int ask_probe(struct job *job, size_t *ret, struct rpa_err *err)
{
    struct rpa_buf got = { 0 };
    int64_t deadline_us = form_until(job);
    int r = 0;
    for (int i = 0; i < ASKS && r == 0 && !(*ret = probed(job, &got)); i++)
        r = form_ask(job, deadline_us, &got, err);
    if (r == 0 && !(*ret = probed(job, &got)))
        r = not_empty(job, &got, err);
    else if (r == -RPA_ENOTFOUND)
        r = no_answer(job, err);
    rpa_buf_clear(&got);
    return r;
}

size_t form_prove_empty_rows(struct job *job, struct row *rows)
{
    size_t n = form_revisit_rows(job, rows);
    n += probe_rows(job, rows + n);
    return n + form_revisit_rows(job, rows + n);
}

/* Left when it is empty, some take a value by themselves: it is left before the
 * probe, which then is not alone, and behind it, as to some of them nothing was done
 * before. */
int form_prove_empty(struct job *job, struct rpa_err *err)
{
    size_t typed = 0;
    int r = form_revisit(job, err);
    if (r == 0)
        r = job_change(job)->mask[0] ? ask_empty(job, err) : -RPA_ENOTFOUND;
    if (r != -RPA_ENOTFOUND)
        return r;
    r = form_settle(job->w->form->look, err);
    uint64_t was = rpa_look_of(job->w->form->look, &job->entry->at);
    if (r == 0)
        r = form_type(job, probe_of(job), err);
    if (r == 0)
        r = ask_probe(job, &typed, err);
    if (r == 0)
        r = form_shows(job, was, err);
    if (r == 0)
        r = back(job, typed, err);
    if (r == 0)
        r = form_revisit(job, err);
    if (r == 0)
        r = ask_empty(job, err);
    return r == -RPA_ENOTFOUND ? 0 : r;
}

/* ---- one that is read ---- */

/* behind what it holds, where the text cursor is */
static int type_and_ask(struct job *job, struct rpa_buf *ret, struct rpa_err *err)
{
    int r = form_type(job, probe_of(job), err);
    return r == 0 ? form_ask(job, form_until(job), ret, err) : r;
}

/* @n characters go, and what it then says must be @want */
static int take_back(struct job *job, size_t n, const struct rpa_buf *want,
                     struct rpa_err *err)
{
    struct rpa_buf now = { 0 };
    int64_t deadline_us = want->len ? form_until(job) : rpa_mono_us() + SELECTED_US;
    int r = form_end(job, err);
    if (r == 0)
        r = back(job, n, err);
    if (r == 0)
        r = form_ask(job, deadline_us, &now, err);
    if (r == -RPA_ENOTFOUND && !want->len)
        r = 0;
    else if (r == 0 && !rpa_buf_same(&now, want))
        r = -RPA_ENOTFOUND;
    rpa_buf_clear(&now);
    return r;
}

/* It held a text, was slow to say so, and may have the probe behind it in @text.
 * What it takes more of that now it has taken before; one that takes no key at all
 * has none. */
static int without_probe(struct job *job, struct rpa_buf *text,
                         struct rpa_err *err)
{
    struct rpa_buf more = { 0 };
    int r = form_end(job, err);
    if (r == 0)
        r = type_and_ask(job, &more, err);
    size_t n = r == 0 && more.len > text->len ? more.len - text->len : 0;
    bool twice = n && n <= PROBE_MAX && n < text->len &&
                 !memcmp(more.data, text->data, text->len) &&
                 !memcmp(more.data + text->len, text->data + text->len - n, n);
    if (twice)
        text->data[text->len -= n] = '\0';
    if (r == 0)
        r = twice             ? take_back(job, 2 * n, text, err)
            : rpa_buf_same(&more, text)
                ? take_back(job, 1, text, err)
                : -RPA_ENOTFOUND;
    rpa_buf_clear(&more);
    return r;
}

struct before {
    const struct rpa_area *at;
    uint64_t look;
};

static bool as_before(void *ctx, const struct rpa_look *l)
{
    const struct before *b = ctx;
    return rpa_look_of(l, b->at) == b->look;
}

/* What it says may be the probe, or what a full field held, which was slow to say
 * so: taken away, the first leaves the field as it looked before, its text cursor
 * there or not. */
static int probe(struct job *job, struct rpa_buf *ret, struct rpa_err *err)
{
    struct rpa_look *look = job->w->form->look;
    struct before b = { &job->entry->at, 0 };
    int r = form_end(job, err);
    if (r == 0)
        r = form_settle(look, err);
    b.look = rpa_look_of(look, b.at);
    if (r == 0)
        r = type_and_ask(job, ret, err);
    size_t n = r == 0 ? probed(job, ret) : 0;
    if (r < 0)
        return r;
    if (!n)
        return without_probe(job, ret, err);
    rpa_buf_clear(ret);
    r = take_back(job, n, ret, err);
    if (r == 0)
        r = rpa_look_wait(look, as_before, &b, form_until(job), err);
    if (r != -RPA_ETIMEOUT)
        return r;
    rpa_fail(err, RPA_EUNREADABLE, "field '%s' did not say what it holds, and then "
                                   "lost it", job->label);
    rpa_err_seen(err, "'%s' was typed and taken away, as in an empty field; it looks "
                      "otherwise now", probe_of(job));
    return rpa_err_hint(err, "nothing is filed until it is set again; what was slow "
                             "to select may want a longer echo_ms");
}

int form_speak(struct job *job, struct rpa_buf *ret, struct rpa_err *err)
{
    struct row rows[2 * (PROBE_MAX + 2)];
    struct ack ack;
    size_t n = probe_rows(job, rows);
    n += probe_rows(job, rows + n); /* without_probe() */
    int r = act_intent(job->d, rows, n, &ack, err);
    if (r == 0)
        r = act_finish(job->d, &ack, probe(job, ret, err), false, err);
    if (r < 0) /* what was typed may stand in it */
        job_doubt(job, r);
    if (r != -RPA_ENOTFOUND)
        return r;
    rpa_fail(err, RPA_EUNREADABLE,
             "field '%s' does not say what it holds", job->label);
    rpa_err_seen(err, "nothing was selected, before and after '%s' was typed",
                 probe_of(job));
    return rpa_err_hint(err, "is it an entry, and of the toolkit the screen map "
                             "says? The map may need copy = \"ctrl+c\" for its "
                             "screen, if it offers no PRIMARY; or probe = \"5\", "
                             "a character that it takes");
}
