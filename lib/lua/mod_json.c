/* rpa.json: jansson's values to CBOR items and back; Lua sees only those, so
 * no Lua runs while jansson holds anything. */
#include "lib/lua/priv.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static cbor_item_t *from_json(const json_t *json, int depth);

static cbor_item_t *from_object(const json_t *json, int depth)
{
    cbor_item_t *map = rpa_cbor_map();
    json_t *object = (json_t *)json; /* jansson's iterators want no const */
    for (void *i = json_object_iter(object); i && map;
         i = json_object_iter_next(object, i)) {
        const char *key = json_object_iter_key(i);
        if (!rpa_cbor_put(map, key, json_object_iter_key_len(i),
                          from_json(json_object_iter_value(i), depth + 1)))
            rpa_msg_free(&map);
    }
    return map;
}

static cbor_item_t *from_array(const json_t *json, int depth)
{
    cbor_item_t *array = rpa_cbor_array();
    for (size_t i = 0; i < json_array_size(json) && array; i++)
        if (!rpa_cbor_push(array,
                           from_json(json_array_get(json, i), depth + 1)))
            rpa_msg_free(&array);
    return array;
}

/* NULL when there is no memory or it is nested too deep */
static cbor_item_t *from_json(const json_t *json, int depth)
{
    if (depth > RPA_CBOR_DEPTH)
        return NULL;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return from_object(json, depth);
    case JSON_ARRAY:
        return from_array(json, depth);
    case JSON_STRING:
        return rpa_cbor_strn(json_string_value(json), json_string_length(json));
    case JSON_INTEGER:
        return rpa_cbor_int(json_integer_value(json));
    case JSON_REAL:
        return cbor_build_float8(json_real_value(json));
    case JSON_NULL:
        return cbor_new_null();
    default:
        return cbor_build_bool(json_is_true(json));
    }
}

static int parse(const char *s, size_t len, cbor_item_t **box,
                 struct rpa_err *err)
{
    json_error_t at;
    json_t *json = json_loadb(s, len,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY |
                                  JSON_ALLOW_NUL,
                              &at);
    if (!json) { /* behind "near" stands the text itself, which may name a person */
        const char *text = strstr(at.text, " near '");
        size_t said = text ? (size_t)(text - at.text) : strlen(at.text);
        return rpa_fail(err, RPA_EINVAL, "JSON line %d column %d: %.*s", at.line,
                        at.column, (int)said, at.text);
    }
    *box = from_json(json, 0);
    json_decref(json);
    return *box ? 0
                : rpa_fail(err, RPA_EINVAL, "JSON nested more than %d deep",
                           RPA_CBOR_DEPTH);
}

/* what the text that was given says; raises EINVAL */
static cbor_item_t **parsed(lua_State *L)
{
    size_t len;
    struct rpa_err err;
    const char *s = luaL_checklstring(L, 1, &len);
    cbor_item_t **box = rpa_lua_newitem(L);
    if (parse(s, len, box, &err) < 0)
        rpa_lua_raise(L, &err);
    return box;
}

/// json.decode(text) -> value. Integers keep 64 bits. Raises EINVAL.
static int decode(lua_State *L)
{
    cbor_item_t **box = parsed(L);
    rpa_lua_pushitem(L, *box);
    rpa_msg_free(box);
    return 1;
}

static void put_text(struct rpa_buf *out, const char *s, size_t len)
{
    rpa_buf_putc(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            rpa_buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            rpa_buf_printf(out, "\\u%04x", c);
        else
            rpa_buf_putc(out, (char)c);
    }
    rpa_buf_putc(out, '"');
}

static int write_json(const cbor_item_t *item, struct rpa_buf *out,
                      struct rpa_err *err);

static int write_map(const cbor_item_t *item, struct rpa_buf *out,
                     struct rpa_err *err)
{
    size_t n, len = 0;
    int r = 0;
    struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
    rpa_buf_putc(out, '{');
    for (size_t i = 0; i < n && r == 0; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        if (i)
            rpa_buf_putc(out, ',');
        put_text(out, key, len);
        rpa_buf_putc(out, ':');
        r = write_json(pairs[i].value, out, err);
    }
    rpa_buf_putc(out, '}');
    return r;
}

static int write_array(const cbor_item_t *item, struct rpa_buf *out,
                       struct rpa_err *err)
{
    size_t n;
    int r = 0;
    cbor_item_t **elements = rpa_cbor_elements(item, &n);
    rpa_buf_putc(out, '[');
    for (size_t i = 0; i < n && r == 0; i++) {
        if (i)
            rpa_buf_putc(out, ',');
        r = write_json(elements[i], out, err);
    }
    rpa_buf_putc(out, ']');
    return r;
}

static int write_json(const cbor_item_t *item, struct rpa_buf *out,
                      struct rpa_err *err)
{
    size_t len = 0;
    int64_t i;
    double d;
    bool b;
    const char *s = rpa_cbor_text(item, &len);
    if (s)
        put_text(out, s, len);
    else if (rpa_cbor_get_int(item, &i))
        rpa_buf_printf(out, "%lld", (long long)i);
    else if (rpa_cbor_get_bool(item, &b))
        rpa_buf_puts(out, b ? "true" : "false");
    else if (rpa_cbor_is_null(item))
        rpa_buf_puts(out, "null");
    else if (cbor_isa_map(item))
        return write_map(item, out, err);
    else if (cbor_isa_array(item))
        return write_array(item, out, err);
    else if (!rpa_cbor_get_double(item, &d))
        return rpa_fail(err, RPA_EINVAL, "bytes that are not UTF-8 in JSON");
    else if (!isfinite(d))
        return rpa_fail(err, RPA_EINVAL, "no number in JSON");
    else
        rpa_buf_printf(out, d == floor(d) && fabs(d) < 1e15 ? "%.1f" : "%.17g",
                       d);
    return 0;
}

/* Push the text of the item in @box, which it ends. */
static int push_text(lua_State *L, cbor_item_t **box)
{
    struct rpa_err err;
    struct rpa_buf *out = rpa_lua_newbuf(L);
    int r = write_json(*box, out, &err);
    if (r == 0 && out->failed)
        r = rpa_fail(&err, RPA_ENOMEM, "no memory for JSON");
    if (r < 0)
        return rpa_lua_raise(L, &err);
    lua_pushlstring(L, out->data, out->len);
    rpa_buf_clear(out);
    rpa_msg_free(box);
    return 1;
}

/// json.encode(value) -> text. Raises EINVAL for what JSON cannot hold.
static int encode(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_settop(L, 1);
    cbor_item_t **box = rpa_lua_newitem(L);
    if (lua_isnil(L, 1))
        *box = cbor_new_null();
    else
        rpa_lua_toitem(L, 1, "value", box);
    return push_text(L, box);
}

/// json.normal(text) -> the same JSON as encode writes it: no blanks, no
/// escapes but those needed; names in their order, nulls too. Raises EINVAL.
static int normal(lua_State *L)
{
    return push_text(L, parsed(L));
}

int luaopen_rpa_json(lua_State *L)
{
    static const luaL_Reg functions[] = { { "decode", decode },
                                          { "encode", encode },
                                          { "normal", normal },
                                          { 0 } };
    luaL_newlib(L, functions);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    return 1;
}
