#include "rpa/vault/sign.h"
#include "priv.h"

struct rpa_sign {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    uint8_t public[crypto_sign_PUBLICKEYBYTES];
};

int rpa_sign_open(const char *state_dir, bool create,
                  struct rpa_sign **ret_sign, struct rpa_err *err)
{
    if (sodium_init() < 0)
        return rpa_fail(err, RPA_EIO, "libsodium does not start");
    struct rpa_sign *sign = sodium_malloc(sizeof *sign);
    uint8_t *seed = sodium_malloc(KEY_LEN);
    int r = sign && seed ? 0 : rpa_fail(err, RPA_ENOMEM, "no locked memory");
    if (r == 0)
        r = keyfile_read(state_dir, "sign.key", seed, err);
    if (r == -RPA_ENOTFOUND && create) {
        r = keyfile_make(state_dir, "sign.key", err);
        if (r == 0)
            r = keyfile_read(state_dir, "sign.key", seed, err);
    }
    if (r == 0)
        crypto_sign_seed_keypair(sign->public, sign->secret, seed);
    sodium_free(seed);
    if (r == 0)
        *ret_sign = sign;
    else
        sodium_free(sign);
    return r;
}

void rpa_sign_close(struct rpa_sign *sign)
{
    sodium_free(sign); /* wipes */
}

const uint8_t *rpa_sign_public(const struct rpa_sign *sign)
{
    return sign->public;
}

void rpa_sign_make(const struct rpa_sign *sign, const void *data, size_t len,
                   uint8_t out[static 64])
{
    crypto_sign_detached(out, NULL, data, len, sign->secret);
}

bool rpa_sign_ok(const uint8_t public[static 32], const void *data, size_t len,
                 const uint8_t sig[static 64])
{
    return crypto_sign_verify_detached(sig, data, len, public) == 0;
}
