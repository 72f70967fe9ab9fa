#include "rpa/vault/secret.h"
#include "priv.h"
#include "rpa/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAD = 64 };

static const char *const steps[] = {
    "CREATE TABLE secret(name TEXT PRIMARY KEY, sealed BLOB NOT NULL,"
    " set_us INTEGER NOT NULL) STRICT, WITHOUT ROWID",
};
static const struct rpa_store_kind kind = { "secret store", 0x52504153, steps,
                                            1 };

struct rpa_secret {
    size_t len;
    char bytes[RPA_SECRET_MAX + PAD]; /* room to pad in place */
};

struct rpa_vault {
    struct rpa_root *root;
    char path[4096];
};

int rpa_secret_new(const void *bytes, size_t len,
                   struct rpa_secret **ret_secret, struct rpa_err *err)
{
    if (len > RPA_SECRET_MAX)
        return rpa_fail(err, RPA_EINVAL, "a secret is at most %d bytes",
                        RPA_SECRET_MAX);
    if (sodium_init() < 0)
        return rpa_fail(err, RPA_EIO, "libsodium does not start");
    struct rpa_secret *secret = sodium_malloc(sizeof *secret);
    if (!secret)
        return rpa_fail(err, RPA_ENOMEM, "no locked memory for a secret");
    memset(secret, 0, sizeof *secret);
    secret->len = len;
    if (len)
        memcpy(secret->bytes, bytes, len);
    *ret_secret = secret;
    return 0;
}

const char *rpa_secret_bytes(const struct rpa_secret *secret, size_t *ret_len)
{
    *ret_len = secret->len;
    return secret->bytes;
}

void rpa_secret_free(struct rpa_secret *secret)
{
    sodium_free(secret); /* wipes */
}

int rpa_vault_open(const char *state_dir, struct rpa_vault **ret_vault,
                   struct rpa_err *err)
{
    int r = rpa_store_state_dir(state_dir, err);
    if (r < 0)
        return r;
    struct rpa_vault *vault = calloc(1, sizeof *vault);
    if (!vault)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the vault");
    if (snprintf(vault->path, sizeof vault->path, "%s/secrets.db", state_dir) >=
        (int)sizeof vault->path)
        r = rpa_fail(err, RPA_EINVAL, "the path is too long: %s", state_dir);
    else
        r = rpa_root_open(state_dir, true, &vault->root, err);
    if (r == 0)
        *ret_vault = vault;
    else
        rpa_vault_close(vault);
    return r;
}

void rpa_vault_close(struct rpa_vault *vault)
{
    if (!vault)
        return;
    rpa_root_close(vault->root);
    free(vault);
}

static int check_name(const char *name, struct rpa_err *err)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);
    if (len < 1 || len > 64 || !strchr(first, name[0]) ||
        strspn(name, rest) != len) {
        rpa_fail(err, RPA_EINVAL, "that is no name for a secret");
        return rpa_err_hint(err, "1 to 64 letters, digits, dot, dash or "
                                 "underscore, such as crs-password");
    }
    return 0;
}

/* nonce || XChaCha20-Poly1305(padded value), the name authenticated */
static size_t seal(const struct rpa_vault *vault, const char *name,
                   struct rpa_secret *copy, uint8_t *out)
{
    size_t padded = 0;
    sodium_pad(&padded, (uint8_t *)copy->bytes, copy->len, PAD,
               sizeof copy->bytes);
    randombytes_buf(out, NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        out + NONCE_LEN, NULL, (const uint8_t *)copy->bytes, padded,
        (const uint8_t *)name, strlen(name), NULL, out,
        root_key(vault->root, RPA_ROOT_SECRET));
    return NONCE_LEN + padded + TAG_LEN;
}

int rpa_vault_set(struct rpa_vault *vault, const char *name,
                  const struct rpa_secret *secret, struct rpa_err *err)
{
    int r = check_name(name, err);
    if (r < 0)
        return r;
    struct rpa_secret *copy = NULL;
    struct rpa_store *store = NULL;
    struct rpa_stmt *put = NULL;
    uint8_t sealed[NONCE_LEN + sizeof copy->bytes + TAG_LEN];
    r = rpa_secret_new(secret->bytes, secret->len, &copy, err);
    if (r == 0)
        r = rpa_store_open(vault->path, &kind, &store, err);
    if (r == 0)
        r = rpa_stmt_new(store, "INSERT OR REPLACE INTO secret VALUES(?,?,?)",
                         &put, err);
    if (r == 0) {
        size_t len = seal(vault, name, copy, sealed);
        r = rpa_stmt_run(put, err, "sbi", name, sealed, len, rpa_now_us());
    }
    rpa_stmt_free(put);
    rpa_store_close(store);
    rpa_secret_free(copy);
    return r;
}

static int no_such(const char *name, struct rpa_err *err)
{
    rpa_fail(err, RPA_ENOTFOUND, "there is no secret '%.64s'", name);
    return rpa_err_hint(err, "rpa secret set %.64s", name);
}

static int unseal(const struct rpa_vault *vault, const char *name,
                  struct rpa_stmt *get, struct rpa_secret **ret_secret,
                  struct rpa_err *err)
{
    size_t len;
    const uint8_t *in = rpa_stmt_bytes(get, 0, &len);
    struct rpa_secret *secret = NULL;
    int r = rpa_secret_new("", 0, &secret, err);
    if (r < 0)
        return r;
    if (len < NONCE_LEN + PAD + TAG_LEN ||
        len > NONCE_LEN + sizeof secret->bytes + TAG_LEN ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            (uint8_t *)secret->bytes, NULL, NULL, in + NONCE_LEN,
            len - NONCE_LEN, (const uint8_t *)name, strlen(name), in,
            root_key(vault->root, RPA_ROOT_SECRET)) != 0 ||
        sodium_unpad(&secret->len, (uint8_t *)secret->bytes,
                     len - NONCE_LEN - TAG_LEN, PAD) != 0) {
        rpa_secret_free(secret);
        return rpa_fail(err, RPA_ETAMPER, "the secret '%.64s' does not open",
                        name);
    }
    secret->bytes[secret->len] = '\0'; /* over the padding's first byte */
    *ret_secret = secret;
    return 0;
}

int rpa_vault_get(struct rpa_vault *vault, const char *name,
                  struct rpa_secret **ret_secret, struct rpa_err *err)
{
    struct rpa_store *store = NULL;
    struct rpa_stmt *get = NULL;
    int r = rpa_store_open_ro(vault->path, &kind, &store, err);
    if (r == -RPA_ENOTFOUND)
        return no_such(name, err);
    if (r == 0)
        r = rpa_stmt_new(store, "SELECT sealed FROM secret WHERE name=?", &get,
                         err);
    if (r == 0)
        r = rpa_stmt_bind(get, err, "s", name);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r == 0)
        r = no_such(name, err);
    else if (r > 0)
        r = unseal(vault, name, get, ret_secret, err);
    rpa_stmt_free(get);
    rpa_store_close(store);
    return r;
}

int rpa_vault_remove(struct rpa_vault *vault, const char *name,
                     struct rpa_err *err)
{
    struct rpa_store *store = NULL;
    struct rpa_stmt *del = NULL;
    int r = rpa_store_open(vault->path, &kind, &store, err);
    if (r == 0)
        r = rpa_stmt_new(store,
                         "DELETE FROM secret WHERE name=? RETURNING name", &del,
                         err);
    if (r == 0)
        r = rpa_stmt_bind(del, err, "s", name);
    if (r == 0) {
        r = rpa_stmt_step(del, err);
        if (r == 0)
            r = no_such(name, err);
        else if (r > 0)
            r = rpa_stmt_step(del, err); /* to its end: committed */
    }
    rpa_stmt_free(del);
    /* the deleted page leaves the WAL too */
    if (r == 0)
        r = rpa_store_exec(store, "PRAGMA wal_checkpoint(TRUNCATE)", err);
    rpa_store_close(store);
    return r;
}

int rpa_vault_list(struct rpa_vault *vault,
                   int (*each)(void *data, const char *name, rpa_time set_us),
                   void *data, struct rpa_err *err)
{
    struct rpa_store *store = NULL;
    struct rpa_stmt *all = NULL;
    int r = rpa_store_open_ro(vault->path, &kind, &store, err);
    if (r == -RPA_ENOTFOUND)
        return 0;
    if (r == 0)
        r = rpa_stmt_new(store, "SELECT name,set_us FROM secret ORDER BY name",
                         &all, err);
    while (r == 0 && (r = rpa_stmt_step(all, err)) > 0)
        r = each(data, rpa_stmt_text(all, 0), rpa_stmt_int(all, 1)) ? 1 : 0;
    rpa_stmt_free(all);
    rpa_store_close(store);
    return r < 0 ? r : 0;
}
