/* Content under a key of its own: opens only where it was sealed. */
#include "../tmpdir.h"
#include "rpa/vault/box.h"
#include "tap.h"

static struct rpa_err err;

static int open_changed(struct rpa_root *root, const uint8_t *key,
                        const struct rpa_buf *sealed, size_t at)
{
    struct rpa_buf out = { 0 };
    sealed->data[at] ^= 1;
    int r = rpa_box_open(root, RPA_ROOT_QUEUE, key, "payload 7", sealed->data,
                         sealed->len, &out, &err);
    sealed->data[at] ^= 1;
    rpa_buf_clear(&out);
    return r;
}

int main(void)
{
    struct rpa_root *root = NULL;
    uint8_t key[RPA_BOX_KEY], other[RPA_BOX_KEY];
    tmp_begin();
    ok(rpa_root_open(tmpdir, true, &root, &err) == 0, "a root key");
    rpa_box_make(root, RPA_ROOT_QUEUE, key);
    rpa_box_make(root, RPA_ROOT_QUEUE, other);
    ok(memcmp(key, other, sizeof key) != 0, "each key is its own");
    for (size_t len = 0; len < 40; len += 13) {
        struct rpa_buf sealed = { 0 }, out = { 0 };
        const char text[] = "O'Brien, Si\xc3\xa2n, born 1970, of no fixed abode";
        ok(rpa_box_seal(root, RPA_ROOT_QUEUE, key, "payload 7", text, len,
                        &sealed, &err) == 0 && sealed.len % 8 == 0 &&
               !memmem(sealed.data, sealed.len, "O'Brien", 7),
           "%zu bytes are sealed", len);
        ok(rpa_box_open(root, RPA_ROOT_QUEUE, key, "payload 7", sealed.data,
                        sealed.len, &out, &err) == 0 && out.len == len &&
               (!len || !memcmp(out.data, text, len)),
           "and open as they were");
        ok(rpa_box_open(root, RPA_ROOT_QUEUE, key, "payload 8", sealed.data,
                        sealed.len, &out, &err) == -RPA_ETAMPER,
           "not in another place");
        ok(rpa_box_open(root, RPA_ROOT_QUEUE, other, "payload 7", sealed.data,
                        sealed.len, &out, &err) == -RPA_ETAMPER,
           "not under another key");
        ok(rpa_box_open(root, RPA_ROOT_ITEM, key, "payload 7", sealed.data,
                        sealed.len, &out, &err) == -RPA_ETAMPER,
           "not for another use");
        int caught = 0;
        for (size_t i = 0; i < sealed.len; i++)
            caught += open_changed(root, key, &sealed, i) == -RPA_ETAMPER;
        is_int(caught, (long long)sealed.len, "any byte changed is seen");
        rpa_buf_clear(&sealed);
        rpa_buf_clear(&out);
    }
    rpa_root_close(root);
    return tap_done();
}
