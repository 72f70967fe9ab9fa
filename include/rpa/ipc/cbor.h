#ifndef RPA_IPC_CBOR_H
#define RPA_IPC_CBOR_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"

#include <cbor.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The values that cross between roles: a strict part of CBOR (RFC 8949).
 *
 * Maps with text keys, arrays, text, bytes, integers of 64 bits with sign,
 * doubles, booleans and null. Definite lengths only; no tags, no undefined, no
 * key twice, nothing deeper than RPA_CBOR_DEPTH.
 *
 * Items are libcbor's, counted by reference: who makes one ends it with
 * cbor_decref(&item) or hands it to an adder, which takes it over in any case.
 */
#define RPA_CBOR_DEPTH 16
#define RPA_CBOR_ITEMS (256 * 1024)

/**
 * See that the @len bytes at @data are exactly one value as above, before
 * anything is allocated for what they claim to hold.
 *
 * Errors: RPA_EPROTO (msg has the byte offset), RPA_ENOMEM.
 */
int rpa_cbor_check(const void *data, size_t len, struct rpa_err *err);

/** A value of a map that is looked through without being built. */
struct rpa_cbor_string {
    const char *key;
    const char *data; /* in the bytes looked through; NULL: not there */
    size_t len;
};
/**
 * Look through the map of texts and byte strings that the @len bytes at @data
 * begin with, for the keys in @list[@n]: for what comes a hundred thousand times
 * a second, one after another (a CBOR sequence, RFC 8742). What is behind the
 * map's *@ret_used bytes is not looked at.
 *
 * Errors: RPA_EPROTO anything else, another key, a key twice.
 */
int rpa_cbor_strings(const void *data, size_t len, struct rpa_cbor_string *list,
                     size_t n, size_t *ret_used, struct rpa_err *err);

/** Check, then build the value; *@ret_item is the caller's. */
int rpa_cbor_load(const void *data, size_t len, cbor_item_t **ret_item,
                  struct rpa_err *err);

/** Append the encoded @item to @out.  Errors: RPA_EINVAL for a value that is
 * not as above, RPA_ENOMEM. */
int rpa_cbor_dump(const cbor_item_t *item, struct rpa_buf *out,
                  struct rpa_err *err);

/** Each map in the order of its keys, so that the same values are the same bytes,
 * whoever built them. */
void rpa_cbor_sort(cbor_item_t *item);

/* Making values: NULL when there is no memory. */
cbor_item_t *rpa_cbor_map(void);
cbor_item_t *rpa_cbor_array(void);
cbor_item_t *rpa_cbor_int(int64_t value);
/** Text when the bytes are UTF-8, else a byte string. */
cbor_item_t *rpa_cbor_strn(const char *s, size_t len);
cbor_item_t *rpa_cbor_bytes(const void *data, size_t len);

/** One more reference to @item; NULL for NULL, so that it can be handed on. */
cbor_item_t *rpa_cbor_ref(const cbor_item_t *item);

/* Adding: each takes over @item (NULL is "no memory") and returns false when
 * there was no memory. Then nothing more is added, and whatever the container
 * is part of cannot be dumped or sent: RPA_ENOMEM. So who hands a value on may
 * leave the result alone. */
bool rpa_cbor_push(cbor_item_t *array, cbor_item_t *item);
bool rpa_cbor_put(cbor_item_t *map, const char *key, size_t key_len,
                  cbor_item_t *item);

/* Looking: borrowed, good as long as the item. NULL or false when @item is
 * NULL or of another type. Text is not NUL-terminated. */
const char *rpa_cbor_text(const cbor_item_t *item, size_t *ret_len);
/** Text or byte string. */
const char *rpa_cbor_any_bytes(const cbor_item_t *item, size_t *ret_len);
bool rpa_cbor_get_int(const cbor_item_t *item, int64_t *ret);
bool rpa_cbor_get_bool(const cbor_item_t *item, bool *ret);
bool rpa_cbor_get_double(const cbor_item_t *item, double *ret);
bool rpa_cbor_is_null(const cbor_item_t *item);
cbor_item_t *rpa_cbor_get(const cbor_item_t *map, const char *key);
/** The elements of an array, or NULL with *@ret_n 0. */
cbor_item_t **rpa_cbor_elements(const cbor_item_t *array, size_t *ret_n);
/** The pairs of a map, or NULL with *@ret_n 0. */
struct cbor_pair *rpa_cbor_pairs(const cbor_item_t *map, size_t *ret_n);

#endif
