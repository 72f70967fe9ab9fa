/* A frame from a peer that may be hostile: whatever passes the check must load,
 * encode to something that passes again, and give up its fields. */
#include "rpa/ipc/msg.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rpa_err err;
    cbor_item_t *item = NULL;
    struct rpa_buf out = { 0 };
    size_t len;
    int64_t n;
    struct rpa_cbor_string strings[] = { { .key = "kind" }, { .key = "body" } };
    size_t used;
    bool looked = rpa_cbor_strings(data, size, strings, 2, &used, &err) == 0;
    for (size_t i = 0; looked && i < 2; i++)
        assert(!strings[i].data ||
               ((const uint8_t *)strings[i].data >= data &&
                (const uint8_t *)strings[i].data + strings[i].len <= data + used));
    assert(!looked || rpa_cbor_check(data, used, &err) == 0);
    if (rpa_cbor_load(data, size, &item, &err) < 0)
        return 0;
    int r = rpa_cbor_dump(item, &out, &err);
    assert(r == 0 && out.len <= size);
    r = rpa_cbor_check(out.data, out.len, &err);
    assert(r == 0);
    rpa_msg_get_err(item, &err);
    rpa_msg_int(item, "v", &n);
    rpa_msg_array(item, "list", &len);
    free(rpa_msg_dup(item, "call"));
    rpa_buf_clear(&out);
    cbor_decref(&item);
    return 0;
}
