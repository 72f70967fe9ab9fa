#ifndef RPA_VAULT_SIGN_H
#define RPA_VAULT_SIGN_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The signing key of a state directory: an Ed25519 seed, 32 random bytes in
 * sign.key (0600). It signs what the audit store has come to, so that nobody
 * without it can change the past unseen. Who has it can sign another past:
 * let the public half, and now and then a note, leave the machine.
 */
struct rpa_sign; /* opaque; held in locked memory, wiped on close */

/**
 * Load the signing key of @state_dir; with @create one is made if there is
 * none.
 *
 * Owns:   *@ret_sign, set on success only; end it with rpa_sign_close().
 * Errors: RPA_ENOTFOUND no key, RPA_EPERM others may read it, RPA_EINVAL not
 *         32 bytes, RPA_EIO, RPA_ENOMEM.
 */
int rpa_sign_open(const char *state_dir, bool create,
                  struct rpa_sign **ret_sign, struct rpa_err *err);
void rpa_sign_close(struct rpa_sign *sign);

/** The public half, 32 bytes; good as long as @sign. */
const uint8_t *rpa_sign_public(const struct rpa_sign *sign);
/** Ed25519 (RFC 8032) over @data. */
void rpa_sign_make(const struct rpa_sign *sign, const void *data, size_t len,
                   uint8_t out[static 64]);
/** True if @sig is a signature of @public over @data. */
bool rpa_sign_ok(const uint8_t public[static 32], const void *data, size_t len,
                 const uint8_t sig[static 64]);

#endif
