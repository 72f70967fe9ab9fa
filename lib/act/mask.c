/* Secrets that were typed never come back to the bot. */
#include "priv.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX (SECRETS_MAX + TOKENS_MAX)

/* How a character may be written: as JSON, XML and URLs do, where any may be an escape
 * that the bot's own parser would take off; and in UTF-16. */
enum way { PLAIN, JSON, XML, PERCENT, FORM, UTF16LE, UTF16BE };

static const struct {
    char escape;    /* without which it is not this one */
    size_t longest; /* for one byte of a secret */
} ways[] = {
    [PLAIN] = { 0, 1 },     [JSON] = { '\\', 6 },  [XML] = { '&', 10 },
    [PERCENT] = { '%', 3 }, [FORM] = { '+', 3 },
    [UTF16LE] = { 0, 2 },   [UTF16BE] = { 0, 2 },
};

/* What is masked: a secret, written in one way, or in one within another, such as JSON
 * in an XML element; or what base64 makes of it, which has three texts, by where it
 * begins, in each of two alphabets, 1 to 6. */
static const struct spelling {
    enum way outer, inner;
    int base64;
} spellings[] = {
    { 0 },
    { JSON, PLAIN, 0 },     { XML, PLAIN, 0 },      { PERCENT, PLAIN, 0 },
    { FORM, PLAIN, 0 },
    { UTF16LE, PLAIN, 0 },  { UTF16BE, PLAIN, 0 },  { UTF16LE, XML, 0 },
    { UTF16BE, XML, 0 },    { UTF16LE, JSON, 0 },   { UTF16BE, JSON, 0 },
    { XML, XML, 0 },        { XML, JSON, 0 },       { XML, PERCENT, 0 },
    { JSON, JSON, 0 },      { JSON, XML, 0 },       { JSON, PERCENT, 0 },
    { PERCENT, PERCENT, 0 },
    { PLAIN, PLAIN, 1 },    { PLAIN, PLAIN, 2 },    { PLAIN, PLAIN, 3 },
    { PLAIN, PLAIN, 4 },    { PLAIN, PLAIN, 5 },    { PLAIN, PLAIN, 6 },
    { JSON, PLAIN, 1 },     { JSON, PLAIN, 2 },     { JSON, PLAIN, 3 },
    { PERCENT, PLAIN, 1 },  { PERCENT, PLAIN, 2 },  { PERCENT, PLAIN, 3 },
};
enum {
    SPELLINGS = sizeof spellings / sizeof *spellings,
    FORMS_MAX = KNOWN_MAX * SPELLINGS,
    ESCAPE_MAX = 12,  /* characters of the longest escape */
    BASE64_LEAST = 6, /* bytes; what is shorter stands in any text */
    BASE64_MAX = RPA_SECRET_MAX * 4 / 3 + 4,
};

/* the n-th of all that is masked, tokens behind secrets; NULL: none there */
static const struct rpa_secret *known(const struct rpa_driver *d, size_t n)
{
    return n < SECRETS_MAX ? d->secrets[n] : d->tokens[n - SECRETS_MAX].value;
}

/* the first form from the n-th on of a secret that there is; FORMS_MAX: none */
static size_t next_form(const struct rpa_driver *d, size_t n)
{
    while (n < FORMS_MAX && !known(d, n / SPELLINGS))
        n += SPELLINGS - n % SPELLINGS;
    return n;
}

/* ---- spellings ---- */

/* up to seven digits; how many there are */
static size_t read_digits(const char *s, size_t len, int base, uint32_t *ret)
{
    static const char all[] = "0123456789abcdef";
    size_t n = 0;
    for (*ret = 0; n < len && n < 7; n++) {
        const char *at = s[n] ? strchr(all, s[n] | 0x20) : NULL;
        if (!at || at - all >= base)
            break;
        *ret = *ret * (uint32_t)base + (uint32_t)(at - all);
    }
    return n;
}

/* RFC 8259, 7; 0: no escape */
static size_t json_escape(const char *s, size_t len, uint32_t *ret)
{
    static const char names[] = "bfnrt", means[] = "\b\f\n\r\t";
    uint32_t low;
    if (len < 2)
        return 0;
    if (s[1] != 'u') {
        const char *name = s[1] ? strchr(names, s[1]) : NULL;
        *ret = (unsigned char)(name ? means[name - names] : s[1]);
        return 2;
    }
    if (len < 6 || read_digits(s + 2, 4, 16, ret) != 4)
        return 0;
    if (*ret >> 10 != 0xd800 >> 10 || len < 12 || s[6] != '\\' || s[7] != 'u' ||
        read_digits(s + 8, 4, 16, &low) != 4 || low >> 10 != 0xdc00 >> 10)
        return 6;
    *ret = 0x10000 + ((*ret & 0x3ff) << 10) + (low & 0x3ff);
    return 12;
}

/* XML 1.0, 4.1 and 4.6; 0: no reference */
static size_t xml_reference(const char *s, size_t len, uint32_t *ret)
{
    static const char *const names[] = { "&amp;", "&lt;", "&gt;", "&quot;",
                                         "&apos;" };
    static const char means[] = "&<>\"'";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (n <= len && !memcmp(s, names[i], n)) {
            *ret = (unsigned char)means[i];
            return n;
        }
    }
    if (len < 4 || s[1] != '#')
        return 0;
    bool hex = (s[2] | 0x20) == 'x';
    size_t at = hex ? 3 : 2, n = read_digits(s + at, len - at, hex ? 16 : 10, ret);
    return n && at + n < len && s[at + n] == ';' ? at + n + 1 : 0;
}

/* RFC 3986, 2.1: the bytes of a character; 0: no escape */
static size_t percent_escape(const char *s, size_t len, uint32_t *ret)
{
    char bytes[4];
    size_t n = 0;
    for (uint32_t c; n < sizeof bytes && 3 * n + 2 < len && s[3 * n] == '%' &&
                     read_digits(s + 3 * n + 1, 2, 16, &c) == 2;)
        bytes[n++] = (char)c;
    size_t used = n ? rpa_utf8_decode(bytes, n, ret) : 0;
    if (n && !used) {
        *ret = 0x80000000 | (unsigned char)bytes[0];
        used = 1;
    }
    return 3 * used;
}

/* application/x-www-form-urlencoded of the URL standard; 0: no escape */
static size_t form_escape(const char *s, size_t len, uint32_t *ret)
{
    *ret = ' ';
    return *s == '+' ? 1 : percent_escape(s, len, ret);
}

/* RFC 2781; 0: there is no more */
static size_t utf16_character(bool big, const char *s, size_t len, uint32_t *ret)
{
    const unsigned char *u = (const unsigned char *)s;
    if (len < 2)
        return 0;
    *ret = (uint32_t)u[!big] << 8 | u[big];
    if (*ret >> 10 != 0xd800 >> 10 || len < 4 || u[2 + !big] >> 2 != 0xdc >> 2)
        return 2;
    uint32_t low = (uint32_t)u[2 + !big] << 8 | u[2 + big];
    *ret = 0x10000 + ((*ret & 0x3ff) << 10) + (low & 0x3ff);
    return 4;
}

static size_t escape(enum way way, const char *s, size_t len, uint32_t *ret)
{
    return len == 0                           ? 0
           : way == FORM                      ? form_escape(s, len, ret)
           : *s != ways[way].escape           ? 0
           : way == JSON                      ? json_escape(s, len, ret)
           : way == XML                       ? xml_reference(s, len, ret)
           : way == PERCENT                   ? percent_escape(s, len, ret)
                                              : 0;
}

/* the character at @s as @way has it; a byte that is none is itself */
static size_t character(enum way way, const char *s, size_t len, uint32_t *ret)
{
    size_t n = way == UTF16LE || way == UTF16BE
                   ? utf16_character(way == UTF16BE, s, len, ret)
                   : escape(way, s, len, ret);
    if (!n)
        n = rpa_utf8_decode(s, len, ret);
    if (n)
        return n;
    *ret = 0x80000000 | (unsigned char)*s;
    return 1;
}

/* the same, where that character, and those behind it, may be an escape of another
 * way themselves */
static size_t character_within(const struct spelling *by, const char *s, size_t len,
                               uint32_t *ret)
{
    char text[ESCAPE_MAX];
    size_t ends[ESCAPE_MAX], n = 0, at = character(by->outer, s, len, ret);
    if (by->inner == PLAIN || *ret != (unsigned char)ways[by->inner].escape)
        return at;
    uint32_t next = *ret, got;
    for (size_t end = at; next < 0x80;
         end += character(by->outer, s + end, len - end, &next)) {
        text[n] = (char)next;
        ends[n++] = end;
        if (n == ESCAPE_MAX || end == len)
            break;
    }
    size_t used = escape(by->inner, text, n, &got);
    if (used)
        *ret = got;
    return used ? ends[used - 1] : at;
}

/* how many bytes of @data are @value; 0: it begins with something else */
static size_t spells(const struct spelling *by, const char *value, size_t has,
                     const char *data, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < has;) {
        uint32_t want, got;
        if (at == len)
            return 0;
        i += character(PLAIN, value + i, has - i, &want);
        at += character_within(by, data + at, len - at, &got);
        if (got != want)
            return 0;
    }
    return at;
}

/* may @value begin there? */
static bool may_begin(const struct spelling *by, char value, char at)
{
    bool ascii = (unsigned char)value < 0x80;
    return by->outer == UTF16BE ? !at || !ascii
                                : at == value || at == ways[by->outer].escape ||
                                      at == ways[by->inner].escape ||
                                      (by->outer == FORM && at == '%') ||
                                      (by->outer == UTF16LE && !ascii);
}

/* What base64 of something that has @value in it has of @value alone, so but for at
 * most four bits at either end (RFC 4648, 4 and 5); how long it is. */
static size_t write_base64(int which, const char *value, size_t has, char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                  "uvwxyz0123456789";
    size_t shift = (size_t)which % 3 * 8, n = 0, bits = shift + has * 8;
    for (size_t bit = (shift + 5) / 6 * 6; bit + 6 <= bits; bit += 6) {
        size_t at = (bit - shift) / 8, in = (bit - shift) % 8;
        unsigned next = at + 1 < has ? (unsigned char)value[at + 1] : 0,
                 six = ((unsigned char)value[at] << 8 | next) >> (10 - in) & 63;
        text[n++] = six < 62 ? letters[six] : (which < 3 ? "+/" : "-_")[six - 62];
    }
    return n;
}

/* where @value stands in @data, spelt so; NULL: nowhere */
static char *find_spelt(const struct spelling *by, const char *value, size_t has,
                        const char *data, size_t len, size_t *ret_len)
{
    *ret_len = has;
    if (by->outer == PLAIN)
        return memmem(data, len, value, has);
    if (!memchr(data, ways[by->outer].escape, len))
        return NULL;
    bool begins[256];
    for (int c = 0; c < 256; c++)
        begins[c] = may_begin(by, *value, (char)c);
    for (const char *at = data, *end = data + len; at < end; at++)
        if (begins[(unsigned char)*at] &&
            (*ret_len = spells(by, value, has, at, (size_t)(end - at))))
            return (char *)at;
    return NULL;
}

/* where the n-th form stands in @data; NULL: nowhere */
static char *find(const struct rpa_driver *d, size_t n, const char *data,
                  size_t len, size_t *ret_len)
{
    char text[BASE64_MAX];
    const struct rpa_secret *secret = known(d, n / SPELLINGS);
    const struct spelling *by = &spellings[n % SPELLINGS];
    size_t has = 0;
    const char *value = data ? rpa_secret_bytes(secret, &has) : "";
    if (!has || !by->base64)
        return has ? find_spelt(by, value, has, data, len, ret_len) : NULL;
    if (has < BASE64_LEAST)
        return NULL;
    size_t letters = write_base64(by->base64 - 1, value, has, text);
    char *hit = find_spelt(by, text, letters, data, len, ret_len);
    explicit_bzero(text, letters);
    return hit;
}

/* the most bytes of @data that the n-th form may be; 0: it cannot be there. A piece is
 * far longer than twice a secret with each character an escape: half of it will do, so
 * that the other half goes on. */
static size_t reach(const struct rpa_driver *d, size_t n, const char *data,
                    size_t len)
{
    const struct rpa_secret *secret = known(d, n / SPELLINGS);
    const struct spelling *by = &spellings[n % SPELLINGS];
    size_t has = 0;
    if (!len || (by->outer != PLAIN && !memchr(data, ways[by->outer].escape, len)))
        return 0;
    rpa_secret_bytes(secret, &has);
    has *= ways[by->outer].longest * ways[by->inner].longest * (by->base64 ? 2 : 1);
    return has < len / 2 ? has : len / 2;
}

/* ---- what is masked ---- */

int mask_remember(struct rpa_driver *d, const char *value, size_t len,
                  struct rpa_err *err)
{
    for (size_t i = 0; i < d->nsecrets; i++) {
        size_t has;
        const char *bytes = rpa_secret_bytes(d->secrets[i], &has);
        if (has == len && !memcmp(bytes, value, len))
            return 0;
    }
    if (d->nsecrets == SECRETS_MAX)
        return rpa_fail(err, RPA_ESECRET, "more than %d secrets in one run",
                        SECRETS_MAX);
    int r = rpa_secret_new(value, len, &d->secrets[d->nsecrets], err);
    d->nsecrets += r == 0;
    return r;
}

bool mask_finds(const struct rpa_driver *d, const void *data, size_t len)
{
    size_t hit;
    for (size_t i = next_form(d, 0); i < FORMS_MAX; i = next_form(d, i + 1))
        if (find(d, i, data, len, &hit))
            return true;
    return false;
}

/* a star a character in place of the n-th form, which was of @len bytes (of UTF-16
 * that is cut, one fewer than the stars); how many bytes they are */
static size_t put_stars(const struct rpa_driver *d, size_t n, char *to, size_t len)
{
    enum way outer = spellings[n % SPELLINGS].outer;
    size_t has;
    const char *value = rpa_secret_bytes(known(d, n / SPELLINGS), &has);
    size_t stars = rpa_utf8_count(value, has);
    bool wide = outer == UTF16LE || outer == UTF16BE;
    size_t bytes = wide ? 2 * stars : stars;
    bytes = bytes < len ? bytes : len;
    memset(to, wide ? 0 : '*', bytes);
    for (size_t i = outer == UTF16BE; wide && i < bytes; i += 2)
        to[i] = '*';
    return bytes;
}

void mask_text(const struct rpa_driver *d, struct rpa_buf *text)
{
    size_t first = text->data ? next_form(d, 0) : FORMS_MAX;
    for (size_t i = first; i < FORMS_MAX; i = next_form(d, i + 1)) {
        char *hit, *at = text->data, *end = text->data + text->len;
        size_t len;
        while ((hit = find(d, i, at, (size_t)(end - at), &len))) {
            size_t stars = put_stars(d, i, hit, len);
            memmove(hit + stars, hit + len, (size_t)(end - hit) - len);
            end -= len - stars;
            at = hit + stars;
        }
        text->len = (size_t)(end - text->data);
        text->data[text->len] = '\0';
    }
}

/* where the n-th form, of at most @most bytes, stands across @cut; NULL: nowhere */
static const char *across(const struct rpa_driver *d, size_t n, size_t most,
                          const char *data, size_t len, size_t cut)
{
    const char *at = data + (cut >= most ? cut - most + 1 : 0), *hit,
               *end = data + (len - cut < most ? len : cut + most - 1);
    size_t has;
    while ((hit = find(d, n, at, (size_t)(end - at), &has)) && hit < data + cut) {
        if (hit + has > data + cut)
            return hit;
        at = hit + 1;
    }
    return NULL;
}

size_t mask_cut(const struct rpa_driver *d, const char *data, size_t len)
{
    size_t longest = 0, most[FORMS_MAX];
    for (size_t i = next_form(d, 0); i < FORMS_MAX; i = next_form(d, i + 1)) {
        most[i] = reach(d, i, data, len);
        if (most[i] > longest)
            longest = most[i];
    }
    size_t cut = longest < len ? len - longest : 0;
    if (!longest)
        return len;
    for (size_t i = next_form(d, 0); i < FORMS_MAX; i = next_form(d, i + 1)) {
        const char *hit =
            most[i] ? across(d, i, most[i], data, len, cut) : NULL;
        if (hit) { /* and now another may stand there */
            cut = (size_t)(hit - data);
            i = SIZE_MAX;
        }
    }
    return cut;
}

/* how many cells from @i show the secret, or, with @unread, may show it as some
 * cannot be read; 0 if they show something else */
static int stands_at(const struct rpa_secret *secret,
                     const struct rpa_screen *s, int i, bool unread)
{
    int start = i, cells = s->rows * s->cols;
    uint32_t cp;
    size_t len;
    const char *value = rpa_secret_bytes(secret, &len);
    for (size_t at = 0, n; at < len; at += n, i++) {
        n = rpa_utf8_decode(value + at, len - at, &cp);
        if (!n || i == cells ||
            (s->cells[i].cp != cp && (s->cells[i].cp || !unread)))
            return 0;
    }
    return i - start;
}

static bool copy_screen(struct rpa_driver *d, const struct rpa_screen *s)
{
    size_t n = (size_t)s->rows * (size_t)s->cols;
    struct rpa_cell *cells = malloc(n * sizeof *cells);
    if (!cells)
        return false;
    memcpy(cells, s->cells, n * sizeof *cells);
    free(d->masked.cells);
    d->masked = *s;
    d->masked.cells = cells;
    return true;
}

int mask_screen(struct rpa_driver *d, const struct rpa_screen **screen,
                struct rpa_err *err)
{
    const struct rpa_screen *s = *screen;
    for (size_t k = 0; k < KNOWN_MAX; k++)
        for (int i = 0; known(d, k) && i < s->rows * s->cols; i++) {
            int n = stands_at(known(d, k), s, i, false);
            if (n && *screen == s && !copy_screen(d, s))
                return rpa_fail(err, RPA_ENOMEM, "no memory for a screen");
            if (n)
                *screen = &d->masked;
            while (n-- > 0)
                d->masked.cells[i + n].cp = '*';
        }
    return 0;
}

void mask_cells(const struct rpa_driver *d, const struct rpa_screen *s,
                bool *black)
{
    for (size_t k = 0; k < KNOWN_MAX; k++)
        for (int i = 0; known(d, k) && i < s->rows * s->cols; i++)
            for (int n = stands_at(known(d, k), s, i, true); n-- > 0;)
                black[i + n] = true;
}

int mask_caught(struct rpa_err *err)
{
    rpa_fail(err, RPA_ESECRET, "the request holds a secret; it was not sent, "
                               "and this bot may do nothing more");
    return rpa_err_hint(err, "a bot has no business with a secret's value: "
                             "have its code looked at");
}

/* Refusing alone would let a bot guess on: the first hit ends it, rowed. */
int mask_betrayed(struct rpa_driver *d, struct rpa_err *err)
{
    struct rpa_err why;
    struct row row = { .kind = "NOTE", .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "note", "the bot held a secret in a request");
    act_note(d, &row, &why);
    d->betrayed = true;
    return mask_caught(err);
}

void mask_clear(struct rpa_driver *d)
{
    for (size_t i = 0; i < d->nsecrets; i++) {
        rpa_secret_free(d->secrets[i]);
        d->secrets[i] = NULL;
    }
    d->nsecrets = 0;
    free(d->masked.cells);
    d->masked = (struct rpa_screen){ 0 };
}
