/* The walk: a case is run once as it is, then once for each allocation it made,
 * with that one refused. It must end as it did, with the same result, or with
 * RPA_ENOMEM; what leaks or crashes the sanitizers tell.
 *
 * The program is linked with oom_link_args of the top meson.build, so that what
 * our own code calls of malloc() and its kin, and of libcbor's, comes here. */
#ifndef RPA_TESTS_UNIT_OOM_H
#define RPA_TESTS_UNIT_OOM_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "tap.h"

#include <cbor.h>
#include <stdlib.h>
#include <string.h>

static struct {
    unsigned made, refuse; /* the refuse-th of those made is refused */
    bool on;
} oom;

static bool oom_refuses(void)
{
    return oom.on && ++oom.made == oom.refuse;
}

/* @name (@params), called with @args: NULL or false when it is refused */
#define OOM_WRAP(type, none, name, params, args)                               \
    type __real_##name params;                                                 \
    type __wrap_##name params;                                                 \
    type __wrap_##name params                                                  \
    {                                                                          \
        return oom_refuses() ? none : __real_##name args;                      \
    }

OOM_WRAP(void *, NULL, malloc, (size_t size), (size))
OOM_WRAP(void *, NULL, calloc, (size_t n, size_t size), (n, size))
OOM_WRAP(void *, NULL, realloc, (void *old, size_t size), (old, size))
OOM_WRAP(char *, NULL, strdup, (const char *s), (s))
OOM_WRAP(char *, NULL, strndup, (const char *s, size_t n), (s, n))
OOM_WRAP(cbor_item_t *, NULL, cbor_new_indefinite_map, (void), ())
OOM_WRAP(cbor_item_t *, NULL, cbor_new_indefinite_array, (void), ())
OOM_WRAP(cbor_item_t *, NULL, cbor_build_uint8, (uint8_t v), (v))
OOM_WRAP(cbor_item_t *, NULL, cbor_build_uint64, (uint64_t v), (v))
OOM_WRAP(cbor_item_t *, NULL, cbor_build_negint64, (uint64_t v), (v))
OOM_WRAP(cbor_item_t *, NULL, cbor_build_stringn, (const char *s, size_t n),
         (s, n))
OOM_WRAP(cbor_item_t *, NULL, cbor_build_bytestring,
         (cbor_data s, size_t n), (s, n))
OOM_WRAP(cbor_item_t *, NULL, cbor_build_float8, (double v), (v))
OOM_WRAP(cbor_item_t *, NULL, cbor_build_bool, (bool v), (v))
OOM_WRAP(bool, false, cbor_map_add,
         (cbor_item_t *map, struct cbor_pair pair), (map, pair))
OOM_WRAP(bool, false, cbor_array_push,
         (cbor_item_t *array, cbor_item_t *item), (array, item))
OOM_WRAP(cbor_item_t *, NULL, cbor_load,
         (cbor_data data, size_t n, struct cbor_load_result *result),
         (data, n, result))

/* One case: what it gives goes into @out; 0 or minus a code with @err. It sets
 * oom.on around what is walked over. */
typedef int oom_case(size_t i, struct rpa_buf *out, struct rpa_err *err);

static bool oom_same(const struct rpa_buf *a, const struct rpa_buf *b)
{
    return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len));
}

/* Walk over case @i, which must end with @code when nothing is refused. */
static void oom_walk(const char *name, oom_case *run, size_t i, int code)
{
    struct rpa_buf want = { 0 };
    struct rpa_err err = { 0 };
    unsigned bad = 0, told = 0, n;
    oom.made = oom.refuse = 0;
    int r = run(i, &want, &err);
    if (!ok(r == code, "%s: ends with %d", name, code))
        printf("# %d %s; %s\n", r, err.msg, err.seen);
    n = oom.made;
    for (unsigned k = 1; k <= n; k++) {
        struct rpa_buf got = { 0 };
        err = (struct rpa_err){ 0 };
        oom.made = 0;
        oom.refuse = k;
        r = run(i, &got, &err);
        bool fine = r == -RPA_ENOMEM ? err.code == RPA_ENOMEM && err.msg[0]
                                     : r == code && oom_same(&want, &got);
        told += r == -RPA_ENOMEM;
        bad += !fine;
        if (!fine)
            printf("# %s: allocation %u refused: %d %s\n", name, k, r, err.msg);
        rpa_buf_clear(&got);
    }
    ok(!bad, "%s: %u allocations refused one by one, %u told", name, n, told);
    rpa_buf_clear(&want);
}

#endif
