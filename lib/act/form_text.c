/* The text of an entry: typed, and read back by the entry's own word. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define SELECTED_US 300000 /* for an entry to select what it holds, if it does */
#define READS 3   /* of a text that is not yet as wanted */
#define FRAME 512 /* characters in one batch */

static int say_difference(struct job *job, size_t chars, struct rpa_err *err)
{
    rpa_fail(err, RPA_EREADBACK,
             "field '%s' does not hold what was typed into it", job->label);
    rpa_err_seen(err, "%zu characters where %zu were typed", chars,
                 job->folded.chars);
    return rpa_err_hint(err, "the target may change what is typed, which the screen "
                             "map declares: number = \"0.00\", upper = true; hold "
                             "less; select all by another key; or be a date edit: "
                             "mask = \"__/__/____\", parts = true");
}

const char *form_selection(const struct form_rule *rule)
{
    return rule->toolkit.keys.copy ? "CLIPBOARD" : "PRIMARY";
}

/* what is selected now is somebody's, and will be put back (job_end) */
static int reach(struct job *job, struct rpa_err *err)
{
    int r = clipboard_keep(job->d, form_selection(job->form), &job->kept, err);
    return r == 0 ? form_reach(job, err) : r;
}

int form_ask(struct job *job, int64_t deadline_us, struct rpa_buf *ret,
               struct rpa_err *err)
{
    char *text = NULL;
    size_t len = 0;
    int r;
    do
        r = rpa_entry_read(job->d->display, job->w->id,
                           &job->form->toolkit.keys, NULL, deadline_us, &text,
                           &len, err);
    while (hands_refocus(job->d, job->w, r, &deadline_us) ||
           (r == -RPA_EGONE && rpa_mono_us() < deadline_us));
    if (r < 0)
        return r;
    if (job->form->toolkit.newline && job->entry->multi && len &&
        text[len - 1] == '\n')
        len--;
    rpa_buf_clear(ret);
    rpa_buf_add(ret, text, len);
    explicit_bzero(text, len); /* it may be a secret that shows */
    free(text);
    return ret->failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a text") : 0;
}

int form_type(struct job *job, const char *utf8, struct rpa_err *err)
{
    struct scene scene = { job->w, 0, -1, 0 };
    int r = 0;
    while (r == 0 && *utf8) {
        size_t len = strcspn(utf8, "\n"), chars = 0, n = 0;
        uint32_t cp;
        while (n < len && chars++ < FRAME)
            n += rpa_utf8_decode(utf8 + n, len - n, &cp);
        if (n)
            r = hands_text(job->d, &scene, utf8, n, err);
        utf8 += n;
        if (r == 0 && *utf8 == '\n') {
            r = form_chord(job, "Enter", err);
            utf8++;
        }
    }
    return r;
}

/* It holds what is wanted, by its own word. Asked again if it is not: while
 * keys are under way it may give up the selection of the text that was there.
 * It answers behind all that was typed: for each frame it has its time. */
int form_holds(struct job *job, struct rpa_err *err)
{
    struct rpa_buf got = { 0 };
    int64_t frames = (int64_t)(job->folded.chars / FRAME);
    int64_t deadline_us = form_until(job) + frames * job->d->echo_ms * 1000;
    int r = 0;
    for (int i = 0; i < READS; i++) {
        r = form_ask(job, deadline_us, &got, err);
        if ((r < 0 && r != -RPA_ENOTFOUND) || (r == 0 && job_agrees(job, &got)) ||
            rpa_mono_us() >= deadline_us)
            break;
    }
    if (r == -RPA_ENOTFOUND || (r == 0 && !job_agrees(job, &got)))
        r = say_difference(job, rpa_utf8_count(got.len ? got.data : "", got.len),
                           err);
    if (r == 0)
        r = form_said(job, &got, err);
    rpa_buf_clear(&got);
    return r;
}

/* All that it holds, for what comes next; @then, if not NULL, in the same batch. */
static int select_all(struct job *job, const char *then, const char *last,
                      struct rpa_err *err)
{
    const struct rpa_entry_keys *keys = &job->form->toolkit.keys;
    int r = rpa_entry_claim(job->d->display, keys, err);
    return r < 0 ? r
                 : form_chords(job, (const char *[]){ keys->select_all, then, last,
                                                      NULL }, err);
}

/* and to the first place of a mask, which stands there when it is empty */
int form_erase(struct job *job, struct rpa_err *err)
{
    const char *home = job_change(job)->mask[0] ? "Home" : NULL;
    return select_all(job, "BackSpace", home, err);
}

int form_end(struct job *job, struct rpa_err *err)
{
    const char *deselect = job->form->toolkit.deselect;
    const char *chords[] = { deselect, job->entry->multi ? "ctrl+End" : "End",
                             NULL };
    return form_chords(job, deselect ? chords : chords + 1, err);
}

static size_t key_rows(struct job *job, struct row *rows,
                       const char *const *keys, size_t n)
{
    size_t some = 0;
    for (size_t i = 0; i < n; i++)
        if (keys[i])
            rows[some++] = form_key_row(job, keys[i]);
    return some;
}

/* What it holds is typed over: keys that take it away first could do that in
 * another field, and the text still come into this one. A mask, which is not typed
 * over, wants them. */
static int make_way(struct job *job, struct rpa_err *err)
{
    if (!job_change(job)->mask[0])
        return select_all(job, NULL, NULL, err);
    int r = form_erase(job, err);
    return r == 0 ? form_unmoved(job, err) : r;
}

/* The rows of all that is pressed for one text: the old text selected, the new
 * one in frames (field.c), left and come back to, asked for, and the key that
 * leaves. */
static size_t make_rows(struct job *job, struct row *rows, size_t max)
{
    const struct rpa_entry_keys *keys = &job->form->toolkit.keys;
    bool mask = job_change(job)->mask[0];
    size_t n = 0;
    if (job_change(job)->parts) {
        n = form_parts_rows(job, rows);
    } else {
        n = key_rows(job, rows, (const char *[]){ keys->select_all,
                                                  mask ? "BackSpace" : NULL,
                                                  mask ? "Home" : NULL }, 3);
        n += field_text_rows(job, rows + n, max - 9);
    }
    n += form_revisit_rows(job, rows + n);
    return n + key_rows(job, rows + n,
                        (const char *[]){ keys->select_all, keys->copy,
                                          form_advance(job) }, 3);
}

/* How all fields look before one is emptied, once those that lost the focus to it
 * have drawn that. */
static int keep_settled(struct job *job, struct rpa_err *err)
{
    struct rpa_look *look = job->w->form->look;
    int r = form_settle(look, err);
    return r == 0 ? rpa_look_keep(look, err) : r;
}

static int type_value(struct job *job, struct rpa_err *err)
{
    if (job_change(job)->parts)
        return form_type_parts(job, err);
    int r = make_way(job, err);
    return r == 0 ? form_type(job, job->changed.keys.data, err) : r;
}

static int type_text(struct job *job, struct rpa_err *err)
{
    struct row rows[28];
    struct ack ack;
    int r = job_change(job)->mask[0] ? keep_settled(job, err)
                                     : rpa_look_keep(job->w->form->look, err);
    if (r < 0)
        return r;
    size_t n = make_rows(job, rows, 28);
    r = act_intent(job->d, rows, n, &ack, err);
    if (r < 0)
        return r;
    r = type_value(job, err);
    if (r == 0)
        r = form_revisit(job, err);
    if (r == 0)
        r = form_holds(job, err);
    if (r == 0)
        r = form_leave(job, err);
    return act_finish(job->d, &ack, r, r == 0, err);
}

/* only a field that shall stay empty is emptied by itself (type_text) */
static int empty_text(struct job *job, struct rpa_err *err)
{
    const char *keys[] = { job->form->toolkit.keys.select_all, "BackSpace",
                           form_advance(job) };
    struct row rows[12];
    struct ack ack;
    if (job->folded.chars)
        return 0;
    if (job_change(job)->parts)
        return rpa_fail(err, RPA_EINVAL,
                        "field '%s' cannot be emptied: the screen map says that its "
                        "parts always have a value",
                        job->label);
    int r = keep_settled(job, err);
    if (r < 0)
        return r;
    size_t n = key_rows(job, rows, keys, 2);
    n += form_prove_empty_rows(job, rows + n);
    n += key_rows(job, rows + n, keys + 2, 1);
    r = act_intent(job->d, rows, n, &ack, err);
    if (r < 0)
        return r;
    r = form_erase(job, err);
    if (r == 0)
        r = form_unmoved(job, err);
    if (r == 0)
        r = form_prove_empty(job, err);
    if (r == 0)
        r = form_said(job, NULL, err);
    if (r == 0)
        r = form_leave(job, err);
    return act_finish(job->d, &ack, r, r == 0, err);
}

/* what each line needs, added up */
static bool add_line(struct rpa_folded *all, const struct rpa_folded *line)
{
    rpa_buf_puts(&all->typed, line->typed.data);
    all->chars += line->chars;
    all->missing = all->missing ? all->missing : line->missing;
    for (size_t i = 0, k; i < line->nuses; i++) {
        for (k = 0; k < all->nuses && all->uses[k].from != line->uses[i].from;)
            k++;
        if (k == RPA_FOLDS_MAX)
            return false;
        if (k == all->nuses)
            all->uses[all->nuses++] = line->uses[i];
        else
            all->uses[k].count += line->uses[i].count;
    }
    return true;
}

int form_fold(struct job *job, const char *value, size_t len,
              struct rpa_err *err)
{
    struct rpa_folded all = { 0 };
    int r = 0;
    for (const char *end = value + len, *at = value; r == 0; at++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        struct rpa_folded line = { 0 };
        stop = stop ? stop : end;
        r = rpa_target_fold(job->d->target, at, (size_t)(stop - at), &line, err);
        if (r == 0 && !add_line(&all, &line))
            r = rpa_fail(err, RPA_EREPERTOIRE, "too many kinds of folds");
        rpa_folded_clear(&line);
        at = stop;
        if (stop == end)
            break;
        rpa_buf_putc(&all.typed, '\n');
        all.chars++;
    }
    if (r == 0 && all.typed.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a text");
    if (r == 0)
        job->folded = all;
    else
        rpa_folded_clear(&all);
    return r;
}

/* ---- reading ---- */

/* What it said must be all that it holds, and not what an earlier key or click, to
 * which the program came late, selected of it: it says the same twice. */
static int says_again(struct job *job, struct rpa_buf *said, struct rpa_err *err)
{
    struct rpa_buf now = { 0 };
    bool same = false;
    int r = 0;
    for (int i = 0; i < READS && r == 0 && !same; i++) {
        r = form_end(job, err);
        if (r == 0)
            r = form_ask(job, form_until(job), &now, err);
        same = r == 0 && rpa_buf_same(&now, said);
        struct rpa_buf was = *said;
        *said = now;
        now = was;
    }
    rpa_buf_clear(&now);
    if (same || (r < 0 && r != -RPA_ENOTFOUND))
        return r;
    rpa_fail(err, RPA_EUNREADABLE, "field '%s' says another thing each time",
             job->label);
    rpa_err_seen(err, "it was asked %d times what it holds", READS + 1);
    return rpa_err_hint(err, "does the program change it by itself? wait until it "
                             "does no more");
}

static int get_text(struct job *job, struct rpa_buf *ret, struct rpa_err *err)
{
    const char *all = job->form->toolkit.keys.select_all;
    struct row rows[3];
    struct ack ack;
    if (job->entry->hidden)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "field '%s' is hidden: nothing can read it",
                        job->label);
    int r = job_focus(job, err);
    if (r == 0)
        r = reach(job, err);
    if (r < 0)
        return r;
    size_t n = key_rows(job, rows, (const char *[]){ all, "End", all }, 3);
    r = act_intent(job->d, rows, n, &ack, err);
    if (r < 0)
        return r;
    r = form_ask(job, rpa_mono_us() + SELECTED_US, ret, err);
    if (r == 0)
        r = says_again(job, ret, err);
    if (r == 0 || r == -RPA_ENOTFOUND) {
        int here = form_focused(job, r != 0, err);
        r = here < 0 ? here : r;
    }
    int said = act_finish(job->d, &ack, r == -RPA_ENOTFOUND ? 0 : r, false, err);
    if (r == -RPA_ENOTFOUND && said == 0)
        return form_speak(job, ret, err);
    return said;
}

const struct reader form_text_reader = { reach, empty_text, type_text,
                                         form_proved, get_text };
