#ifndef RPA_VAULT_BOX_H
#define RPA_VAULT_BOX_H

#include "rpa/base/buf.h"
#include "rpa/vault/root.h"

/**
 * Content under a key of its own, for rows that are kept beside their key: who
 * deletes the wrapped key has erased all that was sealed under it.
 *
 * What is sealed is bound to @about (a table, an id, a column): moved to
 * another place it does not open.
 */
enum { RPA_BOX_KEY = 72 }; /* bytes of a wrapped key: nonce, key, tag */

/** Make a key, wrapped under the root's key of @use. */
void rpa_box_make(const struct rpa_root *root, enum rpa_root_use use,
                  uint8_t out[static RPA_BOX_KEY]);

/**
 * Append to @out the @len bytes at @in sealed with XChaCha20-Poly1305 under
 * the key in @wrapped: a random nonce, then the content padded to a multiple
 * of 8 (ISO/IEC 7816-4) and its tag.
 *
 * Errors: RPA_ETAMPER the wrapped key was changed, RPA_ENOMEM.
 */
int rpa_box_seal(const struct rpa_root *root, enum rpa_root_use use,
                 const uint8_t wrapped[static RPA_BOX_KEY], const char *about,
                 const void *in, size_t len, struct rpa_buf *out,
                 struct rpa_err *err);
/** The reverse; appends the content to @out. RPA_ETAMPER if anything differs. */
int rpa_box_open(const struct rpa_root *root, enum rpa_root_use use,
                 const uint8_t wrapped[static RPA_BOX_KEY], const char *about,
                 const void *in, size_t len, struct rpa_buf *out,
                 struct rpa_err *err);

#endif
