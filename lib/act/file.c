/* Files: the supervisor opens them; here secrets are kept out of them. */
#include "priv.h"

/* A secret that stands where a piece ends goes into the next one whole, so that
 * it is found. */
cbor_item_t *file_piece(const struct rpa_driver *d, const char *data, size_t len,
                        int64_t at, bool last)
{
    cbor_item_t *map = rpa_cbor_map();
    struct rpa_buf bytes = { 0 };
    if (!last)
        len = mask_cut(d, data, len);
    rpa_buf_add(&bytes, data ? data : "", len);
    mask_text(d, &bytes);
    rpa_msg_put_item(map, "data", bytes.failed
                                      ? NULL
                                      : rpa_cbor_strn(bytes.data, bytes.len));
    rpa_msg_put_int(map, "next", at + (int64_t)len);
    rpa_msg_put_bool(map, "last", last);
    rpa_buf_clear(&bytes);
    return map;
}

int do_file_read(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    cbor_item_t *got = NULL;
    size_t len = 0;
    bool last = false;
    int64_t at = 0;
    int r = act_forward(d, "file.read", args, &got, err);
    if (r < 0)
        return r;
    const char *data = rpa_msg_bytes(got, "data", &len);
    rpa_msg_int(args, "at", &at);
    rpa_msg_bool(got, "last", &last);
    *ret = file_piece(d, data, len, at, last);
    rpa_msg_put_item(*ret, "state", rpa_cbor_ref(rpa_msg_get(got, "state")));
    rpa_msg_free(&got);
    return 0;
}

int do_file_write(struct rpa_driver *d, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err)
{
    size_t len = 0;
    const char *data = rpa_msg_bytes(args, "data", &len);
    return data && mask_finds(d, data, len)
               ? mask_betrayed(d, err)
               : act_forward(d, "file.write", args, ret, err);
}
