#include "rpa/vault/keyring.h"
#include "../tmpdir.h"
#include "tap.h"

#include <sys/stat.h>

static void root(void)
{
    struct rpa_root *a = NULL, *b = NULL;
    struct rpa_err err;
    is_int(rpa_root_open(tmpdir, false, &a, &err), -RPA_ENOTFOUND, "no key yet");
    is_int(rpa_root_open(tmpdir, true, &a, &err), 0, "made at first start");
    struct stat st;
    ok(stat(tmp_path("root.key"), &st) == 0 && (st.st_mode & 0777) == 0600 &&
           st.st_size == 32, "32 bytes, 0600");
    is_int(rpa_root_open(tmpdir, true, &b, &err), 0, "found the second time");
    uint8_t x[32], y[32];
    rpa_root_mac(a, RPA_ROOT_ITEM, "id", 2, x);
    ok(rpa_root_mac_ok(b, RPA_ROOT_ITEM, "id", 2, x), "the same key");
    rpa_root_mac(a, RPA_ROOT_SUBJECT, "id", 2, y);
    ok(memcmp(x, y, 32) != 0, "each use has a key of its own");
    rpa_root_close(b);
    rpa_root_close(a);
    chmod(tmp_path("root.key"), 0640);
    is_int(rpa_root_open(tmpdir, true, &b, &err), -RPA_EPERM,
           "a key others may read is refused");
    chmod(tmp_path("root.key"), 0600);
}

static void keys(void)
{
    struct rpa_root *rt = NULL;
    struct rpa_keyring *k = NULL;
    struct rpa_err err;
    uint8_t c1[32], c2[32], c3[32], sealed[64], out[64], anchor[256];
    const uint8_t nonce[24] = { 7 };
    int64_t grp = -1;
    size_t len = 9;
    rpa_root_open(tmpdir, true, &rt, &err);
    is_int(rpa_keyring_open(tmpdir, rt, true, &k, &err), 0, "keys.db made");
    is_int(rpa_keyring_anchor(k, anchor, &len, &err), 0, "no anchor yet");
    is_int((long long)len, 0, "and it says so");
    is_int(rpa_keyring_make(k, 1, 0, NULL, c1, &err), 0, "a run's own key");
    is_int(rpa_keyring_make(k, 1, 1, "12345", c2, &err), 0, "a subject's key");
    is_int(rpa_keyring_find(k, 1, "12345", &grp, &err), 0, "found by subject");
    is_int(grp, 1, "in its group");
    is_int(rpa_keyring_find(k, 2, "12345", &grp, &err), -RPA_ENOTFOUND,
           "not in another run");
    is_int((long long)rpa_keyring_sealed_len(0), 24, "sealed length of nothing");
    is_int((long long)rpa_keyring_sealed_len(8), 32, "sealed length of 8");
    is_int(rpa_keyring_seal(k, 1, 1, nonce, "aad", 3, "hello", 5, sealed, &err), 0,
           "seal");
    is_int(rpa_keyring_commit(k, "anchor", 6, &err), 0, "commit");
    rpa_keyring_close(k);
    is_int(rpa_keyring_open(tmpdir, rt, false, &k, &err), 0, "open for reading");
    rpa_keyring_anchor(k, anchor, &len, &err);
    ok(len == 6 && !memcmp(anchor, "anchor", 6), "the anchor is there");
    rpa_keyring_commitment(k, 1, 1, c3, &err);
    ok(!memcmp(c2, c3, 32) && memcmp(c1, c2, 32), "the commitment holds");
    is_int(rpa_keyring_unseal(k, 1, 1, nonce, "aad", 3, sealed, 24, out, &len, &err),
           0, "unseal");
    ok(len == 5 && !memcmp(out, "hello", 5), "what was sealed");
    is_int(rpa_keyring_unseal(k, 1, 1, nonce, "aae", 3, sealed, 24, out, &len, &err),
           -RPA_ETAMPER, "other fixed fields");
    is_int(rpa_keyring_unseal(k, 1, 0, nonce, "aad", 3, sealed, 24, out, &len, &err),
           -RPA_ETAMPER, "another group's key");
    is_int(rpa_keyring_unseal(k, 1, 5, nonce, "aad", 3, sealed, 24, out, &len, &err),
           -RPA_ENOTFOUND, "no such group");
    rpa_keyring_close(k);
    rpa_root_close(rt);
    unlink(tmp_path("root.key"));
    is_int(rpa_root_open(tmpdir, true, &rt, &err), -RPA_EENV,
           "no new root key over what a lost one sealed");
}

int main(void)
{
    tmp_begin();
    root();
    keys();
    return tap_done();
}
