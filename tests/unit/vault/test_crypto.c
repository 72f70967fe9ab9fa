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

/* RFC 8439, 2.4.2, whose nonce is not ours, tells nothing of it: libsodium is asked for
 * the whole, and a piece at any place is to be the same. */
static void test_stream(void)
{
    uint8_t key[RPA_STREAM_KEY], whole[300], pieces[300];
    size_t bad = 0;
    rpa_random(key, sizeof key);
    memset(whole, 'x', sizeof whole);
    rpa_stream(key, 0, whole, sizeof whole);
    ok(!memmem(whole, sizeof whole, "xxxx", 4), "nothing of it is to be seen");
    for (size_t step = 1; step <= sizeof pieces; step++) {
        memset(pieces, 'x', sizeof pieces);
        for (size_t at = 0; at < sizeof pieces; at += step)
            rpa_stream(key, at, pieces + at,
                       step < sizeof pieces - at ? step : sizeof pieces - at);
        bad += memcmp(whole, pieces, sizeof whole) != 0;
    }
    is_int((int)bad, 0, "the same in pieces of 1 to 300 bytes");
    rpa_stream(key, 0, whole, sizeof whole);
    memset(pieces, 'x', sizeof pieces);
    ok(!memcmp(whole, pieces, sizeof whole), "and opened again");
}

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
    test_stream();
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
