/* Making, looking at and encoding values; libcbor holds them. */
#include "rpa/base/utf8.h"
#include "rpa/ipc/cbor.h"

#include <stdlib.h>
#include <string.h>

int rpa_cbor_load(const void *data, size_t len, cbor_item_t **ret_item,
                  struct rpa_err *err)
{
    int r = rpa_cbor_check(data, len, err);
    if (r < 0)
        return r;
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(data, len, &result);
    if (!item)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a message");
    *ret_item = item;
    return 0;
}

/* Growing containers are libcbor's "indefinite" ones; dump() writes them with
 * their length all the same. */
cbor_item_t *rpa_cbor_map(void)
{
    return cbor_new_indefinite_map();
}

cbor_item_t *rpa_cbor_array(void)
{
    return cbor_new_indefinite_array();
}

cbor_item_t *rpa_cbor_int(int64_t value)
{
    return value >= 0 ? cbor_build_uint64((uint64_t)value)
                      : cbor_build_negint64((uint64_t)(-(value + 1)));
}

cbor_item_t *rpa_cbor_strn(const char *s, size_t len)
{
    return rpa_utf8_valid(s, len) ? cbor_build_stringn(s, len)
                                  : rpa_cbor_bytes(s, len);
}

cbor_item_t *rpa_cbor_bytes(const void *data, size_t len)
{
    return cbor_build_bytestring(data, len);
}

cbor_item_t *rpa_cbor_ref(const cbor_item_t *item)
{
    return item ? cbor_incref((cbor_item_t *)item) : NULL;
}

/*
 * A container that missed an addition, also within another one, must not pass
 * for a whole one. libcbor has a state for that: of definite length, with less
 * in it. Nothing more is added then, and dump() refuses it.
 */
static bool is_whole(const cbor_item_t *item)
{
    if (cbor_isa_array(item))
        return !cbor_array_is_definite(item) ||
               cbor_array_size(item) == cbor_array_allocated(item);
    return !cbor_isa_map(item) || !cbor_map_is_definite(item) ||
           cbor_map_size(item) == cbor_map_allocated(item);
}

static bool missed(cbor_item_t *item)
{
    if (item && cbor_isa_array(item) && is_whole(item)) {
        item->metadata.array_metadata.type = _CBOR_METADATA_DEFINITE;
        item->metadata.array_metadata.allocated = cbor_array_size(item) + 1;
    } else if (item && cbor_isa_map(item) && is_whole(item)) {
        item->metadata.map_metadata.type = _CBOR_METADATA_DEFINITE;
        item->metadata.map_metadata.allocated = cbor_map_size(item) + 1;
    }
    return false;
}

bool rpa_cbor_push(cbor_item_t *array, cbor_item_t *item)
{
    bool pushed = array && item && is_whole(array) &&
                  cbor_array_push(array, item);
    if (item)
        cbor_decref(&item);
    return pushed || missed(array);
}

bool rpa_cbor_put(cbor_item_t *map, const char *key, size_t key_len,
                  cbor_item_t *item)
{
    cbor_item_t *name = cbor_build_stringn(key, key_len);
    bool added = map && item && name && is_whole(map) &&
                 cbor_map_add(map, (struct cbor_pair){ name, item });
    if (name)
        cbor_decref(&name);
    if (item)
        cbor_decref(&item);
    return added || missed(map);
}

const char *rpa_cbor_text(const cbor_item_t *item, size_t *ret_len)
{
    if (!item || !cbor_isa_string(item))
        return NULL;
    if (ret_len)
        *ret_len = cbor_string_length(item);
    const char *s = (const char *)cbor_string_handle(item);
    return s ? s : "";
}

const char *rpa_cbor_any_bytes(const cbor_item_t *item, size_t *ret_len)
{
    if (!item || !cbor_isa_bytestring(item))
        return rpa_cbor_text(item, ret_len);
    if (ret_len)
        *ret_len = cbor_bytestring_length(item);
    const char *s = (const char *)cbor_bytestring_handle(item);
    return s ? s : "";
}

bool rpa_cbor_get_int(const cbor_item_t *item, int64_t *ret)
{
    if (!item || !cbor_is_int(item))
        return false;
    uint64_t n = cbor_get_int(item);
    if (n > INT64_MAX)
        return false;
    *ret = cbor_isa_uint(item) ? (int64_t)n : -(int64_t)n - 1;
    return true;
}

bool rpa_cbor_get_bool(const cbor_item_t *item, bool *ret)
{
    if (!item || !cbor_isa_float_ctrl(item) ||
        !cbor_float_ctrl_is_ctrl(item) || !cbor_is_bool(item))
        return false;
    *ret = cbor_ctrl_value(item) == CBOR_CTRL_TRUE;
    return true;
}

bool rpa_cbor_get_double(const cbor_item_t *item, double *ret)
{
    if (!item || !cbor_isa_float_ctrl(item) || cbor_float_ctrl_is_ctrl(item))
        return false;
    *ret = cbor_float_get_float(item);
    return true;
}

bool rpa_cbor_is_null(const cbor_item_t *item)
{
    return item && cbor_isa_float_ctrl(item) &&
           cbor_float_ctrl_is_ctrl(item) && cbor_is_null(item);
}

struct cbor_pair *rpa_cbor_pairs(const cbor_item_t *map, size_t *ret_n)
{
    bool is = map && cbor_isa_map(map);
    *ret_n = is ? cbor_map_size(map) : 0;
    return is ? cbor_map_handle(map) : NULL;
}

cbor_item_t **rpa_cbor_elements(const cbor_item_t *array, size_t *ret_n)
{
    bool is = array && cbor_isa_array(array);
    *ret_n = is ? cbor_array_size(array) : 0;
    return is ? cbor_array_handle(array) : NULL;
}

cbor_item_t *rpa_cbor_get(const cbor_item_t *map, const char *key)
{
    size_t n, len, want = strlen(key);
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        if (name && len == want && !memcmp(name, key, len))
            return pairs[i].value;
    }
    return NULL;
}

static void put_head(struct rpa_buf *out, int major, uint64_t n)
{
    int size = n < 24             ? 0
               : n <= UINT8_MAX   ? 1
               : n <= UINT16_MAX  ? 2
               : n <= UINT32_MAX  ? 4
                                  : 8;
    static const char info[] = { 0, 24, 25, 0, 26, 0, 0, 0, 27 };
    rpa_buf_putc(out, (char)(major << 5 | (size ? info[size] : (int)n)));
    while (size-- > 0)
        rpa_buf_putc(out, (char)(n >> (8 * size)));
}

static void put_string(struct rpa_buf *out, const cbor_item_t *item)
{
    size_t len = 0;
    const char *s = rpa_cbor_any_bytes(item, &len);
    put_head(out, cbor_isa_string(item) ? 3 : 2, len);
    rpa_buf_add(out, s, len);
}

static int put_float_ctrl(struct rpa_buf *out, const cbor_item_t *item,
                          struct rpa_err *err)
{
    double d;
    bool b;
    if (rpa_cbor_get_double(item, &d)) {
        uint64_t bits;
        memcpy(&bits, &d, sizeof bits);
        rpa_buf_putc(out, (char)0xfb);
        for (int i = 7; i >= 0; i--)
            rpa_buf_putc(out, (char)(bits >> (8 * i)));
    } else if (rpa_cbor_get_bool(item, &b)) {
        rpa_buf_putc(out, (char)(b ? 0xf5 : 0xf4));
    } else if (rpa_cbor_is_null(item)) {
        rpa_buf_putc(out, (char)0xf6);
    } else {
        return rpa_fail(err, RPA_EINVAL, "a simple value of no use here");
    }
    return 0;
}

static int dump(const cbor_item_t *item, struct rpa_buf *out, int depth,
                struct rpa_err *err)
{
    size_t n;
    int r = 0;
    if (depth > RPA_CBOR_DEPTH)
        return rpa_fail(err, RPA_EINVAL, "a value nested too deep to send");
    if (!is_whole(item))
        return rpa_fail(err, RPA_ENOMEM, "no memory to build a message");
    switch (cbor_typeof(item)) {
    case CBOR_TYPE_UINT:
        put_head(out, 0, cbor_get_int(item));
        return 0;
    case CBOR_TYPE_NEGINT:
        put_head(out, 1, cbor_get_int(item));
        return 0;
    case CBOR_TYPE_BYTESTRING:
    case CBOR_TYPE_STRING:
        put_string(out, item);
        return 0;
    case CBOR_TYPE_ARRAY: {
        cbor_item_t **elements = rpa_cbor_elements(item, &n);
        put_head(out, 4, n);
        for (size_t i = 0; i < n && r == 0; i++)
            r = dump(elements[i], out, depth + 1, err);
        return r;
    }
    case CBOR_TYPE_MAP: {
        struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
        put_head(out, 5, n);
        for (size_t i = 0; i < n && r == 0; i++) {
            put_string(out, pairs[i].key);
            r = dump(pairs[i].value, out, depth + 1, err);
        }
        return r;
    }
    case CBOR_TYPE_FLOAT_CTRL:
        return put_float_ctrl(out, item, err);
    default:
        return rpa_fail(err, RPA_EINVAL, "a tag in a value to send");
    }
}

static int by_key(const void *a, const void *b)
{
    size_t n = 0, m = 0;
    const char *one = rpa_cbor_text(((const struct cbor_pair *)a)->key, &n);
    const char *two = rpa_cbor_text(((const struct cbor_pair *)b)->key, &m);
    int r = one && two ? memcmp(one, two, n < m ? n : m) : 0;
    return r ? r : (n > m) - (n < m);
}

void rpa_cbor_sort(cbor_item_t *item)
{
    size_t n;
    struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
    if (pairs)
        qsort(pairs, n, sizeof *pairs, by_key);
    for (size_t i = 0; i < n; i++)
        rpa_cbor_sort(pairs[i].value);
    cbor_item_t **elements = rpa_cbor_elements(item, &n);
    for (size_t i = 0; i < n; i++)
        rpa_cbor_sort(elements[i]);
}

int rpa_cbor_dump(const cbor_item_t *item, struct rpa_buf *out,
                  struct rpa_err *err)
{
    int r = dump(item, out, 0, err);
    if (r == 0 && out->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory to encode a message");
    return r;
}
