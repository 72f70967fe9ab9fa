/* What a bot is, as one hash: the same of the folder it was read from and of an
 * order that was sent. */
#include "rpa/config/bundle.h"
#include "rpa/vault/crypto.h"

#include <stdlib.h>
#include <string.h>

/* what is added, and how much of it */
static void start(struct rpa_sha256 *hash, char what, size_t n)
{
    unsigned char head[9] = { (unsigned char)what };
    for (int i = 0; i < 8; i++)
        head[i + 1] = (unsigned char)((uint64_t)n >> (8 * i));
    rpa_sha256_add(hash, head, sizeof head);
}

static void add_bytes(struct rpa_sha256 *hash, const char *bytes, size_t len)
{
    start(hash, 's', len);
    rpa_sha256_add(hash, bytes ? bytes : "", len);
}

static int by_key(const void *a, const void *b)
{
    const struct cbor_pair *x = a, *y = b;
    size_t xlen, ylen;
    const char *xs = rpa_cbor_text(x->key, &xlen);
    const char *ys = rpa_cbor_text(y->key, &ylen);
    if (xlen != ylen)
        return xlen < ylen ? -1 : 1;
    return memcmp(xs, ys, xlen);
}

static int add_item(struct rpa_sha256 *hash, const cbor_item_t *item,
                    struct rpa_err *err);

/* a table of Lua has no order of its own */
static int add_map(struct rpa_sha256 *hash, const cbor_item_t *map,
                   struct rpa_err *err)
{
    size_t n, len;
    int r = 0;
    const struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    struct cbor_pair *sorted = calloc(n + 1, sizeof *sorted);
    if (!sorted)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a bot's hash");
    if (n)
        memcpy(sorted, pairs, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_key);
    start(hash, 'm', n);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const char *key = rpa_cbor_text(sorted[i].key, &len);
        add_bytes(hash, key, len);
        r = add_item(hash, sorted[i].value, err);
    }
    free(sorted);
    return r;
}

static int add_leaf(struct rpa_sha256 *hash, const cbor_item_t *item,
                    struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    int r = rpa_cbor_dump(item, &bytes, err);
    start(hash, 'v', bytes.len);
    rpa_sha256_add(hash, bytes.data, bytes.len);
    rpa_buf_clear(&bytes);
    return r;
}

static int add_item(struct rpa_sha256 *hash, const cbor_item_t *item,
                    struct rpa_err *err)
{
    size_t n;
    int r = 0;
    if (cbor_isa_map(item))
        return add_map(hash, item, err);
    if (!cbor_isa_array(item))
        return add_leaf(hash, item, err);
    cbor_item_t **items = rpa_cbor_elements(item, &n);
    start(hash, 'a', n);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = add_item(hash, items[i], err);
    return r;
}

/* the code of each, wherever it was read */
static int add_modules(struct rpa_sha256 *hash, const cbor_item_t *modules,
                       struct rpa_err *err)
{
    size_t n, len;
    cbor_item_t *code = rpa_cbor_map();
    struct cbor_pair *pairs = rpa_cbor_pairs(modules, &n);
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        cbor_item_t *source = rpa_msg_get(pairs[i].value, "source");
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        if (!source)
            r = rpa_fail(err, RPA_EPROTO, "a module without its source");
        else if (!rpa_cbor_put(code, name, len, cbor_incref(source)))
            r = rpa_fail(err, RPA_ENOMEM, "no memory for a bot's hash");
    }
    if (r == 0)
        r = code ? add_map(hash, code, err)
                 : rpa_fail(err, RPA_ENOMEM, "no memory for a bot's hash");
    rpa_msg_free(&code);
    return r;
}

int rpa_bundle_hash(struct rpa_bundle *b, struct rpa_err *err)
{
    struct rpa_sha256 hash;
    rpa_sha256_init(&hash);
    add_bytes(&hash, b->source, b->source_len);
    int r = add_modules(&hash, b->modules, err);
    if (r == 0)
        r = add_item(&hash, b->written, err);
    start(&hash, 'o', b->map != NULL);
    if (r == 0 && b->map)
        r = add_item(&hash, b->map, err);
    start(&hash, 'o', b->font != NULL);
    if (b->font)
        add_bytes(&hash, b->font, b->font_len);
    rpa_sha256_end(&hash, b->sha256);
    return r;
}
