#include "priv.h"

enum { USES = RPA_ROOT_QUEUE };

struct rpa_root {
    uint8_t key[USES][KEY_LEN];
};

const uint8_t *root_key(const struct rpa_root *root, enum rpa_root_use use)
{
    return root->key[use - 1];
}

static int make_if_new(const char *dir, struct rpa_err *err)
{
    static const char *const sealed[] = { "keys.db", "secrets.db",
                                          "queue.db" };
    if (keyfile_there(dir, "root.key"))
        return 0;
    for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++)
        if (keyfile_there(dir, sealed[i])) {
            rpa_fail(err, RPA_EENV,
                     "the root key of %s is missing, but %s was sealed under "
                     "it", dir, sealed[i]);
            return rpa_err_hint(err, "restore root.key from its backup");
        }
    return keyfile_make(dir, "root.key", err);
}

int rpa_root_open(const char *state_dir, bool create,
                  struct rpa_root **ret_root, struct rpa_err *err)
{
    if (sodium_init() < 0)
        return rpa_fail(err, RPA_EIO, "libsodium does not start");
    int r = create ? make_if_new(state_dir, err) : 0;
    if (r < 0)
        return r;
    struct rpa_root *root = sodium_malloc(sizeof *root);
    uint8_t *master = sodium_malloc(KEY_LEN);
    if (!root || !master)
        r = rpa_fail(err, RPA_ENOMEM, "no locked memory for the root key");
    else
        r = keyfile_read(state_dir, "root.key", master, err);
    for (unsigned use = 0; r == 0 && use < USES; use++)
        crypto_kdf_derive_from_key(root->key[use], KEY_LEN, use + 1, "rpa root",
                                   master);
    sodium_free(master);
    if (r == 0)
        *ret_root = root;
    else
        sodium_free(root);
    return r;
}

void rpa_root_close(struct rpa_root *root)
{
    sodium_free(root); /* wipes */
}

void rpa_root_mac(const struct rpa_root *root, enum rpa_root_use use,
                  const void *data, size_t len, uint8_t out[static 32])
{
    crypto_generichash(out, 32, data, len, root_key(root, use), KEY_LEN);
}

bool rpa_root_mac_ok(const struct rpa_root *root, enum rpa_root_use use,
                     const void *data, size_t len, const uint8_t mac[static 32])
{
    uint8_t want[32];
    rpa_root_mac(root, use, data, len, want);
    return sodium_memcmp(want, mac, sizeof want) == 0;
}
