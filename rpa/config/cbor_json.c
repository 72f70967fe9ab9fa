#include "rpa/config/cbor_json.h"
#include "rpa/base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 16 };

json_t *cbor_json_hex(const void *bytes, size_t len)
{
    struct rpa_buf out = { 0 };
    rpa_buf_hex(&out, bytes, len);
    json_t *json = json_stringn(out.data ? out.data : "", out.len);
    rpa_buf_clear(&out);
    return json;
}

static json_t *to_json(const cbor_item_t *item, int depth);

static json_t *chunks(const cbor_item_t *item)
{
    return json_sprintf("(in %zu chunks)",
                        cbor_isa_string(item) ? cbor_string_chunk_count(item)
                                              : cbor_bytestring_chunk_count(item));
}

static json_t *map_json(const cbor_item_t *item, int depth)
{
    json_t *json = json_object();
    const struct cbor_pair *pair = cbor_map_handle(item);
    for (size_t i = 0; i < cbor_map_size(item); i++) {
        json_t *key = to_json(pair[i].key, depth + 1);
        char *name = json_is_string(key) ? strdup(json_string_value(key))
                                         : json_dumps(key, JSON_ENCODE_ANY);
        json_object_set_new(json, name ? name : "?",
                            to_json(pair[i].value, depth + 1));
        free(name);
        json_decref(key);
    }
    return json;
}

static json_t *array_json(const cbor_item_t *item, int depth)
{
    json_t *json = json_array();
    for (size_t i = 0; i < cbor_array_size(item); i++)
        json_array_append_new(json,
                              to_json(cbor_array_handle(item)[i], depth + 1));
    return json;
}

static json_t *simple_json(const cbor_item_t *item)
{
    if (!cbor_float_ctrl_is_ctrl(item))
        return json_real(cbor_float_get_float(item));
    return cbor_is_bool(item) ? json_boolean(cbor_get_bool(item)) : json_null();
}

static json_t *to_json(const cbor_item_t *item, int depth)
{
    if (depth > DEEPEST)
        return json_string("(too deep)");
    switch (cbor_typeof(item)) {
    case CBOR_TYPE_UINT:
        return json_integer((json_int_t)cbor_get_int(item));
    case CBOR_TYPE_NEGINT:
        return json_integer(-1 - (json_int_t)cbor_get_int(item));
    case CBOR_TYPE_STRING:
        if (!cbor_string_is_definite(item))
            return chunks(item);
        json_t *text = json_stringn((char *)cbor_string_handle(item),
                                    cbor_string_length(item));
        return text ? text
                    : cbor_json_hex(cbor_string_handle(item), cbor_string_length(item));
    case CBOR_TYPE_BYTESTRING:
        return cbor_bytestring_is_definite(item)
                   ? cbor_json_hex(cbor_bytestring_handle(item),
                         cbor_bytestring_length(item))
                   : chunks(item);
    case CBOR_TYPE_ARRAY:
        return array_json(item, depth);
    case CBOR_TYPE_MAP:
        return map_json(item, depth);
    case CBOR_TYPE_TAG: {
        cbor_item_t *inner = cbor_tag_item(item);
        json_t *json = to_json(inner, depth + 1);
        cbor_decref(&inner);
        return json;
    }
    default:
        return simple_json(item);
    }
}

json_t *cbor_json(const cbor_item_t *item)
{
    return to_json(item, 0);
}
