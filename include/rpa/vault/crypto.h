#ifndef RPA_VAULT_CRYPTO_H
#define RPA_VAULT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The little that others need of libsodium, which only the vault includes:
 * hashes of files, random bytes, memory for what must not be seen.
 */

/** Once, before any of the others. false: this machine cannot do it. */
bool rpa_crypto_init(void);

/** SHA-256 piece by piece. Lives on the caller's stack, owns no heap. */
struct rpa_sha256 {
    uint64_t opaque[16];
};
void rpa_sha256_init(struct rpa_sha256 *hash);
void rpa_sha256_add(struct rpa_sha256 *hash, const void *data, size_t len);
/** The hash of all that was added; init it again before it is used again. */
void rpa_sha256_end(struct rpa_sha256 *hash, uint8_t out[static 32]);

/** Fill with random bytes that nobody can foretell. */
void rpa_random(void *out, size_t len);

/** Seal or open (it is the same) @data, which stands at byte @at of what @key, of
 * RPA_STREAM_KEY random bytes, is for: one text, and no other. Nothing tells whether it
 * was altered.
 * Source: ChaCha20, RFC 8439, with a counter of 64 bits. */
enum { RPA_STREAM_KEY = 32 };
void rpa_stream(const uint8_t *key, uint64_t at, void *data, size_t len);

/** Locked memory between guard pages; NULL when there is none. */
void *rpa_locked_new(size_t size);
/** Wipe and give back. NULL is fine. */
void rpa_locked_free(void *memory);

#endif
