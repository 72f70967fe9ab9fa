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

/* what is written at once goes to the supervisor in pieces, which hears others in
 * between; *@at is moved past the one */
static cbor_item_t *next_piece(const cbor_item_t *args, const char *data,
                               size_t len, size_t *at)
{
    cbor_item_t *piece = rpa_cbor_map();
    bool append = false;
    size_t n = len - *at < PIECE_BYTES ? len - *at : PIECE_BYTES;
    bool last = *at + n == len;
    rpa_msg_bool(args, "append", &append);
    rpa_msg_put_item(piece, "name", rpa_cbor_ref(rpa_msg_get(args, "name")));
    rpa_msg_put_bool(piece, "first", *at == 0);
    rpa_msg_put_bool(piece, "append", *at == 0 && append);
    rpa_msg_put_bool(piece, "more", !last);
    rpa_msg_put_bool(piece, "last", last);
    rpa_msg_put_bytes(piece, "data", data + *at, n);
    *at += n;
    return piece;
}

int do_file_write(struct rpa_driver *d, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err)
{
    size_t len = 0, at = 0;
    const char *said = rpa_msg_bytes(args, "data", &len), *data = said ? said : "";
    int r = mask_finds(d, data, len) ? mask_betrayed(d, err) : 0;
    while (r == 0 && !*ret) {
        cbor_item_t *piece = next_piece(args, data, len, &at);
        r = act_forward(d, "file.write", piece, at == len ? ret : NULL, err);
        rpa_msg_free(&piece);
    }
    return r;
}
