/* An entry of parts, as a date edit is: it always has a value, and checks each part
 * against the others: no 31 while the month is February, no 29 of that while the
 * year is 1990. Each is selected and typed over, from the last to the first and then
 * from the first to the last, so that days come after their month and year, whichever
 * way the date is written. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <string.h>

struct part {
    int at, count; /* characters of the mask */
    const char *text; /* of the value */
    size_t len; /* bytes */
};

/* the parts of what is typed, at most RPA_PARTS_MAX */
static size_t parts_of(const struct job *job, struct part *ret)
{
    const char *mask = job_change(job)->mask, *keys = job->changed.keys.data;
    size_t n = 0, left = job->changed.keys.len;
    uint32_t cp;
    for (const char *m = mask; *m && n < RPA_PARTS_MAX; m++) {
        if (*m != '_')
            continue;
        struct part *p = &ret[n++];
        *p = (struct part){ (int)(m - mask), (int)strspn(m, "_"), keys, 0 };
        for (int i = 0; i < p->count && p->len < left; i++)
            p->len += rpa_utf8_decode(keys + p->len, left - p->len, &cp);
        keys += p->len;
        left -= p->len;
        m += p->count - 1;
    }
    return n;
}

/* the n-th that is typed of all @count, which all are twice */
static const struct part *turn(const struct part *parts, size_t count, size_t n)
{
    return n < count ? &parts[count - 1 - n] : &parts[n - count];
}

size_t form_parts_rows(struct job *job, struct row *rows)
{
    struct part parts[RPA_PARTS_MAX];
    size_t count = parts_of(job, parts);
    for (size_t i = 0; i < 2 * count; i++) {
        const struct part *p = turn(parts, count, i);
        rows[i] = form_key_row(job, "Home");
        rows[i].verb = "alteration";
        rpa_msg_put_int(rows[i].body, "steps", p->at);
        rpa_msg_put_int(rows[i].body, "select", p->count);
        rpa_msg_put_strn(rows[i].body, "text", p->text, p->len);
    }
    return 2 * count;
}

static int type_over(struct job *job, const struct part *p, struct rpa_err *err)
{
    struct scene scene = { job->w, 0, -1, 0 };
    int r = form_chord(job, "Home", err);
    for (int i = 0; r == 0 && i < p->at; i++)
        r = form_chord(job, "Right", err);
    for (int i = 0; r == 0 && i < p->count; i++)
        r = form_chord(job, "shift+Right", err);
    return r == 0 ? hands_text(job->d, &scene, p->text, p->len, err) : r;
}

int form_type_parts(struct job *job, struct rpa_err *err)
{
    struct part parts[RPA_PARTS_MAX];
    size_t count = parts_of(job, parts);
    int r = 0;
    for (size_t i = 0; r == 0 && i < 2 * count; i++)
        r = type_over(job, turn(parts, count, i), err);
    return r;
}
