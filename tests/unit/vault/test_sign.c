#include "../tmpdir.h"
#include "rpa/vault/sign.h"
#include "tap.h"

#include <sys/stat.h>

static struct rpa_err err;

int main(void)
{
    tmp_begin();
    struct rpa_sign *sign = NULL, *again = NULL;
    struct stat st;
    uint8_t sig[64], other[64];
    is_int(rpa_sign_open(tmpdir, false, &sign, &err), -RPA_ENOTFOUND,
           "no key unless one is to be made");
    is_int(rpa_sign_open(tmpdir, true, &sign, &err), 0, "one is made");
    ok(stat(tmp_path("sign.key"), &st) == 0 && (st.st_mode & 0777) == 0600 &&
           st.st_size == 32, "32 bytes, 0600");
    is_int(rpa_sign_open(tmpdir, true, &again, &err), 0, "and found again");
    ok(sign && again &&
           !memcmp(rpa_sign_public(sign), rpa_sign_public(again), 32),
       "the same one");
    rpa_sign_make(sign, "abc", 3, sig);
    rpa_sign_make(again, "abc", 3, other);
    ok(!memcmp(sig, other, 64), "signatures are deterministic");
    ok(rpa_sign_ok(rpa_sign_public(sign), "abc", 3, sig), "and good");
    ok(!rpa_sign_ok(rpa_sign_public(sign), "abd", 3, sig), "for that text only");
    sig[63] ^= 1;
    ok(!rpa_sign_ok(rpa_sign_public(sign), "abc", 3, sig), "and whole only");
    rpa_sign_close(sign);
    rpa_sign_close(again);
    rpa_sign_close(NULL);
    chmod(tmp_path("sign.key"), 0640);
    is_int(rpa_sign_open(tmpdir, true, &sign, &err), -RPA_EPERM,
           "a key that others may read is refused");
    chmod(tmp_path("sign.key"), 0600);
    if (truncate(tmp_path("sign.key"), 31) < 0)
        abort();
    is_int(rpa_sign_open(tmpdir, true, &sign, &err), -RPA_EINVAL, "so is a cut one");
    return tap_done();
}
