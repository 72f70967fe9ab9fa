#include "rpa/vault/box.h"
#include "priv.h"

#include <stdlib.h>
#include <string.h>

enum { PAD = 8 };

_Static_assert(RPA_BOX_KEY == NONCE_LEN + KEY_LEN + TAG_LEN, "a wrapped key");

void rpa_box_make(const struct rpa_root *root, enum rpa_root_use use,
                  uint8_t out[static RPA_BOX_KEY])
{
    uint8_t key[KEY_LEN];
    randombytes_buf(key, sizeof key);
    randombytes_buf(out, NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_LEN, NULL, key,
                                               sizeof key, NULL, 0, NULL, out,
                                               root_key(root, use));
    sodium_memzero(key, sizeof key);
}

static int unwrap(const struct rpa_root *root, enum rpa_root_use use,
                  const uint8_t wrapped[static RPA_BOX_KEY],
                  uint8_t key[static KEY_LEN], struct rpa_err *err)
{
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            key, NULL, NULL, wrapped + NONCE_LEN, KEY_LEN + TAG_LEN, NULL, 0,
            wrapped, root_key(root, use)) != 0)
        return rpa_fail(err, RPA_ETAMPER, "a sealed key was changed");
    return 0;
}

int rpa_box_seal(const struct rpa_root *root, enum rpa_root_use use,
                 const uint8_t wrapped[static RPA_BOX_KEY], const char *about,
                 const void *in, size_t len, struct rpa_buf *out,
                 struct rpa_err *err)
{
    uint8_t key[KEY_LEN];
    int r = unwrap(root, use, wrapped, key, err);
    if (r < 0)
        return r;
    size_t padded = (len / PAD + 1) * PAD;
    uint8_t *sealed = calloc(1, NONCE_LEN + padded + TAG_LEN);
    if (sealed) {
        uint8_t *body = sealed + NONCE_LEN;
        randombytes_buf(sealed, NONCE_LEN);
        if (len)
            memcpy(body, in, len);
        sodium_pad(&padded, body, len, PAD, padded);
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            body, NULL, body, padded, (const uint8_t *)about, strlen(about),
            NULL, sealed, key);
        rpa_buf_add(out, sealed, NONCE_LEN + padded + TAG_LEN);
    }
    sodium_memzero(key, sizeof key);
    if (!sealed || out->failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory to seal with");
    free(sealed);
    return r;
}

int rpa_box_open(const struct rpa_root *root, enum rpa_root_use use,
                 const uint8_t wrapped[static RPA_BOX_KEY], const char *about,
                 const void *in, size_t len, struct rpa_buf *out,
                 struct rpa_err *err)
{
    uint8_t key[KEY_LEN];
    const uint8_t *sealed = in;
    int r = unwrap(root, use, wrapped, key, err);
    if (r < 0)
        return r;
    size_t n = 0;
    uint8_t *plain = len ? malloc(len) : NULL;
    if (len && !plain)
        r = rpa_fail(err, RPA_ENOMEM, "no memory to open with");
    else if (len < NONCE_LEN + PAD + TAG_LEN ||
             crypto_aead_xchacha20poly1305_ietf_decrypt(
                 plain, NULL, NULL, sealed + NONCE_LEN, len - NONCE_LEN,
                 (const uint8_t *)about, strlen(about), sealed, key) != 0 ||
             sodium_unpad(&n, plain, len - NONCE_LEN - TAG_LEN, PAD) != 0)
        r = rpa_fail(err, RPA_ETAMPER, "sealed content was changed");
    sodium_memzero(key, sizeof key);
    if (r == 0) {
        rpa_buf_add(out, plain, n);
        r = out->failed ? rpa_fail(err, RPA_ENOMEM, "no memory to open with")
                        : 0;
    }
    if (plain)
        sodium_memzero(plain, len);
    free(plain);
    return r;
}
