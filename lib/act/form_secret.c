/* A secret in a hidden entry: only marks may come of it. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

#define SELECTED_US 300000
#define MARK_PX 2 /* what a text cursor and rounding add to a mark */

/* as many marks as @chars, all alike, and not what was typed */
static bool only_marks(const struct rpa_buf *told, size_t chars,
                       const char *value)
{
    uint32_t first = 0, cp;
    size_t n = 0;
    for (size_t i = 0, used; i < told->len; i += used, n++) {
        used = rpa_utf8_decode(told->data + i, told->len - i, &cp);
        first = n ? first : cp;
        if (!used || cp != first)
            return false;
    }
    char mark[5] = "";
    mark[n ? rpa_utf8_encode(first, mark) : 0] = '\0';
    return n == chars && strncmp(mark, value, strlen(mark)) != 0;
}

/* What the entry told of @chars characters: 0 as many marks, RPA_ENOTFOUND
 * nothing, which no entry that shows its text does. */
static int ask_marks(struct job *job, size_t chars, const char *value,
                     struct rpa_err *err)
{
    struct rpa_buf told = { 0 };
    int64_t deadline_us = job->form->toolkit.mute ? rpa_mono_us() + SELECTED_US
                                                  : form_until(job);
    int r = form_ask(job, deadline_us, &told, err);
    if (r == 0 && !only_marks(&told, chars, value))
        r = -RPA_ESECRET;
    if (told.len)
        explicit_bzero(told.data, told.len);
    rpa_buf_clear(&told);
    int end = r == 0 || r == -RPA_ENOTFOUND ? form_end(job, err) : 0;
    return end < 0 ? end : r;
}

/* ---- marks on the screen ---- */

struct marks {
    struct rpa_area at; /* inside the frame of the entry */
    int from, to;       /* columns of ink that are waited for */
};

static bool reach_to(void *ctx, const struct rpa_look *l)
{
    const struct marks *m = ctx;
    int from, to;
    return rpa_look_ink(l, &m->at, &from, &to) && to >= m->from && to <= m->to;
}

static int ink_end(struct job *job, const struct marks *m)
{
    int from, to;
    return rpa_look_ink(job->w->form->look, &m->at, &from, &to) ? to : m->at.x;
}

/* type the rest one by one: each mark must take as much room as the second */
static int type_marks(struct job *job, const char *value, size_t len,
                      struct rpa_err *err)
{
    const struct rpa_area *at = &job->entry->at;
    struct scene scene = { job->w, 0, -1, 0 };
    struct marks m = { { at->x + 3, at->y + 4, at->w - 6, at->h - 8 },
                       at->x + 6, at->x + at->w };
    int r = rpa_look_wait(job->w->form->look, reach_to, &m, form_until(job), err);
    int end = ink_end(job, &m), step = 0;
    uint32_t cp;
    for (size_t i = rpa_utf8_decode(value, len, &cp), n; r == 0 && i < len;
         i += n) {
        n = rpa_utf8_decode(value + i, len - i, &cp);
        m.from = step ? end + step - MARK_PX : end + MARK_PX + 1;
        m.to = step ? end + step + MARK_PX : end + at->h;
        r = hands_text(job->d, &scene, value + i, n, err);
        if (r == 0)
            r = rpa_look_wait(job->w->form->look, reach_to, &m,
                              form_until(job), err);
        int now = ink_end(job, &m);
        step = step ? step : now - end;
        end = now;
    }
    return r == -RPA_ETIMEOUT ? -RPA_ESECRET : r;
}

static int type(struct job *job, const char *value, size_t len,
                struct rpa_err *err)
{
    struct scene scene = { job->w, 0, -1, 0 };
    uint32_t cp;
    size_t first = rpa_utf8_decode(value, len, &cp);
    int r = form_erase(job, err);
    if (r == 0)
        r = hands_text(job->d, &scene, value, first, err);
    if (r == 0)
        r = ask_marks(job, 1, value, err);
    if (r == -RPA_ENOTFOUND)
        r = type_marks(job, value, len, err);
    else if (r == 0 && len > first) {
        r = hands_text(job->d, &scene, value + first, len - first, err);
        if (r == 0)
            r = ask_marks(job, rpa_utf8_count(value, len), value, err);
    }
    return r == -RPA_ENOTFOUND ? -RPA_ESECRET : r;
}

static int type_or_clear(struct job *job, const char *value, size_t len,
                         struct rpa_err *err)
{
    int r = type(job, value, len, err);
    if (r == 0)
        return form_leave(job, err);
    if (r != -RPA_ESECRET)
        return r;
    bool cleared = form_erase(job, err) == 0;
    rpa_fail(err, RPA_ESECRET, "field '%s': the secret was not taken unseen; %s",
             job->label, cleared ? "it was cleared" : "it could not be cleared");
    return rpa_err_hint(err, "have the map checked: is this the password "
                             "field?");
}

int form_secret(struct job *job, const char *value, size_t len,
                struct rpa_err *err)
{
    const char *keys[] = { job->form->toolkit.keys.select_all, "BackSpace",
                           "End", form_advance(job) };
    size_t n = form_advance(job) ? 4 : 3;
    struct row rows[4];
    struct ack ack;
    if (!rpa_utf8_valid(value, len) || !len ||
        rpa_utf8_count(value, len) > (size_t)job->width)
        return rpa_fail(err, RPA_EWIDTH,
                        "the secret does not fit field '%s'", job->label);
    for (size_t i = 0; i < n; i++)
        rows[i] = form_key_row(job, keys[i]);
    int r = act_intent(job->d, rows, n, &ack, err);
    if (r < 0)
        return r;
    r = type_or_clear(job, value, len, err);
    return act_finish(job->d, &ack, r, r == 0, err);
}
