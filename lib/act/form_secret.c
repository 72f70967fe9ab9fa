/* A secret in a hidden entry: only marks may come of it. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

#define SELECTED_US 300000

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

struct dots {
    struct rpa_area at;
    int want;
};

static bool shows(void *ctx, const struct rpa_look *l)
{
    struct dots *dots = ctx;
    return rpa_look_dots(l, &dots->at) == dots->want;
}

/* by its own word, or where it says nothing, by the marks on the screen */
static int await_marks(struct job *job, size_t chars, const char *value,
                       struct rpa_err *err)
{
    struct rpa_buf told = { 0 };
    const struct rpa_area *at = &job->entry->at;
    struct dots dots = { { at->x + 4, at->y + 4, at->w - 8, at->h - 8 },
                         (int)chars };
    int r = form_ask(job, rpa_mono_us() + SELECTED_US, &told, err);
    if (r == 0 && !only_marks(&told, chars, value))
        r = -RPA_ESECRET;
    if (told.len)
        explicit_bzero(told.data, told.len);
    rpa_buf_clear(&told);
    int end = r == 0 || r == -RPA_ENOTFOUND ? form_chord(job, "End", err) : 0;
    if (r == -RPA_ENOTFOUND && end == 0) {
        r = rpa_look_wait(job->w->form->look, shows, &dots,
                          form_until(job), err);
        r = r == -RPA_ETIMEOUT ? -RPA_ESECRET : r;
    }
    return r < 0 ? r : end;
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
        r = await_marks(job, 1, value, err);
    if (r == 0 && len > first)
        r = hands_text(job->d, &scene, value + first, len - first, err);
    if (r == 0 && len > first)
        r = await_marks(job, rpa_utf8_count(value, len), value, err);
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
    struct row rows[4];
    struct ack ack;
    if (!rpa_utf8_valid(value, len) || !len ||
        rpa_utf8_count(value, len) > (size_t)job->width)
        return rpa_fail(err, RPA_EWIDTH,
                        "the secret does not fit field '%s'", job->label);
    for (size_t i = 0; i < 4; i++)
        rows[i] = form_key_row(job, keys[i]);
    int r = act_intent(job->d, rows, 4, &ack, err);
    if (r < 0)
        return r;
    r = type(job, value, len, err);
    return act_finish(job->d, &ack, r, r == 0, err);
}
