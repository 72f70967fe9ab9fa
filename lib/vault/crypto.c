#include "rpa/vault/crypto.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct rpa_sha256),
              "struct rpa_sha256 is too small for libsodium's state");

static crypto_hash_sha256_state *state_of(struct rpa_sha256 *hash)
{
    return (crypto_hash_sha256_state *)(void *)hash->opaque;
}

bool rpa_crypto_init(void)
{
    return sodium_init() >= 0;
}

void rpa_sha256_init(struct rpa_sha256 *hash)
{
    crypto_hash_sha256_init(state_of(hash));
}

void rpa_sha256_add(struct rpa_sha256 *hash, const void *data, size_t len)
{
    crypto_hash_sha256_update(state_of(hash), data, len);
}

void rpa_sha256_end(struct rpa_sha256 *hash, uint8_t out[static 32])
{
    crypto_hash_sha256_final(state_of(hash), out);
}

void rpa_stream(const uint8_t *key, uint64_t at, void *data, size_t len)
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = { 0 };
    enum { BLOCK = 64 };
    static_assert(RPA_STREAM_KEY == crypto_stream_chacha20_KEYBYTES, "its key");
    uint8_t *bytes = data, first[BLOCK] = { 0 };
    size_t within = at % BLOCK, head = within ? BLOCK - within : 0;
    if (head > len)
        head = len;
    memcpy(first + within, bytes, head);
    crypto_stream_chacha20_xor_ic(first, first, BLOCK, nonce, at / BLOCK, key);
    memcpy(bytes, first + within, head);
    crypto_stream_chacha20_xor_ic(bytes + head, bytes + head, len - head, nonce,
                                  (at + head) / BLOCK, key);
}

void rpa_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

void *rpa_locked_new(size_t size)
{
    return sodium_malloc(size);
}

void rpa_locked_free(void *memory)
{
    sodium_free(memory);
}
