/* What proved fields of a grid showed. Setting another one may change them after
 * that: a commit act rests on what they show when it is pressed. */
#include "job.h"
#include "rpa/base/utf8.h"

uint64_t proof_hash(const struct rpa_screen *s, int start, int count)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
    for (int i = start; i < start + count && i < s->rows * s->cols; i++)
        h = (h ^ s->cells[i].cp) * 0x100000001b3u;
    return h;
}

static struct proof *proof_at(struct rpa_driver *d, const struct window *w,
                              int cell)
{
    for (size_t i = 0; i < d->nproofs; i++) {
        struct proof *p = &d->proofs[i];
        if (p->window == w->id && cell >= p->start &&
            cell < p->start + p->count)
            return p;
    }
    return NULL;
}

void proof_drop(struct rpa_driver *d, const struct window *w, int cell)
{
    struct proof *p = proof_at(d, w, cell);
    if (p)
        *p = d->proofs[--d->nproofs];
}

static size_t blanks_behind(const struct rpa_buf *text)
{
    size_t n = 0;
    while (n < text->len && text->data[text->len - 1 - n] == ' ')
        n++;
    return n;
}

int proof_keep(const struct job *job, struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    proof_drop(d, job->w, job->pos.start);
    if (d->nproofs == PROOFS_MAX)
        return rpa_fail(err, RPA_EINVAL,
                        "more than %d fields were set before a commit act",
                        PROOFS_MAX);
    struct proof *p = &d->proofs[d->nproofs++];
    *p = (struct proof){ .window = job->w->id, .screen = job->w->shown,
                         .start = job->pos.start, .count = job->width,
                         .cols = job->seen->cols,
                         .blanks = blanks_behind(&job->changed.shown),
                         .hash = proof_hash(job->seen, job->pos.start,
                                            job->width) };
    rpa_str_copy(p->label, sizeof p->label, job->label);
    return 0;
}

size_t proof_blanks(const struct job *job)
{
    const struct proof *p = proof_at(job->d, job->w, job->pos.start);
    return p && p->start == job->pos.start && p->screen == job->w->shown &&
                   p->hash == proof_hash(job->seen, p->start, p->count)
               ? p->blanks
               : 0;
}

void proof_forget(struct rpa_driver *d, const struct window *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->nproofs; i++)
        if (d->proofs[i].window != w->id)
            d->proofs[kept++] = d->proofs[i];
    d->nproofs = kept;
}

void proof_idle(struct rpa_driver *d, const struct window *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->nproofs; i++)
        if (d->proofs[i].window != w->id || d->proofs[i].screen == w->shown)
            d->proofs[kept++] = d->proofs[i];
    d->nproofs = kept;
}

int proof_check(const struct rpa_driver *d, const struct window *w,
                const struct rpa_screen *s, struct rpa_err *err)
{
    for (size_t i = 0; i < d->nproofs; i++) {
        const struct proof *p = &d->proofs[i];
        if (p->window != w->id || p->screen != w->shown ||
            (p->cols == s->cols && p->hash == proof_hash(s, p->start, p->count)))
            continue;
        rpa_fail(err, RPA_EREADBACK,
                 "field '%s' no longer shows what was set; a commit act was "
                 "refused",
                 p->label);
        return rpa_err_hint(err, "the target changed it when another field was "
                                 "set: set it after that one, or have it looked "
                                 "at");
    }
    return 0;
}
