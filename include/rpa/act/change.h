#ifndef RPA_ACT_CHANGE_H
#define RPA_ACT_CHANGE_H

#include <cbor.h>
#include <stdbool.h>
#include <stddef.h>

#include "rpa/base/buf.h"
#include "rpa/base/err.h"

#define RPA_MASK_MAX 32
#define RPA_PARTS_MAX 8

/**
 * What a target makes by itself of a text that is typed into a field, as its
 * screen map declares it. A field must show what was typed, or what its declared
 * changes make of that: everything else is a difference (RPA_EREADBACK).
 */
struct rpa_change {
    bool trim;     /* blanks at either end go */
    bool upper;    /* letters become capitals */
    bool number;   /* a number is written anew: */
    bool grouped;  /* thousands apart, 1,234 */
    int decimals;  /* always so many behind the point */
    char pad[2];   /* fills it up on the left ("0", " "); "": it does not */
    char mask[RPA_MASK_MAX + 1]; /* "__/__/____": typed at _ only, the rest is
                                    there or comes by itself; "": none */
    bool parts; /* of the mask always have a value, and are typed over one by one */
};

/** A value as it goes into a field. End it with rpa_changed_clear(). */
struct rpa_changed {
    struct rpa_buf keys;  /* what is typed */
    struct rpa_buf shown; /* what the changes make of the value */
};

/**
 * The changes of @field, an entry of fields in a screen map: trim, upper,
 * number = "0.00" | "#,##0.00", align = "right" with pad, mask with parts.
 *
 * Errors: RPA_EINVAL says which is wrong.
 */
int rpa_change_load(const cbor_item_t *field, struct rpa_change *ret,
                    struct rpa_err *err);

/**
 * What is typed for @value (@len bytes of UTF-8), and what it becomes in a field
 * of @width characters.
 *
 * Errors: RPA_EINVAL it is not of the mask's form, or not a number of so many
 *         decimals: the target would make something else of it. RPA_ENOMEM.
 */
int rpa_change_apply(const struct rpa_change *c, const char *value, size_t len,
                     size_t width, struct rpa_changed *ret, struct rpa_err *err);
void rpa_changed_clear(struct rpa_changed *changed);

/** Is @text what an empty field shows: nothing, or the bare mask? */
bool rpa_change_blank(const struct rpa_change *c, const char *text, size_t len);

#endif
