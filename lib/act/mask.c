/* Secrets that were typed never come back to the bot. */
#include "priv.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX (SECRETS_MAX + TOKENS_MAX)

/* A secret as it is, and as JSON and XML may spell it: any of its characters may
 * be an escape there, which the bot's own parser would take off. */
enum { PLAIN, JSON, XML, SPELLINGS };
enum { FORMS_MAX = KNOWN_MAX * SPELLINGS };

static const struct {
    char escape;
    size_t longest; /* for one byte of a secret */
} spellings[SPELLINGS] = { { 0, 1 }, { '\\', 6 }, { '&', 10 } };

/* the n-th of all that is masked, tokens behind secrets; NULL: none there */
static const struct rpa_secret *known(const struct rpa_driver *d, size_t n)
{
    return n < SECRETS_MAX ? d->secrets[n] : d->tokens[n - SECRETS_MAX].value;
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

/* the character at @s as @spelling has it; a byte that is none is itself */
static size_t character(int spelling, const char *s, size_t len, uint32_t *ret)
{
    size_t n = 0;
    if (spelling == JSON && *s == '\\')
        n = json_escape(s, len, ret);
    else if (spelling == XML && *s == '&')
        n = xml_reference(s, len, ret);
    if (!n)
        n = rpa_utf8_decode(s, len, ret);
    if (n)
        return n;
    *ret = 0x80000000 | (unsigned char)*s;
    return 1;
}

/* how many bytes of @data are @value; 0: it begins with something else */
static size_t spells(int spelling, const char *value, size_t has,
                     const char *data, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < has;) {
        uint32_t want, got;
        if (at == len)
            return 0;
        i += character(PLAIN, value + i, has - i, &want);
        at += character(spelling, data + at, len - at, &got);
        if (got != want)
            return 0;
    }
    return at;
}

/* where the n-th form stands in @data; NULL: nowhere */
static char *find(const struct rpa_driver *d, size_t n, const char *data,
                  size_t len, size_t *ret_len)
{
    const struct rpa_secret *secret = known(d, n / SPELLINGS);
    int spelling = n % SPELLINGS;
    char escape = spellings[spelling].escape;
    size_t has = 0;
    const char *value = secret && data ? rpa_secret_bytes(secret, &has) : "";
    *ret_len = has;
    if (!has || spelling == PLAIN)
        return has ? memmem(data, len, value, has) : NULL;
    if (!memchr(data, escape, len))
        return NULL;
    for (const char *at = data, *end = data + len; at < end; at++)
        if ((*at == *value || *at == escape) &&
            (*ret_len = spells(spelling, value, has, at, (size_t)(end - at))))
            return (char *)at;
    return NULL;
}

/* the most bytes of @data that the n-th form may be; 0: it cannot be there */
static size_t reach(const struct rpa_driver *d, size_t n, const char *data,
                    size_t len)
{
    const struct rpa_secret *secret = known(d, n / SPELLINGS);
    int spelling = n % SPELLINGS;
    size_t has = 0;
    if (!secret || !len ||
        (spelling != PLAIN && !memchr(data, spellings[spelling].escape, len)))
        return 0;
    rpa_secret_bytes(secret, &has);
    return has * spellings[spelling].longest;
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
    for (size_t i = 0; i < FORMS_MAX; i++)
        if (find(d, i, data, len, &hit))
            return true;
    return false;
}

/* how many stars stand for the n-th form, however long it was */
static size_t stars_of(const struct rpa_driver *d, size_t n)
{
    size_t has;
    const char *value = rpa_secret_bytes(known(d, n / SPELLINGS), &has);
    return rpa_utf8_count(value, has);
}

void mask_text(const struct rpa_driver *d, struct rpa_buf *text)
{
    for (size_t i = 0; i < FORMS_MAX && text->data; i++) {
        char *hit, *at = text->data, *end = text->data + text->len;
        size_t len;
        while ((hit = find(d, i, at, (size_t)(end - at), &len))) {
            size_t stars = stars_of(d, i);
            memset(hit, '*', stars);
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
    for (size_t i = 0; i < FORMS_MAX; i++) {
        most[i] = reach(d, i, data, len);
        if (most[i] > longest)
            longest = most[i];
    }
    size_t cut = longest < len ? len - longest : 0;
    if (!longest)
        return len;
    for (size_t i = 0; i < FORMS_MAX; i++) {
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
