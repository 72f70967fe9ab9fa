/* The validator that stands before libcbor: it allocates nothing for a length
 * until that many bytes are known to be there. */
#include "rpa/base/utf8.h"
#include "rpa/ipc/cbor.h"

#include <stdlib.h>
#include <string.h>

enum { UINT, NEGINT, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

struct key {
    const unsigned char *data;
    size_t len;
};

struct scan {
    const unsigned char *data;
    size_t len, at;
    size_t items;     /* seen so far */
    struct key *keys; /* of all maps now open, innermost last */
    size_t key_count, key_cap;
    struct rpa_err *err;
};

static int bad(struct scan *s, const char *what)
{
    return rpa_fail(s->err, RPA_EPROTO, "message refused at byte %zu: %s",
                    s->at, what);
}

/* The first byte and the number behind it. */
static int head(struct scan *s, int *ret_major, int *ret_info, uint64_t *ret_n)
{
    if (s->at >= s->len)
        return bad(s, "cut off");
    if (++s->items > RPA_CBOR_ITEMS)
        return bad(s, "too many values");
    int first = s->data[s->at++];
    int info = first & 0x1f;
    size_t more = info < 24 ? 0 : info < 28 ? (size_t)1 << (info - 24) : 0;
    if (info >= 28)
        return bad(s, "a length that is not definite");
    if (s->len - s->at < more)
        return bad(s, "cut off");
    uint64_t n = info < 24 ? (uint64_t)info : 0;
    for (size_t i = 0; i < more; i++)
        n = n << 8 | s->data[s->at++];
    *ret_major = first >> 5;
    *ret_info = info;
    *ret_n = n;
    return 0;
}

static int skip_string(struct scan *s, int major, uint64_t n)
{
    if (n > s->len - s->at)
        return bad(s, "a string longer than the message");
    if (major == TEXT &&
        !rpa_utf8_valid((const char *)s->data + s->at, (size_t)n))
        return bad(s, "text that is not UTF-8");
    s->at += (size_t)n;
    return 0;
}

static int add_key(struct scan *s, struct key key)
{
    if (s->key_count == s->key_cap) {
        size_t cap = s->key_cap ? s->key_cap * 2 : 32;
        struct key *more = realloc(s->keys, cap * sizeof *more);
        if (!more)
            return rpa_fail(s->err, RPA_ENOMEM, "no memory for a message");
        s->keys = more;
        s->key_cap = cap;
    }
    s->keys[s->key_count++] = key;
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->len != y->len)
        return x->len < y->len ? -1 : 1;
    return x->len ? memcmp(x->data, y->data, x->len) : 0;
}

static bool twice(struct key *keys, size_t count)
{
    bool few = count <= 8; /* most maps */
    if (!few)
        qsort(keys, count, sizeof *keys, by_key);
    for (size_t i = 1; i < count; i++)
        for (size_t k = few ? 0 : i - 1; k < i; k++)
            if (!by_key(&keys[k], &keys[i]))
                return true;
    return false;
}

static int value(struct scan *s, int depth);

static int map(struct scan *s, uint64_t pairs, int depth)
{
    size_t first = s->key_count;
    for (uint64_t i = 0; i < pairs; i++) {
        int major, info, r;
        uint64_t n;
        if ((r = head(s, &major, &info, &n)) < 0)
            return r;
        if (major != TEXT)
            return bad(s, "a key that is not text");
        struct key key = { s->data + s->at, (size_t)n };
        if ((r = skip_string(s, TEXT, n)) < 0 || (r = add_key(s, key)) < 0 ||
            (r = value(s, depth)) < 0)
            return r;
    }
    size_t count = s->key_count - first;
    if (count > 1 && twice(s->keys + first, count))
        return bad(s, "a key twice in one map");
    s->key_count = first;
    return 0;
}

static int value(struct scan *s, int depth)
{
    int major, info, r;
    uint64_t n;
    if ((r = head(s, &major, &info, &n)) < 0)
        return r;
    if ((major == ARRAY || major == MAP) && depth == RPA_CBOR_DEPTH)
        return bad(s, "nested too deep");
    switch (major) {
    case UINT:
    case NEGINT:
        return n > INT64_MAX ? bad(s, "an integer above 64 bits") : 0;
    case BYTES:
    case TEXT:
        return skip_string(s, major, n);
    case ARRAY:
        if (n > s->len - s->at)
            return bad(s, "an array longer than the message");
        while (n-- > 0)
            if ((r = value(s, depth + 1)) < 0)
                return r;
        return 0;
    case MAP:
        if (n > (s->len - s->at) / 2)
            return bad(s, "a map longer than the message");
        return map(s, n, depth + 1);
    case SIMPLE:
        if (info >= 20 && info <= 22) /* false, true, null */
            return 0;
        return info == 27 ? 0 : bad(s, "a simple value of no use here");
    default:
        return bad(s, "a tag");
    }
}

int rpa_cbor_check(const void *data, size_t len, struct rpa_err *err)
{
    struct scan s = { .data = data, .len = len, .err = err };
    int r = value(&s, 0);
    if (r == 0 && s.at != s.len)
        r = bad(&s, "bytes after the end");
    free(s.keys);
    return r;
}

/* ---- maps of strings ---- */

/* the next head, which must be of a string; its bytes are behind it */
static int string(struct scan *s, bool text, const char **ret, size_t *ret_len)
{
    int major, info;
    uint64_t n;
    int r = head(s, &major, &info, &n);
    if (r < 0)
        return r;
    if (major != TEXT && (text || major != BYTES))
        return bad(s, "a value that is no string");
    *ret = (const char *)s->data + s->at;
    *ret_len = (size_t)n;
    return skip_string(s, major, n);
}

static int pair(struct scan *s, struct rpa_cbor_string *list, size_t n)
{
    const char *key;
    size_t len, i = 0;
    int r = string(s, true, &key, &len);
    if (r < 0)
        return r;
    while (i < n && (strlen(list[i].key) != len || memcmp(list[i].key, key, len)))
        i++;
    if (i == n || list[i].data)
        return bad(s, "a key of no use here, or twice");
    return string(s, false, &list[i].data, &list[i].len);
}

int rpa_cbor_strings(const void *data, size_t len, struct rpa_cbor_string *list,
                     size_t n, size_t *ret_used, struct rpa_err *err)
{
    struct scan s = { .data = data, .len = len, .err = err };
    int major, info;
    uint64_t pairs;
    for (size_t i = 0; i < n; i++)
        list[i].data = NULL;
    int r = head(&s, &major, &info, &pairs);
    if (r == 0 && (major != MAP || pairs > n))
        r = bad(&s, "no map of the strings asked for");
    for (; r == 0 && pairs > 0; pairs--)
        r = pair(&s, list, n);
    *ret_used = s.at;
    return r;
}
