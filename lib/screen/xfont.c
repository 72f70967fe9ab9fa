/* What an X font says of itself: its characters, its properties, its siblings. */
#include "xfont.h"
#include "priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool rpa_xfont_has(const XFontStruct *x, uint32_t code)
{
    unsigned hi = code >> 8, lo = code & 255;
    if (hi < x->min_byte1 || hi > x->max_byte1 || lo < x->min_char_or_byte2 ||
        lo > x->max_char_or_byte2)
        return false;
    if (!x->per_char)
        return true;
    unsigned wide = x->max_char_or_byte2 - x->min_char_or_byte2 + 1;
    const XCharStruct *c =
        &x->per_char[(hi - x->min_byte1) * wide + lo - x->min_char_or_byte2];
    return c->width || c->rbearing > c->lbearing;
}

char *rpa_xfont_prop(struct rpa_display *d, XFontStruct *x, const char *name)
{
    unsigned long v;
    Atom prop = XInternAtom(d->xlib, name, True);
    if (prop == None || !XGetFontProperty(x, prop, &v))
        return NULL;
    return XGetAtomName(d->xlib, (Atom)v);
}

/* "-misc-fixed-medium-r-…" has "-misc-fixed-bold-r-…" (@field 3) and
 * "-misc-fixed-medium-o-…" (4) */
static bool sibling_name(const char *name, int field, const char *value,
                         char *out, size_t size)
{
    const char *p = name;
    for (int dash = 0; *p; p++)
        if (*p == '-' && ++dash == field)
            break;
    const char *rest = *p ? strchr(p + 1, '-') : NULL;
    return rest && snprintf(out, size, "%.*s-%s%s", (int)(p - name), name,
                            value, rest) < (int)size;
}

XFontStruct *rpa_xfont_sibling(struct rpa_display *d, XFontStruct *x,
                               const char *known_as, int field,
                               const char *value)
{
    char name[256];
    char *full = rpa_xfont_prop(d, x, "FONT"); /* what an alias stands for */
    const char *own = full && full[0] == '-' ? full : known_as;
    bool named = own[0] == '-'
                     ? sibling_name(own, field, value, name, sizeof name)
                     : snprintf(name, sizeof name, "%s%s", own, value) <
                           (int)sizeof name; /* "3270" has "3270bold" */
    XFree(full);
    return named ? XLoadQueryFont(d->xlib, name) : NULL;
}

bool rpa_xfont_is_3270(struct rpa_display *d, XFontStruct *x)
{
    char *registry = rpa_xfont_prop(d, x, "CHARSET_REGISTRY");
    bool is = registry && !strcasecmp(registry, "3270cg");
    XFree(registry);
    return is;
}
