/* Secrets that were typed never come back to the bot. */
#include "priv.h"

#include <sodium.h>
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
    char *kept = sodium_init() < 0 ? NULL : sodium_malloc(len + 1);
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

/* one byte a byte, so that columns stay where they were for ASCII secrets */
void mask_text(const struct rpa_driver *d, struct rpa_buf *text)
{
    for (size_t i = 0; i < d->nsecrets; i++) {
        const struct used_secret *s = &d->secrets[i];
        char *at = text->data, *hit;
        while (s->len && at &&
               (hit = memmem(at, text->len - (size_t)(at - text->data),
                             s->value, s->len))) {
            memset(hit, '*', s->len);
            at = hit + s->len;
        }
    }
}

void mask_clear(struct rpa_driver *d)
{
    for (size_t i = 0; i < d->nsecrets; i++)
        sodium_free(d->secrets[i].value);
    d->nsecrets = 0;
}
