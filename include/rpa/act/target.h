#ifndef RPA_ACT_TARGET_H
#define RPA_ACT_TARGET_H

#include <cbor.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rpa/act/change.h"
#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/screen/form.h"
#include "rpa/screen/form_look.h"

/**
 * What is known of the system a bot works on: the characters it can hold, the
 * reviewed folds, its screens and their fields. Read from the screen map
 * (bots/common/<target>.lua), already checked against the schema.
 */
struct rpa_target;

/** One field of a screen, as the map declares it. */
struct rpa_field_rule {
    const char *screen; /* name of its screen; borrowed from the target */
    const char *label;      /* as bots say it */
    struct rpa_field_at at; /* and where it stands */
    int width;   /* characters one line of it can hold */
    int lines;   /* continuation lines, 1 for a plain field */
    bool hidden; /* non-display: what is typed must not show */
    char probe[2]; /* a character that it takes, to see that it is empty; "" */
    struct rpa_change change; /* what the target makes of a text by itself */
};

/** What no picture may show: cells, rows and columns from 1; or of a form, pixels
 * (and 0 rows). */
struct rpa_region {
    const char *screen; /* title of its screen, NULL: every one; borrowed */
    int row, col, rows, cols;
    struct rpa_area at;
};

/** One use of a fold: @count times @from became @to. */
struct rpa_fold_use {
    uint32_t from;
    char to[16];
    int count;
};

#define RPA_FOLDS_MAX 32

/** A text as it will be typed. End it with rpa_folded_clear(). */
struct rpa_folded {
    struct rpa_buf typed; /* UTF-8 */
    size_t chars;         /* characters in typed */
    struct rpa_fold_use uses[RPA_FOLDS_MAX];
    size_t nuses;
    uint32_t missing; /* first character with no place and no rule; 0: none */
};

/**
 * Read a screen map.
 *
 * Shape:  @map as in the manual page rpa-bot(5): repertoire, folds, keys,
 *         screens, mode_at; NULL for a target of which nothing is known, that
 *         takes every character.
 * Errors: RPA_EINVAL names the wrong key; RPA_ENOMEM.
 */
int rpa_target_new(const cbor_item_t *map, struct rpa_target **ret,
                   struct rpa_err *err);
void rpa_target_free(struct rpa_target *target); /* NULL is fine */

/** Is @name a repertoire that a map may declare? */
bool rpa_target_has_repertoire(const char *name);

/** Can the target hold this character as it is? */
bool rpa_target_holds(const struct rpa_target *target, uint32_t cp);

/** Every character the target holds, ascending; borrowed, NULL if unlimited. */
const uint32_t *rpa_target_repertoire(const struct rpa_target *target,
                                      size_t *ret_n);

/**
 * Fold @text into what the target can hold: each character either stays, or
 * goes by the declared rule (counted in @ret->uses), or is @ret->missing.
 * Nothing is ever dropped in silence.
 *
 * Errors: RPA_EINVAL for broken UTF-8 or a control character; RPA_ENOMEM.
 */
int rpa_target_fold(const struct rpa_target *target, const char *text,
                    size_t len, struct rpa_folded *ret, struct rpa_err *err);
void rpa_folded_clear(struct rpa_folded *folded);

/** The rule of @label, on @screen or (NULL) on the first screen that has it;
 * NULL when the map does not know it. Borrowed from the target. */
const struct rpa_field_rule *rpa_target_field(const struct rpa_target *target,
                                              const char *screen,
                                              const char *label);

/** The n-th field rule (from 0), NULL after the last. */
const struct rpa_field_rule *rpa_target_rule(const struct rpa_target *target,
                                             size_t n);

/** The n-th region that is black in pictures (from 0), NULL after the last. */
const struct rpa_region *rpa_target_black(const struct rpa_target *target,
                                          size_t n);

/** Does the map say that nothing is filed yet while this screen is shown? */
bool rpa_target_pending(const struct rpa_target *target, const char *screen);
/** Does it say that single keys answer this screen, each of which may file? */
bool rpa_target_prompt(const struct rpa_target *target, const char *screen);
/** Does it say that no record is open while this screen is shown, so that what
 * was typed before has been filed or thrown away? */
bool rpa_target_idle(const struct rpa_target *target, const char *screen);

/** The chord for @use ("clear", "advance"); @otherwise if not declared. */
const char *rpa_target_key(const struct rpa_target *target, const char *use,
                           const char *otherwise);

/** Where a screen shows its mode (LIVE, TRNG, DEMO), counted from 1; false if
 * the map does not say. */
bool rpa_target_mode_at(const struct rpa_target *target, int *ret_row,
                        int *ret_col);

#endif
