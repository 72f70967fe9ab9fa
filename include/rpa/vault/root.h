#ifndef RPA_VAULT_ROOT_H
#define RPA_VAULT_ROOT_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The root key of a state directory: 32 random bytes in root.key (0600), made
 * at first start. It is never used itself; each use has a key derived from it
 * (libsodium crypto_kdf, context "rpa root", id = the enum below).
 * Who has this file and the databases has everything in them.
 */
struct rpa_root; /* opaque; held in locked memory, wiped on close */

enum rpa_root_use {
    RPA_ROOT_WRAP = 1,    /* wraps the group keys in keys.db */
    RPA_ROOT_SECRET = 2,  /* seals secrets.db */
    RPA_ROOT_SUBJECT = 3, /* hashes of subject references */
    RPA_ROOT_ITEM = 4,    /* hashes of work item ids */
    RPA_ROOT_HEAD = 5,    /* MAC of the audit store's head */
    RPA_ROOT_QUEUE = 6,   /* wraps the keys of work items in queue.db */
};

/**
 * Load the root key of @state_dir. With @create one is made if there is none
 * and nothing was sealed under a lost one (no keys.db,
 * secrets.db or queue.db).
 *
 * Owns:   *@ret_root, set on success only; end it with rpa_root_close().
 * Errors: RPA_ENOTFOUND no key, RPA_EENV and something was sealed under it,
 *         RPA_EPERM others may read it, RPA_EINVAL not 32 bytes, RPA_EIO.
 */
int rpa_root_open(const char *state_dir, bool create,
                  struct rpa_root **ret_root, struct rpa_err *err);
void rpa_root_close(struct rpa_root *root);

/** Keyed BLAKE2b-256 of @data under the key of @use. */
void rpa_root_mac(const struct rpa_root *root, enum rpa_root_use use,
                  const void *data, size_t len, uint8_t out[static 32]);
/** True if @mac is that; compares in constant time. */
bool rpa_root_mac_ok(const struct rpa_root *root, enum rpa_root_use use,
                     const void *data, size_t len, const uint8_t mac[static 32]);

#endif
