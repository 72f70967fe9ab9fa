#ifndef RPA_VAULT_SECRET_H
#define RPA_VAULT_SECRET_H

#include "rpa/base/err.h"
#include "rpa/base/time.h"

#include <stddef.h>

/** Bytes that must not be seen: locked memory, wiped on free, no way to be
 * printed. At most RPA_SECRET_MAX. */
struct rpa_secret;

enum { RPA_SECRET_MAX = 16384 };

/** Copy @len bytes; the caller wipes its own. */
int rpa_secret_new(const void *bytes, size_t len, struct rpa_secret **ret_secret,
                   struct rpa_err *err);
/** The bytes, with a NUL behind them; good until rpa_secret_free(). */
const char *rpa_secret_bytes(const struct rpa_secret *secret, size_t *ret_len);
void rpa_secret_free(struct rpa_secret *secret);

/**
 * The secrets of a state directory: secrets.db (0600), each sealed with
 * XChaCha20-Poly1305 under a key derived from the root key, its name
 * authenticated, its length padded. A file apart from keys.db, so that a
 * secret can be set while a supervisor runs.
 */
struct rpa_vault;

/** Open the secrets of @state_dir; makes the folder and its root key. End it
 * with rpa_vault_close(). */
int rpa_vault_open(const char *state_dir, struct rpa_vault **ret_vault,
                   struct rpa_err *err);
void rpa_vault_close(struct rpa_vault *vault);

/** @name: 1-64 of A-Z a-z 0-9 . _ - , first a letter or digit; replaces. */
int rpa_vault_set(struct rpa_vault *vault, const char *name,
                  const struct rpa_secret *secret, struct rpa_err *err);
/** RPA_ENOTFOUND no such secret, RPA_ETAMPER it does not open. */
int rpa_vault_get(struct rpa_vault *vault, const char *name,
                  struct rpa_secret **ret_secret, struct rpa_err *err);
int rpa_vault_remove(struct rpa_vault *vault, const char *name,
                     struct rpa_err *err);
/** Call @each with every name in order; its non-zero result ends the walk. */
int rpa_vault_list(struct rpa_vault *vault,
                   int (*each)(void *data, const char *name, rpa_time set_us),
                   void *data, struct rpa_err *err);

#endif
