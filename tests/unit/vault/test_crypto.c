#include "rpa/vault/crypto.h"
#include "tap.h"

/* Source: FIPS 180-2, appendix B, and the empty message. */
static const struct {
    const char *name, *text;
    size_t split; /* add it in two pieces */
    const char *want;
} cases[] = {
    { "nothing", "", 0,
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", "abc", 0,
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "two blocks in two pieces",
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 17,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

int main(void)
{
    ok(rpa_crypto_init() && rpa_crypto_init(), "a second start is fine");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_sha256 hash;
        unsigned char out[32];
        char hex[65];
        size_t len = strlen(cases[i].text);
        rpa_sha256_init(&hash);
        rpa_sha256_add(&hash, cases[i].text, cases[i].split);
        rpa_sha256_add(&hash, cases[i].text + cases[i].split,
                       len - cases[i].split);
        rpa_sha256_end(&hash, out);
        for (int k = 0; k < 32; k++)
            snprintf(hex + 2 * k, 3, "%02x", out[k]);
        is_str(hex, cases[i].want, cases[i].name);
    }
    unsigned char a[16] = { 0 }, b[16] = { 0 };
    rpa_random(a, sizeof a);
    rpa_random(b, sizeof b);
    ok(memcmp(a, b, sizeof a) != 0, "random bytes differ");
    char *memory = rpa_locked_new(100);
    ok(memory != NULL, "locked memory");
    if (memory)
        memset(memory, 'x', 100);
    rpa_locked_free(memory);
    rpa_locked_free(NULL);
    return tap_done();
}
