#include "rpa/vault/keyring.h"
#include "priv.h"
#include "rpa/store/store.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 256, WRAPPED = NONCE_LEN + KEY_LEN + TAG_LEN, PAD = 8 };

/* dek.subject is empty for a run's own key; the index answers both "which
 * group has this subject here" and, over all runs, "who looked at them" */
static const char *const steps[] = {
    "CREATE TABLE dek(run INTEGER NOT NULL, grp INTEGER NOT NULL,"
    " subject BLOB NOT NULL, wrapped BLOB NOT NULL CHECK(length(wrapped)=72),"
    " PRIMARY KEY(run,grp)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX dek_subject ON dek(subject,run);"
    "CREATE TABLE anchor(id INTEGER PRIMARY KEY CHECK(id=1),"
    " value BLOB NOT NULL) STRICT",
};
static const struct rpa_store_kind kind = { "key store", 0x5250414b, steps, 1 };

struct slot {
    int64_t run, grp;
    bool used;
    uint8_t key[KEY_LEN];
};

struct rpa_keyring {
    const struct rpa_root *root;
    struct rpa_store *store;
    struct rpa_stmt *put, *get, *find, *note, *noted;
    bool in_tx;
    struct slot *slots; /* locked memory; a cache by (run, grp) */
};

static int prepare(struct rpa_keyring *keys, struct rpa_err *err)
{
    const struct {
        struct rpa_stmt **to;
        const char *sql;
    } all[] = {
        { &keys->put, "INSERT OR REPLACE INTO dek VALUES(?,?,?,?)" },
        { &keys->get, "SELECT subject,wrapped FROM dek WHERE run=? AND grp=?" },
        { &keys->find, "SELECT grp FROM dek WHERE subject=? AND run=? "
                       "ORDER BY grp LIMIT 1" },
        { &keys->note, "INSERT OR REPLACE INTO anchor VALUES(1,?)" },
        { &keys->noted, "SELECT value FROM anchor WHERE id=1" },
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof *all; i++)
        r = rpa_stmt_new(keys->store, all[i].sql, all[i].to, err);
    return r;
}

int rpa_keyring_open(const char *state_dir, const struct rpa_root *root,
                  bool write, struct rpa_keyring **ret_keys, struct rpa_err *err)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/keys.db", state_dir) >=
        (int)sizeof path)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", state_dir);
    struct rpa_keyring *keys = calloc(1, sizeof *keys);
    if (!keys)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the key store");
    keys->root = root;
    keys->slots = sodium_allocarray(SLOTS, sizeof *keys->slots);
    int r = keys->slots ? 0 : rpa_fail(err, RPA_ENOMEM, "no locked memory");
    if (r == 0) {
        sodium_memzero(keys->slots, SLOTS * sizeof *keys->slots);
        r = write ? rpa_store_open(path, &kind, &keys->store, err)
                  : rpa_store_open_ro(path, &kind, &keys->store, err);
    }
    if (r == 0)
        r = prepare(keys, err);
    if (r == 0)
        *ret_keys = keys;
    else
        rpa_keyring_close(keys);
    return r;
}

void rpa_keyring_close(struct rpa_keyring *keys)
{
    if (!keys)
        return;
    rpa_stmt_free(keys->put);
    rpa_stmt_free(keys->get);
    rpa_stmt_free(keys->find);
    rpa_stmt_free(keys->note);
    rpa_stmt_free(keys->noted);
    rpa_store_close(keys->store);
    sodium_free(keys->slots);
    free(keys);
}

static void le64(uint8_t *to, int64_t value)
{
    uint64_t le = htole64((uint64_t)value);
    memcpy(to, &le, 8);
}

/* what a wrapped key is bound to: run, grp, subject hash */
static size_t bound(uint8_t out[static 48], int64_t run, int64_t grp,
                    const uint8_t *subject, size_t len)
{
    le64(out, run);
    le64(out + 8, grp);
    memcpy(out + 16, subject, len);
    return 16 + len;
}

static void commit_to(int64_t run, int64_t grp, const uint8_t *key,
                      uint8_t out[static 32])
{
    static const char tag[] = "rpa group key 1";
    uint8_t ids[16];
    le64(ids, run);
    le64(ids + 8, grp);
    crypto_generichash_state st;
    crypto_generichash_init(&st, NULL, 0, 32);
    crypto_generichash_update(&st, (const uint8_t *)tag, sizeof tag - 1);
    crypto_generichash_update(&st, ids, sizeof ids);
    crypto_generichash_update(&st, key, KEY_LEN);
    crypto_generichash_final(&st, out, 32);
    sodium_memzero(&st, sizeof st);
}

static struct slot *slot_of(struct rpa_keyring *keys, int64_t run, int64_t grp)
{
    return &keys->slots[((uint64_t)run * 31 + (uint64_t)grp) % SLOTS];
}

int rpa_keyring_make(struct rpa_keyring *keys, int64_t run, int64_t grp,
                  const char *subject, uint8_t commitment[static 32],
                  struct rpa_err *err)
{
    if (!keys->in_tx) {
        int r = rpa_store_begin(keys->store, err);
        if (r < 0)
            return r;
        keys->in_tx = true;
    }
    uint8_t hash[32], aad[48], wrapped[WRAPPED];
    size_t hash_len = subject ? sizeof hash : 0;
    if (subject)
        rpa_root_mac(keys->root, RPA_ROOT_SUBJECT, subject, strlen(subject),
                     hash);
    struct slot *slot = slot_of(keys, run, grp);
    *slot = (struct slot){ .run = run, .grp = grp, .used = true };
    randombytes_buf(slot->key, KEY_LEN);
    randombytes_buf(wrapped, NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        wrapped + NONCE_LEN, NULL, slot->key, KEY_LEN, aad,
        bound(aad, run, grp, hash, hash_len), NULL, wrapped,
        root_key(keys->root, RPA_ROOT_WRAP));
    commit_to(run, grp, slot->key, commitment);
    return rpa_stmt_run(keys->put, err, "iibb", run, grp, hash, hash_len,
                        wrapped, sizeof wrapped);
}

int rpa_keyring_find(struct rpa_keyring *keys, int64_t run, const char *subject,
                  int64_t *ret_grp, struct rpa_err *err)
{
    uint8_t hash[32];
    rpa_root_mac(keys->root, RPA_ROOT_SUBJECT, subject, strlen(subject), hash);
    int r = rpa_stmt_bind(keys->find, err, "bi", hash, sizeof hash, run);
    if (r == 0)
        r = rpa_stmt_step(keys->find, err);
    if (r == 0)
        return rpa_fail(err, RPA_ENOTFOUND, "no group for that subject");
    if (r > 0)
        *ret_grp = rpa_stmt_int(keys->find, 0);
    rpa_stmt_reset(keys->find);
    return r < 0 ? r : 0;
}

static int unwrap(struct rpa_keyring *keys, int64_t run, int64_t grp,
                  struct slot *slot, struct rpa_err *err)
{
    size_t subject_len, len;
    const uint8_t *subject = rpa_stmt_bytes(keys->get, 0, &subject_len);
    const uint8_t *wrapped = rpa_stmt_bytes(keys->get, 1, &len);
    uint8_t aad[48];
    slot->used = false;
    if (len != WRAPPED || subject_len > 32 ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            slot->key, NULL, NULL, wrapped + NONCE_LEN, len - NONCE_LEN, aad,
            bound(aad, run, grp, subject, subject_len), wrapped,
            root_key(keys->root, RPA_ROOT_WRAP)) != 0)
        return rpa_fail(err, RPA_ETAMPER,
                        "the key of run %lld group %lld was changed",
                        (long long)run, (long long)grp);
    slot->run = run;
    slot->grp = grp;
    slot->used = true;
    return 0;
}

static int load(struct rpa_keyring *keys, int64_t run, int64_t grp,
                const uint8_t **ret_key, struct rpa_err *err)
{
    struct slot *slot = slot_of(keys, run, grp);
    if (!slot->used || slot->run != run || slot->grp != grp) {
        int r = rpa_stmt_bind(keys->get, err, "ii", run, grp);
        if (r == 0)
            r = rpa_stmt_step(keys->get, err);
        if (r == 0)
            return rpa_fail(err, RPA_ENOTFOUND,
                            "no key for run %lld group %lld", (long long)run,
                            (long long)grp);
        if (r > 0)
            r = unwrap(keys, run, grp, slot, err);
        rpa_stmt_reset(keys->get);
        if (r < 0)
            return r;
    }
    *ret_key = slot->key;
    return 0;
}

int rpa_keyring_commitment(struct rpa_keyring *keys, int64_t run, int64_t grp,
                        uint8_t commitment[static 32], struct rpa_err *err)
{
    const uint8_t *key;
    int r = load(keys, run, grp, &key, err);
    if (r == 0)
        commit_to(run, grp, key, commitment);
    return r;
}

int rpa_keyring_commit(struct rpa_keyring *keys, const void *anchor, size_t len,
                    struct rpa_err *err)
{
    int r = keys->in_tx ? 0 : rpa_store_begin(keys->store, err);
    if (r == 0)
        r = rpa_stmt_run(keys->note, err, "b", anchor, len);
    if (r == 0)
        r = rpa_store_commit(keys->store, err);
    keys->in_tx = false;
    return r;
}

bool rpa_keyring_tidy(struct rpa_keyring *keys)
{
    return rpa_store_tidy(keys->store);
}

void rpa_keyring_rewind(struct rpa_keyring *keys)
{
    rpa_store_rewind(keys->store);
}

int rpa_keyring_anchor(struct rpa_keyring *keys,
                    uint8_t anchor[static RPA_KEYRING_ANCHOR_MAX],
                    size_t *ret_len, struct rpa_err *err)
{
    int r = rpa_stmt_step(keys->noted, err);
    *ret_len = 0;
    if (r > 0) {
        const void *value = rpa_stmt_bytes(keys->noted, 0, ret_len);
        if (*ret_len > RPA_KEYRING_ANCHOR_MAX)
            r = rpa_fail(err, RPA_ETAMPER, "the anchor in keys.db is too long");
        else
            memcpy(anchor, value, *ret_len);
    }
    rpa_stmt_reset(keys->noted);
    return r < 0 ? r : 0;
}

size_t rpa_keyring_sealed_len(size_t len)
{
    return (len / PAD + 1) * PAD + TAG_LEN;
}

int rpa_keyring_seal(struct rpa_keyring *keys, int64_t run, int64_t grp,
                  const uint8_t nonce[static RPA_KEYRING_NONCE], const void *aad,
                  size_t aad_len, const void *in, size_t len, uint8_t *out,
                  struct rpa_err *err)
{
    const uint8_t *key;
    int r = load(keys, run, grp, &key, err);
    if (r < 0)
        return r;
    size_t padded = rpa_keyring_sealed_len(len) - TAG_LEN;
    if (len)
        memcpy(out, in, len);
    sodium_pad(&padded, out, len, PAD, padded);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, out, padded, aad,
                                               aad_len, NULL, nonce, key);
    return 0;
}

int rpa_keyring_unseal(struct rpa_keyring *keys, int64_t run, int64_t grp,
                    const uint8_t nonce[static RPA_KEYRING_NONCE],
                    const void *aad, size_t aad_len, const void *in,
                    size_t len, uint8_t *out, size_t *ret_len,
                    struct rpa_err *err)
{
    const uint8_t *key;
    int r = load(keys, run, grp, &key, err);
    if (r < 0)
        return r;
    if (len < TAG_LEN + PAD ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in, len,
                                                   aad, aad_len, nonce,
                                                   key) != 0 ||
        sodium_unpad(ret_len, out, len - TAG_LEN, PAD) != 0)
        return rpa_fail(err, RPA_ETAMPER, "the sealed content was changed");
    return 0;
}
