#ifndef RPA_VAULT_KEYRING_H
#define RPA_VAULT_KEYRING_H

#include "rpa/vault/root.h"

/**
 * keys.db: one content key per (run, group), wrapped under the root key. It is
 * a file apart so that erasing a key erases content without touching the
 * chained rows, and so that its backups can expire sooner.
 *
 * A key is durable only after rpa_keyring_commit(); commit it before any row
 * sealed under it is acknowledged.
 */
struct rpa_keyring;

enum { RPA_KEYRING_NONCE = 24, RPA_KEYRING_ANCHOR_MAX = 256 };

/** Open keys.db in @state_dir, made 0600 if absent and @write. @root is
 * borrowed until rpa_keyring_close(). Errors as rpa_store_open(). */
int rpa_keyring_open(const char *state_dir, const struct rpa_root *root,
                  bool write, struct rpa_keyring **ret_keys, struct rpa_err *err);
/** Drops what is not committed. */
void rpa_keyring_close(struct rpa_keyring *keys);

/**
 * Make a new key for (@run, @grp) and give its commitment,
 * BLAKE2b-256("rpa group key 1" || le64 run || le64 grp || key). @subject
 * (NULL for none) is kept as a keyed hash only. A key left by a commit whose
 * rows never came is replaced.
 */
int rpa_keyring_make(struct rpa_keyring *keys, int64_t run, int64_t grp,
                  const char *subject, uint8_t commitment[static 32],
                  struct rpa_err *err);
/** The lowest group of @subject in @run; RPA_ENOTFOUND if it has none. */
int rpa_keyring_find(struct rpa_keyring *keys, int64_t run, const char *subject,
                  int64_t *ret_grp, struct rpa_err *err);
/** The commitment of a stored key. RPA_ENOTFOUND no key, RPA_ETAMPER its row
 * was changed. */
int rpa_keyring_commitment(struct rpa_keyring *keys, int64_t run, int64_t grp,
                        uint8_t commitment[static 32], struct rpa_err *err);

/** Make what was added durable, with @anchor (@len bytes, at most
 * RPA_KEYRING_ANCHOR_MAX) noted beside it: the caller's last acknowledged state. */
int rpa_keyring_commit(struct rpa_keyring *keys, const void *anchor, size_t len,
                    struct rpa_err *err);
/** rpa_store_rewind() of its file. */
void rpa_keyring_rewind(struct rpa_keyring *keys);
/** rpa_store_tidy() of its file. */
bool rpa_keyring_tidy(struct rpa_keyring *keys);
/** The anchor; *@ret_len is 0 if none was ever noted. */
int rpa_keyring_anchor(struct rpa_keyring *keys,
                    uint8_t anchor[static RPA_KEYRING_ANCHOR_MAX],
                    size_t *ret_len, struct rpa_err *err);

/** Bytes that @len bytes of content take when sealed: padded to a multiple of
 * 8 (ISO/IEC 7816-4) so that lengths say less, and a 16-byte tag. */
size_t rpa_keyring_sealed_len(size_t len);
/**
 * XChaCha20-Poly1305 under the key of (@run, @grp).
 *
 * Shape:  @out has room for rpa_keyring_sealed_len(@len); @nonce must never come
 *         twice for one key.
 * Errors: RPA_ENOTFOUND no such key, RPA_ETAMPER its row was changed.
 */
int rpa_keyring_seal(struct rpa_keyring *keys, int64_t run, int64_t grp,
                  const uint8_t nonce[static RPA_KEYRING_NONCE], const void *aad,
                  size_t aad_len, const void *in, size_t len, uint8_t *out,
                  struct rpa_err *err);
/** The reverse; @out has room for @len. RPA_ETAMPER if anything differs. */
int rpa_keyring_unseal(struct rpa_keyring *keys, int64_t run, int64_t grp,
                    const uint8_t nonce[static RPA_KEYRING_NONCE],
                    const void *aad, size_t aad_len, const void *in,
                    size_t len, uint8_t *out, size_t *ret_len,
                    struct rpa_err *err);

#endif
