/* Which characters of a learned font look alike. */
#include "eyes.h"

#include "rpa/base/utf8.h"

#include <stdlib.h>

static bool alike(const struct rpa_font *f, const struct rpa_soft_glyph *a,
                  const struct rpa_soft_glyph *b)
{
    enum { NEAR = 24 }; /* as when it is read, at the best contrast */
    size_t n = (size_t)(f->ch * RPA_SOFT_WIDTH(f->cw) * f->soft->channels);
    for (size_t i = 0; i < n; i++)
        if (abs(a->a[i] - b->a[i]) > NEAR)
            return false;
    return true;
}

void rpa_soft_name(struct rpa_buf *out, uint32_t cp)
{
    char utf8[4];
    if (cp > 0x20 && cp < 0x2000)
        rpa_buf_add(out, utf8, rpa_utf8_encode(cp, utf8));
    else
        rpa_buf_printf(out, "U+%04X", cp);
    rpa_buf_putc(out, ' ');
}

/* The glyphs that look like the @i-th, and are not told yet, as a line. */
static void tell_alike(const struct rpa_font *f, size_t i, bool *told,
                       struct rpa_buf *out)
{
    const struct rpa_soft *s = f->soft;
    const struct rpa_soft_glyph *g = &s->glyphs[i];
    bool any = rpa_soft_is_even(f, g);
    if (any) {
        rpa_soft_name(out, ' ');
        rpa_soft_name(out, g->cp);
    }
    for (size_t k = i + 1; k < s->n; k++) {
        if (told[k] || s->glyphs[k].cp == g->cp ||
            !alike(f, g, &s->glyphs[k]))
            continue;
        if (!any)
            rpa_soft_name(out, g->cp);
        rpa_soft_name(out, s->glyphs[k].cp);
        any = told[k] = true;
    }
    if (any)
        rpa_buf_puts(out, g->flags & RPA_CELL_BOLD ? "bold\n" : "\n");
}

static bool has_twin(const struct rpa_font *f, const struct rpa_soft_glyph *g)
{
    const struct rpa_soft *s = f->soft;
    for (size_t i = 0; i < s->n; i++)
        if (s->glyphs[i].cp != g->cp && alike(f, g, &s->glyphs[i]))
            return true;
    return false;
}

bool rpa_soft_has(const struct rpa_font *f, uint32_t cp)
{
    const struct rpa_soft *s = f->soft;
    for (size_t i = 0; i < s->n; i++)
        if (s->glyphs[i].cp == cp && !has_twin(f, &s->glyphs[i]))
            return true;
    return false;
}

int rpa_soft_alike(const struct rpa_font *f, struct rpa_buf *out,
                   struct rpa_err *err)
{
    size_t n = f->soft->n;
    bool *told = calloc(n, sizeof *told);
    if (!told)
        return rpa_fail(err, RPA_ENOMEM, "no memory for %zu glyphs", n);
    for (size_t i = 0; i < n; i++)
        if (!told[i])
            tell_alike(f, i, told, out);
    free(told);
    return 0;
}
