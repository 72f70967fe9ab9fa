/* What the cells of a field show: its text, all of it or scrolled, or nothing. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

bool job_blank(const struct job *job, const struct rpa_screen *s)
{
    struct rpa_buf text = { 0 };
    rpa_screen_text(s, job->pos.start, job->width, &text);
    while (text.len && text.data[text.len - 1] == ' ')
        text.len--;
    bool blank = text.data && rpa_change_blank(job_change(job), text.data,
                                               text.len);
    rpa_buf_clear(&text);
    return blank;
}

static bool shows_text(const struct job *job, const struct rpa_screen *s,
                       const char *text)
{
    return view_equals_padded(s, job->pos.start, job->width, text,
                              job->filler ? job->filler : ' ');
}

bool job_cells(const struct job *job, const struct rpa_screen *s)
{
    const char *shown = job->changed.shown.data;
    return shows_text(job, s, job->want) || (shown && shows_text(job, s, shown));
}

/* @text less its first character; "" where that would look like the text less its
 * last one, which is still to come */
static const char *scrolled(const char *text)
{
    uint32_t cp;
    size_t len = strlen(text), first = rpa_utf8_decode(text, len, &cp);
    return len > first && memcmp(text, text + first, len - first) ? text + first : "";
}

bool job_scrolled(const struct job *job, const struct rpa_screen *s)
{
    const char *shown = job->changed.shown.data;
    const char *end = scrolled(shown ? shown : job->want);
    return *end && job_full(job) &&
           view_cursor(s) == job->pos.start + job->width - 1 &&
           shows_text(job, s, end) && !view_is_3270(job->w);
}

int job_fits(const struct job *job, struct rpa_err *err)
{
    if (job->folded.chars <= (size_t)job->width)
        return 0;
    rpa_fail(err, RPA_EWIDTH, "field '%s' holds %d characters, not %zu",
             job->label, job->width, job->folded.chars);
    return rpa_err_hint(err, "reject the item or split the text; nothing was "
                             "typed");
}

bool job_full(const struct job *job)
{
    return job->folded.chars == (size_t)job->width;
}

bool job_shows(void *ctx, const struct rpa_screen *s)
{
    struct job *job = ctx;
    int end = job->pos.start + (int)job->folded.chars, at = view_cursor(s);
    /* behind the last character, on it where the field is full, or on in the
     * next field (auto-skip), which the only one of its screen is itself */
    bool moved = job_full(job) ? at >= end - 1 || at <= job->pos.start
                 : job->filler ? at == end /* one more typed would not show */
                               : at >= end || at < job->pos.start;
    moved = moved && at >= 0; /* away while it is drawn: that tells nothing */
    return (job_cells(job, s) && (moved || !job->folded.chars)) ||
           job_scrolled(job, s);
}

static bool is_whole(void *ctx, const struct rpa_screen *s)
{
    const struct job *job = ctx;
    return job_cells(job, s) && view_cursor(s) == job->pos.start;
}

int job_unscroll(struct job *job, struct rpa_err *err)
{
    struct scene scene = { job->w, 0, view_cursor(job->seen), 0 };
    struct ack ack;
    int r = job_intend_key(job, "Home", &ack, err);
    if (r < 0)
        return r;
    r = hands_chord(job->d, &scene, "Home", err);
    if (r == 0)
        r = view_wait(job->d, job->w, is_whole, job, job->d->echo_ms,
                      "the start of the text", &job->seen, err);
    return act_finish(job->d, &ack, r, false, err);
}

/* Programs show room for text by a line of these, which typing takes away. How many
 * cells are such a line, with nothing behind it in its row; 0: there is none. Where
 * the map has the field, all of it is. */
static int filled(const struct job *job, const struct rpa_screen *s)
{
    int i = job->pos.start, end = i + job->width;
    while (i < end && s->cells[i].cp == '_')
        i++;
    int count = i - job->pos.start;
    if (job->rule)
        return count > 1 && i == end ? count : 0;
    while (i < end && i % s->cols && s->cells[i].cp == ' ')
        i++;
    return count > 1 && (i == end || i % s->cols == 0) ? count : 0;
}

static bool vacant(const struct job *job, const struct rpa_screen *s)
{
    return job_blank(job, s) || filled(job, s);
}

static const char *clear_key(const struct job *job)
{
    return rpa_target_key(job->d->target, "clear", NULL);
}

bool job_can_empty(const struct job *job)
{
    return vacant(job, job->seen) || clear_key(job);
}

static bool is_blank(void *ctx, const struct rpa_screen *s)
{
    const struct job *job = ctx;
    return vacant(job, s) && view_cursor(s) == job->pos.start;
}

int job_clear(struct job *job, struct rpa_err *err)
{
    const char *key = clear_key(job);
    struct ack ack;
    if (!key) {
        rpa_fail(err, RPA_EREADBACK, "field '%s' is not empty", job->label);
        rpa_err_seen(err, "it is taken for %d cells from row %d, column %d on",
                     job->width, job->pos.start / job->cols + 1,
                     job->pos.start % job->cols + 1);
        return rpa_err_hint(err, job->rule ? "declare keys = { clear = … } in the "
                                             "map"
                                           : "give its width in the screen map, if "
                                             "that is too much; or the key that "
                                             "empties it, keys = { clear = … }");
    }
    struct scene scene = { job->w, 0, -1, 0 };
    int r = job_intend_key(job, key, &ack, err);
    if (r < 0)
        return r;
    r = hands_chord(job->d, &scene, key, err);
    if (r == 0)
        r = view_wait(job->d, job->w, is_blank, job, job->d->echo_ms,
                      "the field to become empty", &job->seen, err);
    return act_finish(job->d, &ack, r, false, err);
}

static bool is_readable(void *ctx, const struct rpa_screen *s)
{
    const struct job *job = ctx;
    for (int i = job->pos.start; i < job->pos.start + job->width; i++)
        if (!s->cells[i].cp)
            return false;
    return true;
}

int job_empty(struct job *job, struct rpa_err *err)
{
    int r = 0;
    if (!job->seen || !is_readable(job, job->seen))
        r = view_wait(job->d, job->w, is_readable, job, job->d->echo_ms,
                      "the field readably", &job->seen, err);
    if (r == 0 && !vacant(job, job->seen))
        r = job_clear(job, err);
    int line = r == 0 ? filled(job, job->seen) : 0;
    job->filler = line ? '_' : 0;
    if (!line)
        return r;
    job->width = line; /* it ends where the line does */
    return job_fits(job, err);
}
