/* Secrets that were typed never come back to the bot. */
#include "priv.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX (SECRETS_MAX + TOKENS_MAX)

/* the n-th of all that is masked, tokens behind secrets; NULL: none there */
static const struct rpa_secret *known(const struct rpa_driver *d, size_t n)
{
    return n < SECRETS_MAX ? d->secrets[n] : d->tokens[n - SECRETS_MAX].value;
}

/* where the n-th stands in @data; NULL: nowhere */
static char *find(const struct rpa_driver *d, size_t n, const void *data,
                  size_t len, size_t *ret_len)
{
    if (!known(d, n) || !data)
        return NULL;
    const char *value = rpa_secret_bytes(known(d, n), ret_len);
    return *ret_len ? memmem(data, len, value, *ret_len) : NULL;
}

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
    for (size_t i = 0; i < KNOWN_MAX; i++)
        if (find(d, i, data, len, &hit))
            return true;
    return false;
}

void mask_text(const struct rpa_driver *d, struct rpa_buf *text)
{
    for (size_t i = 0; i < KNOWN_MAX && text->data; i++) {
        char *hit, *at = text->data, *end = text->data + text->len;
        size_t len;
        while ((hit = find(d, i, at, (size_t)(end - at), &len))) {
            size_t stars = rpa_utf8_count(hit, len);
            memset(hit, '*', stars);
            memmove(hit + stars, hit + len, (size_t)(end - hit) - len);
            end -= len - stars;
            at = hit + stars;
        }
        text->len = (size_t)(end - text->data);
        text->data[text->len] = '\0';
    }
}

size_t mask_cut(const struct rpa_driver *d, const char *data, size_t len)
{
    size_t longest = 0, has;
    for (size_t i = 0; i < KNOWN_MAX; i++)
        if (known(d, i) && rpa_secret_bytes(known(d, i), &has) && has > longest)
            longest = has;
    size_t cut = longest < len ? len - longest : 0;
    if (!longest)
        return len;
    for (size_t i = 0; i < KNOWN_MAX; i++) {
        if (!known(d, i))
            continue;
        rpa_secret_bytes(known(d, i), &has);
        size_t from = cut >= has ? cut - has + 1 : 0, to = cut + has - 1;
        const char *hit = has ? find(d, i, data + from,
                                     (to < len ? to : len) - from, &has)
                              : NULL;
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
