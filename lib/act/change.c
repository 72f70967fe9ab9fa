/* What a target makes of a text by itself, on grids and forms alike. */
#include "rpa/act/change.h"
#include "rpa/base/utf8.h"
#include "rpa/ipc/msg.h"

#include <locale.h>
#include <string.h>
#include <wctype.h>

/* "0", "0.00", "#,##0", "#,##0.00": as spreadsheets write it */
static bool load_number(const char *format, struct rpa_change *c)
{
    c->grouped = strncmp(format, "#,##", 4) == 0;
    format += c->grouped ? 4 : 0;
    if (*format++ != '0')
        return false;
    c->decimals = (int)strspn(*format ? format + 1 : format, "0");
    c->number = true;
    return !*format || (*format == '.' && c->decimals > 0 &&
                        c->decimals < 10 && !format[1 + c->decimals]);
}

static bool load_align(const cbor_item_t *field, struct rpa_change *c)
{
    char align[8];
    bool pad = rpa_msg_copy(field, "pad", c->pad, sizeof c->pad);
    if (!rpa_msg_copy(field, "align", align, sizeof align))
        return !rpa_msg_get(field, "align") && !rpa_msg_get(field, "pad");
    if (!pad)
        memcpy(c->pad, " ", 2);
    return strcmp(align, "right") == 0 && c->pad[0] &&
           (pad || !rpa_msg_get(field, "pad"));
}

static bool load_mask(const cbor_item_t *field, struct rpa_change *c)
{
    if (!rpa_msg_get(field, "mask"))
        return true;
    if (!rpa_msg_copy(field, "mask", c->mask, sizeof c->mask) ||
        !strchr(c->mask, '_'))
        return false;
    for (const char *p = c->mask; *p; p++)
        if (*p < ' ' || *p > '~')
            return false;
    return true;
}

/* runs of _ */
static int parts_in(const char *mask)
{
    int n = 0;
    for (; *mask; mask++)
        n += *mask == '_' && mask[1] != '_';
    return n;
}

int rpa_change_load(const cbor_item_t *field, struct rpa_change *ret,
                    struct rpa_err *err)
{
    struct rpa_change c = { 0 };
    char number[24];
    rpa_msg_bool(field, "trim", &c.trim);
    rpa_msg_bool(field, "upper", &c.upper);
    if (rpa_msg_get(field, "number") &&
        (!rpa_msg_copy(field, "number", number, sizeof number) ||
         !load_number(number, &c)))
        return rpa_fail(err, RPA_EINVAL,
                        "number is such as \"0\", \"0.00\" or \"#,##0.00\"");
    if (!load_align(field, &c))
        return rpa_fail(err, RPA_EINVAL,
                        "align is \"right\", pad one character with it");
    if (!load_mask(field, &c))
        return rpa_fail(err, RPA_EINVAL,
                        "mask is at most 32 characters of ASCII, _ where one "
                        "is typed");
    rpa_msg_bool(field, "parts", &c.parts);
    if (c.parts && (!c.mask[0] || parts_in(c.mask) > RPA_PARTS_MAX))
        return rpa_fail(err, RPA_EINVAL, "parts are of a mask, at most %d",
                        RPA_PARTS_MAX);
    if (c.mask[0] && (c.number || c.pad[0]))
        return rpa_fail(err, RPA_EINVAL,
                        "a mask goes with neither number nor align");
    *ret = c;
    return 0;
}

/* ---- a value ---- */

/* by the same rules on every machine, whatever locale it is in */
static void add_upper(struct rpa_buf *to, const char *text, size_t len)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    char c[4];
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n) {
        n = rpa_utf8_decode(text + i, len - i, &cp);
        n = n ? n : 1;
        if (utf8)
            cp = (uint32_t)towupper_l((wint_t)cp, utf8);
        rpa_buf_add(to, c, rpa_utf8_encode(cp, c));
    }
    if (utf8)
        freelocale(utf8);
    else
        to->failed = true;
}

static void trim(const char **text, size_t *len)
{
    while (*len && **text == ' ') {
        ++*text;
        --*len;
    }
    while (*len && (*text)[*len - 1] == ' ')
        --*len;
}

/* [-]digits[.digits], written with as many decimals and groups as declared */
static bool add_number(const struct rpa_change *c, struct rpa_buf *to,
                       const char *text, size_t len)
{
    static const char digits[] = "0123456789";
    bool minus = len && *text == '-';
    char value[64];
    if (len >= sizeof value)
        return false;
    memcpy(value, text, len);
    value[len] = '\0';
    const char *whole = value + minus;
    size_t n = strspn(whole, digits), behind = 0;
    const char *point = whole + n;
    if (*point == '.')
        behind = strspn(point + 1, digits);
    if (!n || point[behind ? behind + 1 : 0] || behind > (size_t)c->decimals)
        return false;
    for (; n > 1 && *whole == '0'; n--)
        whole++;
    rpa_buf_puts(to, minus ? "-" : "");
    for (size_t i = 0; i < n; i++)
        rpa_buf_printf(to, "%s%c", c->grouped && i && (n - i) % 3 == 0 ? "," : "",
                       whole[i]);
    if (c->decimals)
        rpa_buf_printf(to, ".%.*s%.*s", (int)behind, point + 1,
                       c->decimals - (int)behind, "000000000");
    return true;
}

/* the characters at the places of the mask; false: @text is not of its form */
static bool add_typed(const struct rpa_change *c, struct rpa_buf *to,
                      const char *text, size_t len)
{
    const char *at = c->mask;
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n, at++) {
        n = rpa_utf8_decode(text + i, len - i, &cp);
        if (!n || !*at || cp == '_' ||
            (*at != '_' && (n != 1 || text[i] != *at)))
            return false;
        if (*at == '_')
            rpa_buf_add(to, text + i, n);
    }
    return !*at || !len;
}

static int unfit(const struct rpa_change *c, struct rpa_err *err)
{
    if (c->mask[0])
        rpa_fail(err, RPA_EINVAL, "the value is not of the form %s", c->mask);
    else
        rpa_fail(err, RPA_EINVAL,
                 "the value is not a plain number of at most %d decimals",
                 c->decimals);
    return rpa_err_hint(err, "the target would make something else of it: write "
                             "it as the screen map says, or reject the item");
}

static void add_padded(const struct rpa_change *c, struct rpa_changed *to,
                       const struct rpa_buf *text, size_t width)
{
    size_t chars = rpa_utf8_count(text->data, text->len);
    for (size_t i = chars; c->pad[0] && i < width; i++)
        rpa_buf_puts(&to->shown, c->pad);
    rpa_buf_add(&to->shown, text->data, text->len);
}

int rpa_change_apply(const struct rpa_change *c, const char *value, size_t len,
                     size_t width, struct rpa_changed *ret, struct rpa_err *err)
{
    struct rpa_changed out = { 0 };
    struct rpa_buf upper = { 0 }, text = { 0 };
    bool fits = true;
    if (c->mask[0])
        fits = add_typed(c, &out.keys, value, len);
    else
        rpa_buf_add(&out.keys, value, len);
    if (c->trim)
        trim(&value, &len);
    if (c->upper) {
        add_upper(&upper, value, len);
        value = upper.data;
        len = upper.len;
    }
    if (c->number && len)
        fits = fits && add_number(c, &text, value, len);
    else
        rpa_buf_add(&text, value, len);
    if (text.len)
        add_padded(c, &out, &text, width);
    rpa_buf_puts(&out.keys, ""); /* never without an end */
    rpa_buf_puts(&out.shown, "");
    bool failed = upper.failed || text.failed || out.keys.failed ||
                  out.shown.failed;
    rpa_buf_clear(&upper);
    rpa_buf_clear(&text);
    if (fits && !failed) {
        *ret = out;
        return 0;
    }
    rpa_changed_clear(&out);
    return failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a text")
                  : unfit(c, err);
}

void rpa_changed_clear(struct rpa_changed *changed)
{
    rpa_buf_clear(&changed->keys);
    rpa_buf_clear(&changed->shown);
}

bool rpa_change_blank(const struct rpa_change *c, const char *text, size_t len)
{
    const char *mask = c->mask; /* some show its places as blanks */
    for (size_t i = 0; i < len; i++)
        if (!mask[i] || (text[i] != mask[i] && (mask[i] != '_' || text[i] != ' ')))
            return false;
    return !len || strspn(mask + len, "_") == strlen(mask + len);
}
