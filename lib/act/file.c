/* Files: the supervisor opens them; here secrets are kept out of them. */
#include "priv.h"

int do_file_read(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    cbor_item_t *value = NULL;
    struct rpa_buf bytes = { 0 };
    size_t len = 0;
    int r = act_forward(d, "file.read", args, &value, err);
    const char *data = r == 0 ? rpa_cbor_any_bytes(value, &len) : NULL;
    rpa_buf_add(&bytes, data ? data : "", len);
    mask_text(d, &bytes);
    if (r == 0 && !bytes.failed)
        *ret = rpa_cbor_strn(bytes.data, bytes.len);
    rpa_buf_clear(&bytes);
    rpa_msg_free(&value);
    return r;
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
