#ifndef RPA_VAULT_PRIV_H
#define RPA_VAULT_PRIV_H

#include "rpa/vault/root.h"

#include <sodium.h>

/** The derived key of one use; good until the root is closed. */
const uint8_t *root_key(const struct rpa_root *root, enum rpa_root_use use);

#define KEY_LEN crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN crypto_aead_xchacha20poly1305_ietf_ABYTES

#endif
