/* What a message holds: the short forms for C callers. */
#include "rpa/ipc/msg.h"

#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

cbor_item_t *rpa_msg_new(void)
{
    cbor_item_t *msg = rpa_cbor_map();
    if (msg && !rpa_cbor_put(msg, "v", 1, cbor_build_uint8(1)))
        cbor_decref(&msg);
    return msg;
}

void rpa_msg_free(cbor_item_t **msg)
{
    if (*msg)
        cbor_decref(msg);
    *msg = NULL;
}

bool rpa_msg_put_item(cbor_item_t *map, const char *key, cbor_item_t *item)
{
    return rpa_cbor_put(map, key, strlen(key), item);
}

bool rpa_msg_put_str(cbor_item_t *map, const char *key, const char *s)
{
    return rpa_msg_put_strn(map, key, s, strlen(s));
}

bool rpa_msg_put_strn(cbor_item_t *map, const char *key, const char *s,
                      size_t len)
{
    return rpa_msg_put_item(map, key, rpa_cbor_strn(s, len));
}

bool rpa_msg_put_bytes(cbor_item_t *map, const char *key, const void *data,
                       size_t len)
{
    return rpa_msg_put_item(map, key, rpa_cbor_bytes(data, len));
}

bool rpa_msg_put_int(cbor_item_t *map, const char *key, int64_t value)
{
    return rpa_msg_put_item(map, key, rpa_cbor_int(value));
}

bool rpa_msg_put_bool(cbor_item_t *map, const char *key, bool value)
{
    return rpa_msg_put_item(map, key, cbor_build_bool(value));
}

cbor_item_t *rpa_msg_get(const cbor_item_t *map, const char *key)
{
    return rpa_cbor_get(map, key);
}

const char *rpa_msg_str(const cbor_item_t *map, const char *key,
                        size_t *ret_len)
{
    return rpa_cbor_text(rpa_cbor_get(map, key), ret_len);
}

const char *rpa_msg_bytes(const cbor_item_t *map, const char *key,
                          size_t *ret_len)
{
    return rpa_cbor_any_bytes(rpa_cbor_get(map, key), ret_len);
}

bool rpa_msg_int(const cbor_item_t *map, const char *key, int64_t *ret)
{
    return rpa_cbor_get_int(rpa_cbor_get(map, key), ret);
}

bool rpa_msg_bool(const cbor_item_t *map, const char *key, bool *ret)
{
    return rpa_cbor_get_bool(rpa_cbor_get(map, key), ret);
}

cbor_item_t **rpa_msg_array(const cbor_item_t *map, const char *key,
                            size_t *ret_n)
{
    return rpa_cbor_elements(rpa_cbor_get(map, key), ret_n);
}

int rpa_msg_texts(const cbor_item_t *map, const char *const *keys,
                  struct rpa_err *err)
{
    for (; *keys; keys++) {
        size_t len = 0;
        const char *s = rpa_msg_str(map, *keys, &len);
        if (!rpa_msg_get(map, *keys) || (s && !memchr(s, '\0', len)))
            continue;
        rpa_fail(err, RPA_EINVAL, "the %s is not UTF-8", *keys);
        return rpa_err_hint(err, "give it as text in UTF-8, without a NUL");
    }
    return 0;
}

char *rpa_msg_dup(const cbor_item_t *map, const char *key)
{
    size_t len = 0;
    const char *s = rpa_msg_str(map, key, &len);
    return s && !memchr(s, '\0', len) ? strndup(s, len) : NULL;
}

bool rpa_msg_copy(const cbor_item_t *map, const char *key, char *out,
                  size_t size)
{
    size_t len = 0;
    const char *s = rpa_msg_str(map, key, &len);
    out[0] = '\0';
    if (!s || len >= size || memchr(s, '\0', len))
        return false;
    memcpy(out, s, len);
    out[len] = '\0';
    return true;
}

bool rpa_msg_is(const cbor_item_t *map, const char *key, const char *s)
{
    size_t len = 0;
    const char *got = rpa_msg_str(map, key, &len);
    return got && len == strlen(s) && !memcmp(got, s, len);
}

/* A sentence must be text on the other side whatever got into it. */
static bool put_sentence(cbor_item_t *map, const char *key, const char *s)
{
    if (rpa_utf8_valid(s, strlen(s)))
        return rpa_msg_put_str(map, key, s);
    struct rpa_buf clean = { 0 };
    rpa_buf_escape(&clean, s, strlen(s));
    bool put = !clean.failed && rpa_msg_put_str(map, key, clean.data);
    rpa_buf_clear(&clean);
    return put;
}

bool rpa_msg_put_err(cbor_item_t *map, const struct rpa_err *err)
{
    cbor_item_t *sub = rpa_cbor_map();
    bool whole = rpa_msg_put_str(sub, "code", rpa_code_name(err->code)) &&
                 put_sentence(sub, "msg", err->msg) &&
                 (!err->seen[0] || put_sentence(sub, "seen", err->seen)) &&
                 (!err->hint[0] || put_sentence(sub, "hint", err->hint)) &&
                 (!err->picture || rpa_msg_put_int(sub, "picture",
                                                   err->picture));
    if (!whole)
        rpa_msg_free(&sub);
    return rpa_msg_put_item(map, "err", sub);
}

/* Text into a fixed field of rpa_err, cut between characters. */
static void take(const cbor_item_t *item, const char *key, char *out,
                 size_t size)
{
    size_t len = 0;
    const char *s = rpa_msg_str(item, key, &len);
    const char *nul = s ? memchr(s, '\0', len) : NULL;
    if (nul)
        len = (size_t)(nul - s);
    if (len >= size)
        len = rpa_utf8_cut(s, size - 1);
    if (len)
        memcpy(out, s, len);
    out[len] = '\0';
}

int rpa_msg_err_from(const cbor_item_t *item, struct rpa_err *err)
{
    struct rpa_err got = { .where = "peer" };
    char name[32];
    take(item, "msg", got.msg, sizeof got.msg);
    take(item, "seen", got.seen, sizeof got.seen);
    take(item, "hint", got.hint, sizeof got.hint);
    rpa_msg_int(item, "picture", &got.picture);
    got.code = RPA_EPROTO;
    if (rpa_msg_copy(item, "code", name, sizeof name))
        got.code = rpa_code_from_name(name);
    if (got.code == RPA_OK ||
        (got.code == RPA_EBUG && strcmp(name, "EBUG") != 0))
        got.code = RPA_EPROTO;
    if (err)
        *err = got;
    return -(int)got.code;
}

int rpa_msg_get_err(const cbor_item_t *map, struct rpa_err *err)
{
    const cbor_item_t *item = rpa_msg_get(map, "err");
    return item ? rpa_msg_err_from(item, err) : 0;
}
