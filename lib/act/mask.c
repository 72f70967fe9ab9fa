/* Secrets that were typed never come back to the bot. */
#include "priv.h"

#include <string.h>

/* where the n-th secret stands in @data; NULL: nowhere */
static char *find(const struct rpa_driver *d, size_t n, const void *data,
                  size_t len, size_t *ret_len)
{
    const char *value = rpa_secret_bytes(d->secrets[n], ret_len);
    return *ret_len && data ? memmem(data, len, value, *ret_len) : NULL;
}

int mask_remember(struct rpa_driver *d, const char *value, size_t len,
                  struct rpa_err *err)
{
    for (size_t i = 0; i < d->nsecrets; i++) {
        size_t known;
        const char *bytes = rpa_secret_bytes(d->secrets[i], &known);
        if (known == len && !memcmp(bytes, value, len))
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
    for (size_t i = 0; i < d->nsecrets; i++)
        if (find(d, i, data, len, &hit))
            return true;
    return false;
}

/* one byte a byte, so that columns stay where they were for ASCII secrets */
void mask_text(const struct rpa_driver *d, struct rpa_buf *text)
{
    for (size_t i = 0; i < d->nsecrets; i++) {
        char *hit;
        size_t at = 0, len;
        while (text->data &&
               (hit = find(d, i, text->data + at, text->len - at, &len))) {
            memset(hit, '*', len);
            at = (size_t)(hit - text->data) + len;
        }
    }
}

void mask_clear(struct rpa_driver *d)
{
    for (size_t i = 0; i < d->nsecrets; i++)
        rpa_secret_free(d->secrets[i]);
    d->nsecrets = 0;
}
