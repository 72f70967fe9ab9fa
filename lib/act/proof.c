/* What proved fields of a grid showed. Setting another one may change them after
 * that: a commit act rests on what they show when it is pressed. */
#include "priv.h"
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

int proof_keep(struct rpa_driver *d, const struct window *w, const char *label,
               const struct rpa_screen *s, int start, int count,
               struct rpa_err *err)
{
    proof_drop(d, w, start);
    if (d->nproofs == PROOFS_MAX)
        return rpa_fail(err, RPA_EINVAL,
                        "more than %d fields were set before a commit act",
                        PROOFS_MAX);
    struct proof *p = &d->proofs[d->nproofs++];
    *p = (struct proof){ .window = w->id, .screen = w->shown, .start = start,
                         .count = count, .cols = s->cols,
                         .hash = proof_hash(s, start, count) };
    rpa_str_copy(p->label, sizeof p->label, label);
    return 0;
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
