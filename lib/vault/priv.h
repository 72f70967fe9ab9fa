#ifndef RPA_VAULT_PRIV_H
#define RPA_VAULT_PRIV_H

#include "rpa/vault/root.h"

#include <sodium.h>

/** The derived key of one use; good until the root is closed. */
const uint8_t *root_key(const struct rpa_root *root, enum rpa_root_use use);

#define KEY_LEN crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN crypto_aead_xchacha20poly1305_ietf_ABYTES

/* keyfile.c: KEY_LEN random bytes in a file 0600 */
/** RPA_ENOTFOUND, RPA_EPERM others may read it, or we may not, RPA_EINVAL not KEY_LEN bytes */
int keyfile_read(const char *dir, const char *name, uint8_t key[static KEY_LEN],
                 struct rpa_err *err);
/** Durable, whole or not at all; one that is there stays as it is. */
int keyfile_make(const char *dir, const char *name, struct rpa_err *err);
/** Is there a file of that name? */
bool keyfile_there(const char *dir, const char *name);

#endif
