/* Secrets that were typed never come back to the bot. */
#include "priv.h"
#include "rpa/base/utf8.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int mask_remember(struct rpa_driver *d, const char *value, size_t len,
                  struct rpa_err *err)
{
    for (size_t i = 0; i < d->nsecrets; i++)
        if (d->secrets[i].len == len &&
            !sodium_memcmp(d->secrets[i].value, value, len))
            return 0;
    if (d->nsecrets == SECRETS_MAX)
        return rpa_fail(err, RPA_ESECRET, "more than %d secrets in one run",
                        SECRETS_MAX);
    char *kept = sodium_malloc(len + 1);
    if (!kept)
        return rpa_fail(err, RPA_ENOMEM, "no locked memory for a secret");
    memcpy(kept, value, len);
    kept[len] = '\0';
    d->secrets[d->nsecrets++] = (struct used_secret){ kept, len };
    return 0;
}

bool mask_finds(const struct rpa_driver *d, const void *data, size_t len)
{
    for (size_t i = 0; i < d->nsecrets; i++)
        if (d->secrets[i].len && data &&
            memmem(data, len, d->secrets[i].value, d->secrets[i].len))
            return true;
    return false;
}

void mask_text(const struct rpa_driver *d, struct rpa_buf *text)
{
    for (size_t i = 0; i < d->nsecrets && text->data; i++) {
        const struct used_secret *s = &d->secrets[i];
        size_t stars = rpa_utf8_count(s->value, s->len);
        char *at = text->data, *end = text->data + text->len, *hit;
        while (s->len &&
               (hit = memmem(at, (size_t)(end - at), s->value, s->len))) {
            memset(hit, '*', stars);
            memmove(hit + stars, hit + s->len, (size_t)(end - hit) - s->len);
            end -= s->len - stars;
            at = hit + stars;
        }
        text->len = (size_t)(end - text->data);
        text->data[text->len] = '\0';
    }
}

/* how many cells from @i show the secret; 0 if they show something else */
static int stands_at(const struct used_secret *secret,
                     const struct rpa_screen *s, int i)
{
    int start = i, cells = s->rows * s->cols;
    uint32_t cp;
    for (size_t at = 0, n; at < secret->len; at += n, i++) {
        n = rpa_utf8_decode(secret->value + at, secret->len - at, &cp);
        if (!n || i == cells || s->cells[i].cp != cp)
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
    for (size_t k = 0; k < d->nsecrets; k++)
        for (int i = 0; i < s->rows * s->cols; i++) {
            int n = stands_at(&d->secrets[k], s, i);
            if (n && *screen == s && !copy_screen(d, s))
                return rpa_fail(err, RPA_ENOMEM, "no memory for a screen");
            if (n)
                *screen = &d->masked;
            while (n-- > 0)
                d->masked.cells[i + n].cp = '*';
        }
    return 0;
}

void mask_clear(struct rpa_driver *d)
{
    for (size_t i = 0; i < d->nsecrets; i++)
        sodium_free(d->secrets[i].value);
    d->nsecrets = 0;
    free(d->masked.cells);
    d->masked = (struct rpa_screen){ 0 };
}
